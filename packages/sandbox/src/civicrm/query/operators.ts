import { ApiError } from '../api/api-error.ts';
import { collate } from '../collation.ts';
import type { FieldValue } from '../tables/rows.ts';
import type { DataType } from './field.ts';
import { type Comparable, toComparable } from './value.ts';

/** As in SQL, NULL is neither true nor false, and stays NULL under NOT. */
export type Truth = boolean | null;
export type Compare = (value: FieldValue) => Truth;

const OPERATORS = [
  '=',
  '<=',
  '>=',
  '>',
  '<',
  '!=',
  '<>',
  'LIKE',
  'NOT LIKE',
  'IN',
  'NOT IN',
  'BETWEEN',
  'NOT BETWEEN',
  'IS NULL',
  'IS NOT NULL',
  'CONTAINS',
  'NOT CONTAINS',
  'CONTAINS ONE OF',
  'NOT CONTAINS ONE OF',
  'IS EMPTY',
  'IS NOT EMPTY',
  'REGEXP',
  'NOT REGEXP',
  'REGEXP BINARY',
  'NOT REGEXP BINARY',
] as const;

export type Operator = (typeof OPERATORS)[number];

/** Throws `Illegal operator` for anything that is none. */
export function readOperator(sent: unknown): Operator {
  const upper = typeof sent === 'string' ? sent.trim().toUpperCase() : '';
  const operator = OPERATORS.find((known) => known === upper);
  if (operator === undefined) throw new ApiError('Illegal operator');
  return operator;
}

export const isUnary = (operator: Operator): boolean => /^IS (NOT )?(NULL|EMPTY)$/.test(operator);
export const takesList = (operator: Operator): boolean => /(^|NOT )(IN|BETWEEN)$|ONE OF$/.test(operator);

export const negate = (truth: Truth): Truth => (truth === null ? null : !truth);

const not =
  (compare: Compare): Compare =>
  (value) =>
    negate(compare(value));

/** Prepares a comparison with values that are of the field's type already. */
export function comparison(operator: Operator, values: readonly FieldValue[], dataType: DataType): Compare {
  if (operator.startsWith('NOT ') && operator !== 'NOT CONTAINS' && operator !== 'NOT CONTAINS ONE OF') {
    return not(comparison(operator.slice(4) as Operator, values, dataType)); // without NOT it is an operator still
  }
  switch (operator) {
    case 'IS NULL':
      return (value) => value === null || value === undefined;
    case 'IS NOT NULL':
      return (value) => value !== null && value !== undefined;
    case 'IS EMPTY':
      return isEmpty;
    case 'IS NOT EMPTY':
      return not(isEmpty);
    case 'IN':
      return isIn(values, dataType);
    case 'BETWEEN':
      return isBetween(values, dataType);
    case 'LIKE':
      return matches(likePattern(String(values[0] ?? '')), collate);
    case 'REGEXP':
      return matches(safePattern(collate(String(values[0] ?? ''))), collate);
    case 'REGEXP BINARY':
      return matches(safePattern(String(values[0] ?? '')), (text) => text);
    case 'CONTAINS':
    case 'CONTAINS ONE OF':
      return contains(values);
    case 'NOT CONTAINS':
    case 'NOT CONTAINS ONE OF':
      return (value) => value === null || value === undefined || contains(values)(value) === false;
    case '=':
      return isEqual(values, dataType);
    default:
      return ordered(operator, values, dataType);
  }
}

/** The usual case is an equal value written equally: then nothing has to be brought into another form. */
function isEqual(values: readonly FieldValue[], dataType: DataType): Compare {
  const [value] = values;
  const compare = ordered('=', values, dataType);
  return (have) => (have === value && value !== null && value !== undefined ? true : compare(have));
}

const isEmpty: Compare = (value) =>
  value === null || value === undefined || value === '' || (typeof value === 'object' && value.length === 0);

function isIn(values: readonly FieldValue[], dataType: DataType): Compare {
  const wanted = new Set<Comparable>(values.map((value) => toComparable(value, dataType)));
  return (value) => {
    const have = toComparable(value, dataType);
    return have === null ? null : wanted.has(have);
  };
}

function isBetween([from, to]: readonly FieldValue[], dataType: DataType): Compare {
  const least = ordered('>=', [from], dataType);
  const most = ordered('<=', [to], dataType);
  return (value) => {
    const isAbove = least(value);
    return isAbove === null ? null : isAbove && most(value);
  };
}

function ordered(operator: Operator, [value]: readonly FieldValue[], dataType: DataType): Compare {
  const wanted = toComparable(value, dataType);
  const holds = relation(operator);
  return (have) => {
    const ours = toComparable(have, dataType);
    return ours === null || wanted === null ? null : holds(ours, wanted);
  };
}

type NotNull = Exclude<Comparable, null>;

function relation(operator: Operator): (a: NotNull, b: NotNull) => boolean {
  switch (operator) {
    case '=':
      return (a, b) => a === b;
    case '!=':
    case '<>':
      return (a, b) => a !== b;
    case '<':
      return (a, b) => a < b;
    case '<=':
      return (a, b) => a <= b;
    case '>':
      return (a, b) => a > b;
    case '>=':
      return (a, b) => a >= b;
    default:
      throw new Error(`${operator} compares no order`);
  }
}

/** A list contains an item, a text contains a piece. */
function contains(values: readonly FieldValue[]): Compare {
  const wanted = values.flat().map((value) => collate(String(value)));
  return (value) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object') return wanted.some((piece) => collate(String(value)).includes(piece));
    const items = value.map((item) => collate(String(item)));
    return wanted.some((item) => items.includes(item));
  };
}

function matches(pattern: RegExp, form: (text: string) => string): Compare {
  return (value) => (value === null || value === undefined ? null : pattern.test(form(String(value))));
}

/** `%` any text, `_` one character, `\` takes their meaning away. */
function likePattern(like: string): RegExp {
  const source = collate(like).replaceAll(/\\?[\s\S]/gu, (token) => {
    if (token === '%') return '[\\s\\S]*';
    if (token === '_') return '[\\s\\S]';
    const literal = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
    return literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

function safePattern(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ApiError('DB Error: unknown error');
    throw error;
  }
}
