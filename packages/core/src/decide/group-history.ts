import type { Base, GroupStatus, HistoryRow, Side } from '../domain/facts.ts';
import { isOwnWill } from './who-left.ts';

/** The group statuses by which somebody has left; `Pending` and unknown texts are nobody's act (rules section 1). */
const hasLeftGroup = (status: string): boolean => status === 'Removed' || status === 'Deleted';

const sideOf = (status: string): Side => (status === 'Added' ? 'in' : 'out');

/** Consecutive history rows that mean the same: the first is the act, the others are saves that changed nothing (civicrm-recorded.md 0.3). */
interface Stretch {
  readonly side: Side;
  readonly rows: readonly [HistoryRow, ...HistoryRow[]];
}

function stretchesOf(history: readonly HistoryRow[]): readonly Stretch[] {
  const stretches: { side: Side; rows: [HistoryRow, ...HistoryRow[]] }[] = [];
  for (const row of history) {
    const current = stretches.at(-1);
    if (current?.side === sideOf(row.status)) current.rows.push(row);
    else stretches.push({ side: sideOf(row.status), rows: [row] });
  }
  return stretches;
}

/**
 * The act that made the group row what it is: the oldest row in the newest unbroken run of history rows that mean the same (in or out) as the group row. Undefined
 * where no row means the same: a merge moves rows in place, and history can be missing (rules section 1, civicrm-recorded.md 0.11).
 */
export function actBehind(group: GroupStatus, history: readonly HistoryRow[]): HistoryRow | undefined {
  return stretchesOf(history).findLast(({ side }) => side === sideOf(group))?.rows[0];
}

/** C.date: the date of the act behind the group row. Null: undated. */
export const dateGroupStatus = (group: GroupStatus, history: readonly HistoryRow[]): number | null =>
  actBehind(group, history)?.at ?? null;

/** `Deleted` where there is no row and the newest history row says so, else `none` (rules section 1). */
export function statusWithoutRow(history: readonly HistoryRow[]): 'Deleted' | 'none' {
  return history.at(-1)?.status === 'Deleted' ? 'Deleted' : 'none';
}

/** History rows that came after the one that a base remembers; without a base all of them. */
export const rowsAfter = (history: readonly HistoryRow[], base: BaseMark | null): readonly HistoryRow[] =>
  base === null ? history : history.filter((row) => row.id > base.historyId);
type BaseMark = Pick<Base, 'historyId'>;

/**
 * `method` of the removal behind the present group row: the person's own where one of its rows is, else that of the act. Null while the row is Added, or where
 * nobody removed anybody.
 */
export function removalMethodOf(group: GroupStatus, history: readonly HistoryRow[]): string | null {
  if (sideOf(group) === 'in') return null;
  const newest = stretchesOf(history).findLast(({ side }) => side === 'out');
  return (newest && removalIn(newest)?.method) ?? null;
}

/** The row that says who removed somebody: the person's own where there is one, else the first; the others changed nothing. */
function removalIn({ rows }: Stretch): HistoryRow | undefined {
  const removals = rows.filter(({ status }) => hasLeftGroup(status));
  return removals.find(({ method }) => isOwnWill(method)) ?? removals[0];
}

/**
 * 2.3: the newest removal was by the person's own hand, and the `Added` after it, if any, was not made by staff. Saves that changed nothing neither hide the
 * removal nor count as adding.
 */
export function leftGroupByOwnWill(history: readonly HistoryRow[]): boolean {
  const stretches = stretchesOf(history);
  // Our own removals hide nobody's will (I7).
  const left = stretches.findLastIndex((stretch) => removalIn(stretch)?.byUs === false);
  const removal = stretches[left];
  if (removal === undefined || !isOwnWill(removalIn(removal)?.method ?? null)) return false;
  return !stretches.slice(left + 1).some(({ side, rows }) => side === 'in' && rows[0].method === 'Admin');
}

/**
 * 2.1: since the base, a removal followed by an `Added`, neither written by us: staff re-added somebody knowing better. Gives the act of adding; a
 * save that changed nothing later is none.
 */
export function findReAdding(history: readonly HistoryRow[], base: BaseMark | null): HistoryRow | undefined {
  const added = actBehind('Added', history);
  if (added === undefined || added.byUs) return undefined;
  const wasRemoved = rowsAfter(history, base).some(
    (row) => hasLeftGroup(row.status) && !row.byUs && row.id < added.id,
  );
  return wasRemoved ? added : undefined;
}

/** A removal, not written by us, and whether it shows that somebody joined and then left: it follows an `Added`, or is the person's own (2.1). */
export interface LaterRemoval {
  readonly row: HistoryRow;
  readonly isLeaving: boolean;
}

/** All removals among the rows since a base that we did not write, oldest first (2.1). */
export function listRemovalsByOthers(rows: readonly HistoryRow[]): readonly LaterRemoval[] {
  const firstAdded = rows.findIndex((row) => row.status === 'Added');
  return rows.flatMap((row, at) => {
    if (!hasLeftGroup(row.status) || row.byUs) return [];
    return [{ row, isLeaving: isOwnWill(row.method) || (firstAdded >= 0 && firstAdded < at) }];
  });
}

/** The newest row's id, to remember what a base or an ask had seen; 0 where there is no row. */
export const newestId = (history: readonly HistoryRow[] | null): number => history?.at(-1)?.id ?? 0;
