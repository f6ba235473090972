import { judgeTail, listAstray } from '../decide/judge-tail.ts';
import type { TailRow } from '../domain/history-tail.ts';
import { type ContactId, groupId } from '../domain/ids.ts';
import { FaultError } from '../errors/sync-error.ts';
import { recordUntrusted } from '../store/untrusted.ts';
import type { PlanContext } from './stage.ts';

/** What a run goes by: the rows to be kept when it finishes, and whether CiviCRM has to be compared whole. */
export interface CheckedTail {
  readonly tail: readonly TailRow[];
  readonly isComplete: boolean;
}

/**
 * E26: is CiviCRM's history still the one that the last run read? Where it is another one, CiviCRM was restored from a backup: nothing that was agreed since can be trusted, so
 * the connection stops, and goes on with what is like a first sync, held for approval. The newest rows are those of the subscription group and the interest groups together. One
 * request; others where rows are missing.
 */
export async function checkTail(ctx: PlanContext): Promise<CheckedTail> {
  const { store, connection, civicrm, lease, signal } = ctx;
  const known = connection.historyTail;
  const { stored, tail } = await civicrm.fetchHistoryTail(
    connection.groupId,
    known.map(({ id }) => id),
    signal,
  );
  const astray = listAstray(known, stored);
  const lost = await findLost(ctx, astray);
  const goneGroups = await findGoneGroups(ctx, astray);
  switch (judgeTail({ stored: known, found: stored, lost, goneGroups })) {
    case 'intact':
      return { tail, isComplete: true };
    case 'compare':
      await ctx.tell('warn', 'Rows of the groups’ history are missing; everything in CiviCRM is compared');
      return { tail, isComplete: false };
    case 'rewritten':
      await store.fenced(lease, (tx) => recordUntrusted(tx, connection.id));
      throw new FaultError('HISTORY_REWRITTEN', REWRITTEN);
  }
}

const REWRITTEN =
  'CiviCRM’s history of the groups is not the one that was read before: it was restored from a backup, or rewritten. Nothing was changed. What both sides had agreed is set aside: the next sync is like a first one, and waits for approval.';

async function findLost(
  { civicrm, connection, signal }: PlanContext,
  astray: readonly TailRow[],
): Promise<ReadonlySet<ContactId>> {
  const ids = [...new Set(astray.map(({ contactId }) => contactId))];
  if (ids.length === 0) return new Set();
  const records = await civicrm.fetchContacts(connection.groupId, ids, signal);
  const live = new Set(records.filter(({ state }) => state === 'live').map(({ contactId }) => contactId));
  return new Set(ids.filter((id) => !live.has(id)));
}

/** That the subscription group is there was checked before (E17). */
async function findGoneGroups(
  { civicrm, connection, signal }: PlanContext,
  astray: readonly TailRow[],
): Promise<ReadonlySet<number>> {
  const others = astray.flatMap(({ groupId: id }) => (id === null || id === connection.groupId ? [] : id));
  if (others.length === 0) return new Set();
  const groups = await civicrm.fetchGroups([...new Set(others)].map(groupId), signal);
  return new Set([...groups].flatMap(([id, group]) => (group === null ? id : [])));
}
