import { ApiError, invalidField } from '../api/api-error.ts';
import type { FieldValue } from '../tables/rows.ts';
import type { DataType, QueryContext } from './field.ts';
import type { Frame, Scope } from './scope.ts';
import { toComparable } from './value.ts';

/** Computed from one result row. */
export interface ScalarExpression {
  readonly kind: 'scalar';
  readonly dataType: DataType;
  readonly read: (frame: Frame) => FieldValue;
}

/** Computed from all rows of a group. */
export interface AggregateExpression {
  readonly kind: 'aggregate';
  readonly dataType: DataType;
  readonly read: (frames: readonly Frame[]) => FieldValue;
}

export type Expression = ScalarExpression | AggregateExpression;

/** The value for a group of rows; a scalar takes the first of them, as MariaDB may take any. */
export function evaluate(expression: Expression, frames: readonly Frame[]): FieldValue {
  if (expression.kind === 'aggregate') return expression.read(frames);
  const [frame] = frames;
  return frame === undefined ? null : expression.read(frame);
}

/** A call such as `MAX(id)`: the function's name and what stands between its parentheses. */
const CALL = /^([A-Z_]+)\s*\(([\s\S]*)\)$/i;

type SqlFunction = {
  readonly dataType: (args: readonly Expression[]) => DataType;
} & (
  | {
      readonly kind: 'scalar';
      readonly apply: (values: readonly FieldValue[], context: QueryContext) => FieldValue;
    }
  /** Gets the values that are not NULL, or a 1 for each row where there is no argument. */
  | { readonly kind: 'aggregate'; readonly apply: (values: readonly FieldValue[]) => FieldValue }
);

const typeOfFirst = (args: readonly Expression[]): DataType => args[0]?.dataType ?? 'String';
const always = (dataType: DataType) => (): DataType => dataType;

const scalar = (
  dataType: SqlFunction['dataType'],
  apply: (values: readonly FieldValue[], context: QueryContext) => FieldValue,
): SqlFunction => ({ kind: 'scalar', dataType, apply });

const aggregate = (
  dataType: SqlFunction['dataType'],
  apply: (values: readonly FieldValue[]) => FieldValue,
): SqlFunction => ({ kind: 'aggregate', dataType, apply });

const textOf = (values: readonly FieldValue[]): string | null =>
  values[0] === null || values[0] === undefined ? null : String(values[0]);

const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  NOW: scalar(always('Timestamp'), (_values, { time }) => time.now),
  CURDATE: scalar(always('Date'), (_values, { time }) => time.wallNow().slice(0, 10)),
  LOWER: scalar(always('String'), (values) => textOf(values)?.toLowerCase() ?? null),
  UPPER: scalar(always('String'), (values) => textOf(values)?.toUpperCase() ?? null),
  COALESCE: scalar(typeOfFirst, (values) => values.find((value) => value !== null && value !== undefined)),
  IFNULL: scalar(typeOfFirst, ([value, otherwise]) => value ?? otherwise),
  CONCAT: scalar(always('String'), (values) =>
    values.some((value) => value === null) ? null : values.join(''),
  ),
  COUNT: aggregate(always('Integer'), (values) => values.length),
  SUM: aggregate(always('Integer'), (values) =>
    values.reduce<number>((sum, value) => sum + Number(value), 0),
  ),
  MAX: aggregate(typeOfFirst, (values) => extreme(values, 1)),
  MIN: aggregate(typeOfFirst, (values) => extreme(values, -1)),
  GROUP_CONCAT: aggregate(always('Array'), (values) => values.map(String)),
};

const COUNT_DISTINCT = aggregate(
  always('Integer'),
  (values) => new Set(values.map((value) => toComparable(value, 'String'))).size,
);

function extreme(values: readonly FieldValue[], sign: 1 | -1): FieldValue {
  let best: FieldValue = null;
  for (const value of values) {
    if (best === null || best === undefined) best = value;
    else if (value !== null && value !== undefined && (sign === 1 ? value > best : value < best))
      best = value;
  }
  return best;
}

