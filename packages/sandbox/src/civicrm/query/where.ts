import { ApiError, invalidField } from '../api/api-error.ts';
import { findMembers } from '../groups.ts';
import type { FieldValue } from '../tables/rows.ts';
import type { Demands, QueryContext } from './field.ts';
import {
  comparison,
  isUnary,
  negate,
  type Operator,
  readOperator,
  type Truth,
  takesList,
} from './operators.ts';
import type { Frame, Scope } from './scope.ts';
import { type Named, toFieldValue } from './value.ts';

/** A condition on an item; only `true` lets it through. */
export type Test<T> = (item: T) => Truth;

/** What a name in a condition stands for. */
export type Resolve<T> = (name: string) => Named<T> | undefined;

export interface WhereOptions<T> {
  readonly context: QueryContext;
  readonly resolve: Resolve<T>;
  /** In a join's condition the right side is an expression, in `where` and `having` a value (civicrm-api.md 1.8). */
  readonly rightSide: 'value' | 'expression';
}

/** Compiles the conditions of `where`, `having` or a join, all of which must hold. Throws an ApiError for what is none. */
export function compileWhere<T>(clauses: readonly unknown[], options: WhereOptions<T>): Test<T> {
  return all(clauses.map((clause) => compileClause(clause, options)));
}

function compileClause<T>(clause: unknown, options: WhereOptions<T>): Test<T> {
  if (!Array.isArray(clause)) throw new ApiError('Illegal operator');
  const nested = readNested(clause);
  if (nested !== undefined) {
    const tests = nested.clauses.map((inner) => compileClause(inner, options));
    if (nested.operator === 'OR') return any(tests);
    const every = all(tests);
    return nested.operator === 'AND' ? every : (item) => negate(every(item));
  }
  const [name, sentOperator, sent, isExpression] = clause;
  const left = options.resolve(String(name));
  if (left === undefined) throw invalidField(String(name));
  if (left.isHidden === true) return () => true; // silently dropped: the answer gets wider
  const operator = readOperator(sentOperator);
  if (isMembership(left.name)) return membershipTest(left.name, operator, sent, options);
  if (isExpression === true || (options.rightSide === 'expression' && typeof sent === 'string')) {
    return compareExpression(left, operator, String(sent), options);
  }
  const values = isUnary(operator) ? [] : readValues(left, operator, sent, options.context);
  const compare = comparison(operator, values, left.dataType);
  return (item) => compare(left.read(item));
}

/** `["OR", […]]`, `["AND", […]]`, `["NOT", […]]`. */
export function readNested(
  clause: readonly unknown[],
): { readonly operator: string; readonly clauses: readonly unknown[] } | undefined {
  const [operator, inner] = clause;
  const isNested = typeof operator === 'string' && /^(AND|OR|NOT)$/i.test(operator) && Array.isArray(inner);
  if (!isNested) return undefined;
  // `["NOT", ["id", "=", 1]]` says the same as with a list of one.
  const clauses = typeof inner[0] === 'string' ? [inner] : inner;
  return { operator: operator.toUpperCase(), clauses };
}

/** What was sent for a field, as values of its type; an empty list is a list of one empty text (civicrm-api.md 1.8). */
export function readValues(
  left: Pick<Named<never>, 'dataType'>,
  operator: Operator,
  sent: unknown,
  context: QueryContext,
): readonly FieldValue[] {
  const itemType = left.dataType === 'Array' ? 'String' : left.dataType;
  if (!takesList(operator)) {
    const list = operator.endsWith('CONTAINS') && Array.isArray(sent) ? sent : [sent];
    return list.map((item) => toFieldValue(item, itemType, context));
  }
  if (!Array.isArray(sent)) throw new ApiError(`Operator ${operator} requires an array`);
  if (sent.length === 0) return left.dataType === 'String' ? [''] : [];
  return sent.map((item) => toFieldValue(item, itemType, context));
}

