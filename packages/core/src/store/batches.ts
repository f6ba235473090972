import {
  type AccountId,
  accountId,
  type BatchId,
  batchId,
  type ConnectionId,
  connectionId,
  type UpdateId,
} from '../domain/ids.ts';
import type { Db } from './db.ts';
import type { Batch as BatchRow } from './generated/client.ts';
import { type ClaimedUpdate, toClaimed } from './updates.ts';

/** `claimed`: its updates are ours, Mailchimp may or may not have it. `submitted`: Mailchimp has told us its id. `settled`; `lost`: given up. */
export type BatchState = 'claimed' | 'submitted' | 'settled' | 'lost';

/** A batch as we know it. */
export interface Batch {
  readonly id: BatchId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly remoteId: string | null;
  readonly state: BatchState;
  readonly operations: number;
  readonly finished: number;
  readonly claimedAt: Date;
  readonly submittedAt: Date | null;
  /** Somebody aborted what it carries. */
  readonly abandonedAt: Date | null;
  readonly settledAt: Date | null;
  readonly nextPollAt: Date | null;
  readonly polls: number;
}

/** Puts claimed updates into a batch: committed before the batch is submitted (durability rule 4). */
export async function claimBatch(
  tx: Db,
  scope: { readonly connectionId: ConnectionId; readonly accountId: AccountId },
  { updates, now }: { readonly updates: readonly UpdateId[]; readonly now: Date },
): Promise<Batch> {
  const row = await tx.batch.create({
    data: { ...scope, operations: updates.length, claimedAt: now, nextPollAt: now },
  });
  await tx.$executeRaw`UPDATE updates SET batch_id = ${row.id} WHERE id = ANY(${[...updates]})`;
  return toBatch(row);
}

/** Mailchimp has it, under this id; to be looked at from then on. */
export async function recordSubmitted(
  db: Db,
  id: BatchId,
  remoteId: string,
  nextPollAt: Date,
): Promise<void> {
  await db.batch.updateMany({
    where: { id, state: 'claimed' },
    data: { state: 'submitted', remoteId, submittedAt: new Date(), nextPollAt },
  });
}

/** Mailchimp surely has not taken it. Its updates have been queued again. */
export async function recordNotSubmitted(tx: Db, id: BatchId): Promise<void> {
  await tx.batch.update({ where: { id }, data: { state: 'lost', nextPollAt: null, settledAt: new Date() } });
}

/** Looked at: not finished, or its results are not there yet. */
export async function recordPolled(
  db: Db,
  id: BatchId,
  seen: { readonly remoteStatus: string; readonly finished: number; readonly nextPollAt: Date },
): Promise<void> {
  await db.batch.update({ where: { id }, data: { ...seen, polls: { increment: 1 } } });
}

/** All its updates have an outcome. */
export async function recordBatchSettled(tx: Db, id: BatchId, state: 'settled' | 'lost'): Promise<void> {
  await tx.batch.update({ where: { id }, data: { state, nextPollAt: null, settledAt: new Date() } });
}

/** Whatever of a connection is under way at Mailchimp is not wanted any more: to be deleted there, and its people read, at the next look, which is due now. */
export async function abandonBatches(tx: Db, connection: ConnectionId, now: Date): Promise<number> {
  const { count } = await tx.batch.updateMany({
    where: { connectionId: connection, state: { in: ['claimed', 'submitted'] }, abandonedAt: null },
    data: { abandonedAt: now, nextPollAt: now },
  });
  return count;
}

export async function findBatch(db: Db, id: BatchId): Promise<Batch | null> {
  const row = await db.batch.findUnique({ where: { id } });
  return row === null ? null : toBatch(row);
}

/** Batches that are to be looked at now, oldest first. */
export async function listDueBatches(db: Db, now: Date): Promise<readonly Batch[]> {
  const rows = await db.batch.findMany({
    where: { state: { in: ['claimed', 'submitted'] }, nextPollAt: { lte: now } },
    orderBy: { id: 'asc' },
  });
  return rows.map(toBatch);
}

/** A connection's batches, newest first. */
export async function listBatches(
  db: Db,
  connection: ConnectionId,
  limit: number,
): Promise<readonly Batch[]> {
  const rows = await db.batch.findMany({
    where: { connectionId: connection },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(toBatch);
}

/** Which of these ids of Mailchimp's are batches of ours. */
export async function listOwnRemoteIds(db: Db, remoteIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.batch.findMany({
    where: { remoteId: { in: [...remoteIds] } },
    select: { remoteId: true },
  });
  return new Set(rows.flatMap((row) => row.remoteId ?? []));
}

/** The updates that a batch carries and that have no outcome yet. */
export async function listBatchUpdates(db: Db, id: BatchId): Promise<readonly ClaimedUpdate[]> {
  const rows = await db.$queryRaw<readonly Parameters<typeof toClaimed>[0][]>`
    SELECT id, connection_id, run_id, member_id, decision_id, kind, calls, step, wanted_status, attempts FROM updates
    WHERE batch_id = ${id} AND state = 'submitted' ORDER BY id`;
  return rows.map(toClaimed);
}

function toBatch(row: BatchRow): Batch {
  return {
    ...row,
    id: batchId(row.id),
    connectionId: connectionId(row.connectionId),
    accountId: accountId(row.accountId),
    state: row.state as BatchState,
  };
}
