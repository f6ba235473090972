import type { FieldValue, Row } from '../tables/rows.ts';
import type { Candidates, Demands, RowList } from './field.ts';

const numbersOf = (values: readonly FieldValue[]): readonly number[] => [
  ...new Set(values.map(Number).filter(Number.isInteger)),
];

/** Looks rows up one by one, by ascending key: a list of ids, of contacts. */
export function byEach(
  values: readonly FieldValue[],
  field: string,
  find: (value: number) => readonly Row[],
): Candidates {
  const keys = [...numbersOf(values)].sort((a, b) => a - b);
  return { rows: keys.flatMap((key) => find(key)), orderedBy: field === 'id' ? ['id'] : [field, 'id'] };
}

/** The single value a field must have, as a number. */
export function onlyNumber(demands: Demands, field: string): number | undefined {
  const values = demands.oneOf(field);
  return values?.length === 1 && typeof values[0] === 'number' ? values[0] : undefined;
}

/** One row or none, as a list. */
export const some = (row: Row | undefined): readonly Row[] => (row === undefined ? [] : [row]);

/** Rows with at least the id that the query demands, by id. */
export function byIdFrom(demands: Demands, from: (id: number) => RowList): Candidates {
  const least = demands.atLeast('id');
  return { rows: from(least ?? 0), orderedBy: ['id'], isScan: least === undefined };
}
