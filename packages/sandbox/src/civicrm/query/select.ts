import type { SessionTime } from '../session-time.ts';
import type { FieldValue } from '../tables/rows.ts';
import { compileExpression, type Expression, evaluate, splitAlias } from './expression.ts';
import type { DataType, Entity, QueryContext } from './field.ts';
import type { OutputRow, Query } from './query.ts';
import type { Frame, Scope } from './scope.ts';

/** One column of the answer. */
export interface Column {
  readonly key: string;
  readonly expression: Expression;
}

/** The columns of the answer. Names that do not exist are left out without a word (civicrm-recorded.md 8). */
export function selectColumns(scope: Scope, query: Query): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const name of namesOf(query).flatMap((name) => (isPattern(name) ? scope.matching(name) : [name]))) {
    const { expression: text, alias } = splitAlias(name);
    const expression = compileExpression(text, scope);
    if (expression !== undefined) columns.set(alias, { key: alias, expression });
  }
  const isCounted =
    query.groupBy.length > 0 ||
    [...columns.values()].some(({ expression }) => expression.kind === 'aggregate');
  const id = isCounted ? undefined : compileExpression('id', scope);
  if (id === undefined) return [...columns.values()];
  // The id is always there and comes first, unless rows are counted together.
  columns.delete('id');
  return [{ key: 'id', expression: id }, ...columns.values()];
}

function namesOf({ select, groupBy }: Query): readonly string[] {
  const names = select.filter((name) => name !== 'row_count');
  if (names.length > 0) return names;
  return groupBy.length > 0 ? groupBy : ['*'];
}

const isPattern = (name: string): boolean => /^[\w.]*\*\w*$/.test(name);

/** Makes rows of the answer out of result rows. */
export function projector(
  columns: readonly Column[],
  entity: Entity,
  { time }: QueryContext,
): (frames: readonly Frame[]) => OutputRow {
  // Where the type of a contact is asked for, names that it cannot have are left out (civicrm-api.md 1.5).
  const drops = columns.some(({ key }) => key === 'contact_type') ? entity.dropsField : undefined;
  return (frames) => {
    const output: OutputRow = {};
    const row = frames[0]?.[0];
    for (const { key, expression } of columns) {
      if (drops !== undefined && row !== undefined && drops(row, key)) continue;
      output[key] = shown(evaluate(expression, frames) ?? null, expression.dataType, time);
    }
    return output;
  };
}

function shown(value: FieldValue, dataType: DataType, time: SessionTime): unknown {
  if (dataType === 'Timestamp' && typeof value === 'number') return time.render(value);
  return dataType === 'Json' && typeof value === 'string' ? JSON.parse(value) : value;
}
