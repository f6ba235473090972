import type { GroupStatus, HistoryRow, Side } from '../domain/facts.ts';
import type { Instant } from '../domain/instant.ts';

/** The group statuses by which somebody has left; `Pending` and unknown texts are nobody's act (rules section 1). */
export const hasLeftGroup = (status: string): boolean => status === 'Removed' || status === 'Deleted';

const sideOf = (status: string): Side => (status === 'Added' ? 'in' : 'out');

/**
 * C.date: the date of the oldest row in the newest unbroken run of history rows that mean the same (in or out) as the group row. Null: undated. No-op saves write
 * rows too, and a merge moves rows in place, so the newest row alone tells little (rules section 1, civicrm-recorded.md 0.3, 0.11).
 */
export function dateGroupStatus(group: GroupStatus, history: readonly HistoryRow[]): Instant | null {
  const side = sideOf(group);
  const newest = history.findLastIndex((row) => sideOf(row.status) === side);
  if (newest < 0) return null;
  const before = history.findLastIndex((row, at) => at < newest && sideOf(row.status) !== side);
  return history[before + 1]?.at ?? null;
}

/** `Deleted` where there is no row and the newest history row says so, else `none` (rules section 1). */
export function statusWithoutRow(history: readonly HistoryRow[]): 'Deleted' | 'none' {
  return history.at(-1)?.status === 'Deleted' ? 'Deleted' : 'none';
}

/** History rows that came after the one a base, or an ask, remembers. */
export const rowsAfter = (history: readonly HistoryRow[], historyId: number): readonly HistoryRow[] =>
  history.filter((row) => row.id > historyId);

/** The newest row by which somebody left the group; undefined where nobody ever did. */
export const newestRemoval = (history: readonly HistoryRow[]): HistoryRow | undefined =>
  history.findLast((row) => hasLeftGroup(row.status));

/**
 * 2.1: a removal followed by an `Added`, neither written by us: staff re-added somebody knowing better. Gives that `Added`, the newest one.
 */
export function findReAdding(rows: readonly HistoryRow[]): HistoryRow | undefined {
  const removed = rows.findIndex((row) => hasLeftGroup(row.status) && !row.byUs);
  if (removed < 0) return undefined;
  return rows.findLast((row, at) => at > removed && row.status === 'Added' && !row.byUs);
}

/** 2.1: how a removal, not written by us, stands to the `Added` rows around it. */
export interface LaterRemoval {
  readonly row: HistoryRow;
  /** It follows an `Added` since the base: they joined, then left. */
  readonly followsAdded: boolean;
}

/** The newest removal among `rows` that we did not write; undefined where there is none. */
export function findRemovalByOthers(rows: readonly HistoryRow[]): LaterRemoval | undefined {
  const at = rows.findLastIndex((row) => hasLeftGroup(row.status) && !row.byUs);
  const row = rows[at];
  if (row === undefined) return undefined;
  return { row, followsAdded: rows.slice(0, at).some((earlier) => earlier.status === 'Added') };
}

/** The newest row's id, to remember what a base or an ask had seen; 0 where there is no row. */
export const newestId = (history: readonly HistoryRow[] | null): number => history?.at(-1)?.id ?? 0;
