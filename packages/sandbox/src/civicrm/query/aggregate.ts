import type { FieldValue } from '../tables/rows.ts';
import { evaluate, requireExpression } from './expression.ts';
import type { QueryContext } from './field.ts';
import { readKeys, sortBy } from './order.ts';
import type { OutputRow, Query } from './query.ts';
import type { Frame, Scope } from './scope.ts';
import { toComparable } from './value.ts';
import { compileWhere } from './where.ts';

/** Sorts result rows into groups by the columns of `groupBy`; without any, all are one group, even if there are none. */
export function groupFrames(
  frames: readonly Frame[],
  groupBy: readonly string[],
  scope: Scope,
): readonly (readonly Frame[])[] {
  if (groupBy.length === 0) return [frames];
  const keys = groupBy.map((name) => requireExpression(name, scope));
  const groups = new Map<string, Frame[]>();
  for (const frame of frames) {
    const values = keys.map((expression) => toComparable(evaluate(expression, [frame]), expression.dataType));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [frame]);
    else group.push(frame);
  }
  return [...groups.values()];
}

/** Groups are ordered by the columns of the answer. */
export function sortOutput(rows: readonly OutputRow[], query: Query): readonly OutputRow[] {
  const order = readKeys(query);
  return sortBy(rows, order, (row) => order.map(({ name }) => toComparable(cell(row, name), 'String')));
}

/** `having`: conditions on the columns of the answer. */
export function applyHaving(
  rows: readonly OutputRow[],
  having: readonly unknown[],
  context: QueryContext,
): readonly OutputRow[] {
  if (having.length === 0) return rows;
  const test = compileWhere<OutputRow>(having, {
    context,
    // Finished rows know no types: a number compares as a number, all else as text.
    resolve: (name) => ({
      dataType: rows.some((row) => typeof row[name] === 'number') ? 'Integer' : 'String',
      read: (row) => cell(row, name),
    }),
    rightSide: 'value',
  });
  return rows.filter((row) => test(row) === true);
}

const cell = (row: OutputRow, name: string): FieldValue => row[name] as FieldValue; // projector() writes nothing else
