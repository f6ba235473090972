import { TAIL_ROWS, type TailRow } from '../domain/history-tail.ts';
import type { ContactId } from '../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';

/** The rows as they were read, and what stands under their ids now. */
export interface TailFacts {
  readonly stored: readonly TailRow[];
  /** Of any group and contact; ids that are not there any more are missing. */
  readonly found: readonly TailRow[];
  /** Contacts that are erased, in the trash, or merged into others: history goes with them, or moves. */
  readonly lost: ReadonlySet<ContactId>;
  /** Groups that are gone, with all of their history. */
  readonly goneGroups: ReadonlySet<number>;
}

/**
 * `intact`: as it was read, or gone for a reason. `compare`: rows are missing for no reason that we can see, so everything is compared. `rewritten`: another history than the one
 * we read, which means a backup; what was agreed since then cannot be trusted.
 */
export type TailVerdict = 'intact' | 'compare' | 'rewritten';

/** E26: is CiviCRM's history still the one that we read? */
export function judgeTail({ stored, found, lost, goneGroups }: TailFacts): TailVerdict {
  const now = new Map(found.map((row) => [row.id, row]));
  if (stored.some((row) => carriesAnother(row, now.get(row.id)))) return 'rewritten';
  // Only the contact differs: a merge has re-pointed it, like one that is not there.
  const astray = listAstray(stored, found);
  const unexplained = astray.filter(
    ({ contactId, groupId }) => !lost.has(contactId) && (groupId === null || !goneGroups.has(groupId)),
  );
  if (unexplained.length === 0) return 'intact';
  const isAllMissing = stored.length >= TAIL_ROWS && found.length === 0;
  return isAllMissing && unexplained.length === stored.length ? 'rewritten' : 'compare';
}

/** Across a DST change CiviCRM tells the same moment an hour off. */
const SAME_MOMENT_MS = HOUR_MS + 2 * MINUTE_MS;

function carriesAnother(row: TailRow, now: TailRow | undefined): boolean {
  if (now === undefined) return false;
  return (
    now.groupId !== row.groupId || now.status !== row.status || Math.abs(now.at - row.at) > SAME_MOMENT_MS
  );
}

/** Rows that are not where they were: whoever asks what became of their contacts and groups can judge. */
export function listAstray(stored: readonly TailRow[], found: readonly TailRow[]): readonly TailRow[] {
  const now = new Map(found.map((row) => [row.id, row.contactId]));
  return stored.filter((row) => now.get(row.id) !== row.contactId);
}