/** Compiles an expression; undefined where it names a field that does not exist, or not for this caller. */
export function compileExpression(text: string, scope: Scope): Expression | undefined {
  const trimmed = text.trim();
  const literal = readLiteral(trimmed);
  if (literal !== undefined) return literal;
  const call = CALL.exec(trimmed);
  if (call === null) return fieldExpression(trimmed, scope);
  return compileCall(call[1] ?? '', call[2] ?? '', scope);
}

/** The same for `where` and `orderBy`, where a name must exist. */
export function requireExpression(text: string, scope: Scope): Expression {
  const expression = compileExpression(text, scope);
  if (expression === undefined) throw invalidField(text);
  return expression;
}

function readLiteral(text: string): Expression | undefined {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return constant(quoted, 'String');
  return /^-?\d+(\.\d+)?$/.test(text) ? constant(Number(text), 'Integer') : undefined;
}

const constant = (value: FieldValue, dataType: DataType): Expression => ({
  kind: 'scalar',
  dataType,
  read: () => value,
});

function fieldExpression(name: string, scope: Scope): Expression | undefined {
  const field = scope.find(name);
  if (field === undefined || field.isHidden) return undefined;
  return { kind: 'scalar', dataType: field.dataType, read: field.read };
}

function compileCall(name: string, inside: string, scope: Scope): Expression | undefined {
  const distinct = /^DISTINCT\s+/i.exec(inside);
  const isDistinctCount = name.toUpperCase() === 'COUNT' && distinct !== null;
  const known = isDistinctCount ? COUNT_DISTINCT : FUNCTIONS[name.toUpperCase()];
  if (known === undefined) throw new ApiError(`Unknown function ${name.toUpperCase()}`);
  const args: Expression[] = [];
  for (const text of splitArguments(inside.slice(distinct?.[0].length ?? 0))) {
    if (text === '*') continue;
    const arg = compileExpression(text, scope);
    if (arg === undefined) return undefined;
    args.push(arg);
  }
  return applyFunction(known, args, scope.context);
}

function applyFunction(known: SqlFunction, args: readonly Expression[], context: QueryContext): Expression {
  const dataType = known.dataType(args);
  if (known.kind === 'aggregate') {
    const [arg] = args;
    return { kind: 'aggregate', dataType, read: (frames) => known.apply(valuesToCount(arg, frames)) };
  }
  if (args.every((arg) => arg.kind === 'scalar')) {
    return {
      kind: 'scalar',
      dataType,
      read: (frame) =>
        known.apply(
          args.map((arg) => arg.read(frame)),
          context,
        ),
    };
  }
  const read = (frames: readonly Frame[]) =>
    known.apply(
      args.map((arg) => evaluate(arg, frames)),
      context,
    );
  return { kind: 'aggregate', dataType, read };
}

function valuesToCount(arg: Expression | undefined, frames: readonly Frame[]): readonly FieldValue[] {
  if (arg === undefined) return frames.map(() => 1);
  return frames
    .map((frame) => (arg.kind === 'scalar' ? arg.read(frame) : arg.read([frame])))
    .filter((value) => value !== null && value !== undefined);
}

/** Splits at the commas that are in no parentheses and no quotes. */
function splitArguments(text: string): readonly string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|\([^()]*(?:\([^()]*\)[^()]*)*\)|[^,])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** `COUNT(*) AS n` → the expression and the name of the column; `MAX(id)` without a name goes by `MAX:id`. */
export function splitAlias(text: string): { readonly expression: string; readonly alias: string } {
  const match = /^([\s\S]+?)\s+AS\s+([\w.:]+)\s*$/i.exec(text);
  if (match !== null) return { expression: match[1] ?? '', alias: match[2] ?? '' };
  const call = CALL.exec(text.trim());
  if (call === null) return { expression: text, alias: text };
  return {
    expression: text,
    alias: `${call[1]?.toUpperCase()}:${(call[2] ?? '').replaceAll(/[^\w.]/g, '')}`,
  };
}