function compareExpression<T>(
  left: Named<T>,
  operator: Operator,
  sent: string,
  options: WhereOptions<T>,
): Test<T> {
  const literal = /^(["'])([\s\S]*)\1$/.exec(sent)?.[2];
  const right = literal === undefined ? options.resolve(sent) : undefined;
  if (literal === undefined && right === undefined) throw invalidField(sent);
  if (right === undefined) {
    const compare = comparison(operator, readValues(left, operator, literal, options.context), left.dataType);
    return (item) => compare(left.read(item));
  }
  return (item) => comparison(operator, [right.read(item)], left.dataType)(left.read(item));
}

const MEMBERSHIP = /(?:^|(?<=\.))(groups|tags)(:\w+)?$/;
const isMembership = (name: string | undefined): name is string => MEMBERSHIP.test(name ?? '');

/** `groups` is no column: it asks who is in a group, children and smart groups included. So does `tags` of who bears one. */
function membershipTest<T>(
  name: string,
  operator: Operator,
  sent: unknown,
  { context, resolve }: WhereOptions<T>,
): Test<T> {
  const [, kind = 'groups'] = MEMBERSHIP.exec(name) ?? [];
  if (operator !== 'IN' && operator !== 'NOT IN')
    throw new ApiError(`Illegal operator for ${kind} ${operator}`);
  const id = resolve(name.replace(MEMBERSHIP, 'id'));
  if (id === undefined) throw invalidField(kind);
  const members = new Set<number>();
  const { entityTags } = context.site.tables;
  for (const wanted of Array.isArray(sent) ? sent.map(Number) : []) {
    if (kind === 'groups') for (const member of findMembers(context.site, wanted)) members.add(member);
    else for (const { entity_id: member } of entityTags.ofTag(wanted)) members.add(member);
  }
  return (item) => members.has(Number(id.read(item))) === (operator === 'IN');
}

function all<T>(tests: readonly Test<T>[]): Test<T> {
  if (tests.length === 1 && tests[0] !== undefined) return tests[0];
  return (item) => {
    let truth: Truth = true;
    for (const test of tests) {
      const one = test(item);
      if (one === false) return false;
      if (one === null) truth = null;
    }
    return truth;
  };
}

function any<T>(tests: readonly Test<T>[]): Test<T> {
  return (item) => {
    let truth: Truth = false;
    for (const test of tests) {
      const one = test(item);
      if (one === true) return true;
      if (one === null) truth = null;
    }
    return truth;
  };
}

/** Is the field mentioned anywhere in the conditions? */
export function mentions(clauses: readonly unknown[], field: string): boolean {
  return clauses.some((clause) => {
    if (!Array.isArray(clause)) return false;
    const nested = readNested(clause);
    return nested === undefined ? clause[0] === field : mentions(nested.clauses, field);
  });
}

/** Reads from `where` what every wanted row must have. */
export function readDemands(clauses: readonly unknown[], scope: Scope): Demands {
  return {
    oneOf: (field) => findOneOf(clauses, field, scope),
    atLeast: (field) => greatestOf(clauses.map((clause) => leastOf(clause, field, scope))),
  };
}

function findOneOf(
  clauses: readonly unknown[],
  field: string,
  scope: Scope,
): readonly FieldValue[] | undefined {
  for (const clause of clauses) {
    if (!Array.isArray(clause)) continue;
    const nested = readNested(clause);
    if (nested?.operator === 'AND') {
      const found = findOneOf(nested.clauses, field, scope);
      if (found !== undefined) return found;
    }
    const [name, operator, sent, isExpression] = clause;
    const isList = operator === 'IN' && Array.isArray(sent);
    if (name !== field || isExpression === true || !(isList || operator === '=')) continue;
    return valuesFor(field, isList ? 'IN' : '=', sent, scope);
  }
  return undefined;
}

function valuesFor(name: string, operator: Operator, sent: unknown, scope: Scope) {
  const field = scope.find(name);
  return field === undefined || field.isHidden ? undefined : readValues(field, operator, sent, scope.context);
}

function leastOf(clause: unknown, field: string, scope: Scope): number | undefined {
  if (!Array.isArray(clause)) return undefined;
  const nested = readNested(clause);
  if (nested !== undefined) {
    const bounds = nested.clauses.map((inner) => leastOf(inner, field, scope));
    if (nested.operator === 'AND') return greatestOf(bounds);
    if (nested.operator !== 'OR' || bounds.length === 0) return undefined;
    return bounds.every((bound) => bound !== undefined) ? Math.min(...bounds) : undefined;
  }
  const [name, operator, sent, isExpression] = clause;
  if (name !== field || isExpression === true) return undefined;
  if (operator === 'BETWEEN') return asBound(valuesFor(field, 'BETWEEN', sent, scope)?.[0]);
  if (operator !== '>' && operator !== '>=' && operator !== '=') return undefined;
  return asBound(valuesFor(field, operator, sent, scope)?.[0]);
}

const asBound = (value: FieldValue): number | undefined => (typeof value === 'number' ? value : undefined);

function greatestOf(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** Conditions on result rows under construction. */
export const frameWhere = (clauses: readonly unknown[], scope: Scope): Test<Frame> =>
  compileWhere(clauses, {
    context: scope.context,
    resolve: (name) => scope.find(name),
    rightSide: 'value',
  });
