import type { MailchimpFacts, MailchimpStatus } from '../domain/facts.ts';
import {
  type BatchId,
  type ConnectionId,
  connectionId,
  type DecisionId,
  decisionId,
  type MemberId,
  memberId,
  type RunId,
  runId,
  type UpdateId,
  updateId,
} from '../domain/ids.ts';
import type { MemberCall } from '../domain/mailchimp-call.ts';
import type { PlannedUpdate, UpdateKind, UpdateState } from '../domain/update.ts';
import type { Db } from './db.ts';
import { type MemberRow, toMailchimpFacts } from './member-rows.ts';

/** An update to be queued: what it is for and what it says. */
export interface QueuedUpdate {
  readonly decisionId: DecisionId;
  /** The row of the address that is written to (`carriers.ts`). */
  readonly memberId: MemberId;
  readonly planned: PlannedUpdate;
}

/**
 * The outbox (durability rule 2): updates are queued and their people become `live`, in the transaction that applies the decisions. Somebody who
 * has an open update already is left alone; the decisions whose updates were queued come back.
 */
export async function enqueueUpdates(
  tx: Db,
  scope: { readonly connectionId: ConnectionId; readonly runId: RunId | null },
  updates: readonly QueuedUpdate[],
): Promise<readonly DecisionId[]> {
  if (updates.length === 0) return [];
  const rows = JSON.stringify(updates.map(toRow));
  const queued = await tx.$queryRaw<readonly { decision_id: number }[]>`
    INSERT INTO updates (connection_id, run_id, member_id, decision_id, kind, calls, wanted_status)
    SELECT ${scope.connectionId}, ${scope.runId}, member_id, decision_id, kind, calls, wanted_status
    FROM jsonb_to_recordset(${rows}::jsonb) AS wanted (member_id int, decision_id int, kind text, calls jsonb, wanted_status text)
    ORDER BY member_id
    ON CONFLICT DO NOTHING
    RETURNING decision_id`;
  const decisions = queued.map((row) => decisionId(row.decision_id));
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = 'live', reason = NULL, updated_at = now()
    FROM (
      SELECT member_id FROM jsonb_to_recordset(${rows}::jsonb) AS carrier (member_id int, decision_id int)
      WHERE decision_id = ANY(${decisions})
      UNION
      SELECT member_id FROM decisions WHERE id = ANY(${decisions})
      UNION
      SELECT member_id FROM decisions WHERE lead_id = ANY(${decisions})
    ) AS concerned
    WHERE member.id = concerned.member_id`;
  return decisions;
}

const toRow = ({ planned, ...update }: QueuedUpdate) => ({
  member_id: update.memberId,
  decision_id: update.decisionId,
  kind: planned.kind,
  calls: planned.calls,
  wanted_status: planned.wantedStatus,
});

/** An update that was claimed: to be sent, or sent. */
export interface ClaimedUpdate {
  readonly id: UpdateId;
  readonly connectionId: ConnectionId;
  readonly runId: RunId | null;
  readonly memberId: MemberId;
  readonly decisionId: DecisionId;
  readonly kind: UpdateKind;
  readonly calls: readonly MemberCall[];
  readonly step: number;
  readonly wantedStatus: MailchimpStatus | null;
  readonly attempts: number;
}

interface UpdateRow {
  readonly id: number;
  readonly connection_id: number;
  readonly run_id: number | null;
  readonly member_id: number;
  readonly decision_id: number;
  readonly kind: UpdateKind;
  readonly calls: readonly MemberCall[];
  readonly step: number;
  readonly wanted_status: MailchimpStatus | null;
  readonly attempts: number;
}

export const toClaimed = (row: UpdateRow): ClaimedUpdate => ({
  id: updateId(row.id),
  connectionId: connectionId(row.connection_id),
  runId: row.run_id === null ? null : runId(row.run_id),
  memberId: memberId(row.member_id),
  decisionId: decisionId(row.decision_id),
  kind: row.kind,
  calls: row.calls,
  step: row.step,
  wantedStatus: row.wanted_status,
  attempts: row.attempts,
});

/**
 * Claims up to `limit` queued updates of a connection, or of one of its runs, that are due: they become `submitted`, and asks are recorded, before anything is sent (I5);
 * not earlier, for an ask that is withdrawn from the queue was never made. Two claimers never get the same
 * update.
 */
export async function claimUpdates(
  tx: Db,
  connection: ConnectionId,
  { limit, now, runId: ofRun }: { readonly limit: number; readonly now: Date; readonly runId?: RunId },
): Promise<readonly ClaimedUpdate[]> {
  // Materialised: a sub-select with a limit may be run again for each row, and then claims more.
  const rows = await tx.$queryRaw<readonly UpdateRow[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM updates
      WHERE connection_id = ${connection} AND state = 'queued' AND (not_before IS NULL OR not_before <= ${now})
        AND (${ofRun ?? null}::int IS NULL OR run_id = ${ofRun ?? null})
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE updates SET state = 'submitted', submitted_at = ${now}, attempts = attempts + 1
    FROM due WHERE updates.id = due.id
    RETURNING updates.id, connection_id, run_id, member_id, decision_id, kind, calls, step, wanted_status, attempts`;
  await recordAsked(
    tx,
    rows.filter(({ kind }) => kind === 'ask').map(({ id }) => id),
  );
  return rows.map(toClaimed).toSorted((one, other) => one.id - other.id);
}

/** For which act somebody is asked: on the row that is written to, that of the decision, and those that follow it. */
async function recordAsked(tx: Db, asks: readonly number[]): Promise<void> {
  if (asks.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET asked_at = now(), asked_history_id = asked.history_id
    FROM (
      SELECT ask.member_id, (decision.facts ->> 'historyId')::int AS history_id
      FROM updates AS ask JOIN decisions AS decision ON decision.id = ask.decision_id WHERE ask.id = ANY(${[...asks]})
      UNION
      SELECT concerned.member_id, (decision.facts ->> 'historyId')::int
      FROM updates AS ask JOIN decisions AS decision ON decision.id = ask.decision_id
      JOIN decisions AS concerned ON decision.id IN (concerned.id, concerned.lead_id) WHERE ask.id = ANY(${[...asks]})
    ) AS asked
    WHERE member.id = asked.member_id`;
}

/** These asks were surely not made after all. */
export async function forgetAsks(tx: Db, ids: readonly UpdateId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET asked_at = NULL, asked_history_id = 0
    FROM updates AS ask JOIN decisions AS concerned ON ask.decision_id IN (concerned.id, concerned.lead_id)
    WHERE ask.id = ANY(${[...ids]}) AND ask.kind = 'ask' AND ask.step = 0 AND member.id IN (ask.member_id, concerned.member_id)`;
}

/** Of these updates those that are still ours to send as they were claimed: whoever was frozen for long has been given up, and must not send any more. */
export async function listStillClaimed(
  db: Db,
  updates: readonly Pick<ClaimedUpdate, 'id' | 'attempts'>[],
  batch: BatchId | null,
): Promise<ReadonlySet<UpdateId>> {
  const rows = await db.$queryRaw<readonly { id: number; attempts: number }[]>`
    SELECT id, attempts FROM updates WHERE id = ANY(${updates.map(({ id }) => id)}) AND state = 'submitted' AND batch_id IS NOT DISTINCT FROM ${batch}::int`;
  const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
  return new Set(updates.filter((update) => attempts.get(update.id) === update.attempts).map(({ id }) => id));
}

/** Surely not sent after all: back to the queue, not to be claimed before a moment. */
export async function requeueUpdates(
  tx: Db,
  ids: readonly UpdateId[],
  notBefore: Date | null,
): Promise<void> {
  await forgetAsks(tx, ids);
  await tx.$executeRaw`
    UPDATE updates SET state = 'queued', batch_id = NULL, submitted_at = NULL, not_before = ${notBefore}
    WHERE id = ANY(${[...ids]}) AND state = 'submitted'`;
}

/** An update under way with what we know of its person. */
export interface OpenUpdate extends ClaimedUpdate {
  /** M as last seen; null where nobody was there. */
  readonly known: MailchimpFacts | null;
  /** Hash and names as last seen. */
  readonly mailchimpId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly addressKey: string;
  readonly retries: number;
  /** `method` of the CiviCRM removal that it carries out. */
  readonly removalMethod: string | null;
}

/**
 * Of these updates those that are still under way as they were sent: in this batch, or singly (null). Locked until the transaction ends. What was sent once more since
 * then, or its next call, has left the batch: an old result read again says nothing of it.
 */
export async function listOpenUpdates(
  tx: Db,
  ids: readonly UpdateId[],
  batch: BatchId | null,
): Promise<readonly OpenUpdate[]> {
  const updates = await tx.$queryRaw<readonly (UpdateRow & WriteColumns)[]>`
    SELECT updates.id, updates.connection_id, updates.run_id, updates.member_id, updates.decision_id, updates.kind, updates.calls,
      updates.step, updates.wanted_status, updates.attempts,
      jsonb_path_query_first(decisions.writes, '$[*].removalMethod') #>> '{}' AS removal_method
    FROM updates JOIN decisions ON decisions.id = updates.decision_id
    WHERE updates.id = ANY(${[...ids]}) AND updates.state = 'submitted' AND updates.batch_id IS NOT DISTINCT FROM ${batch}::int
    ORDER BY updates.id FOR UPDATE OF updates`;
  const members = await tx.$queryRaw<readonly MemberRow[]>`
    SELECT * FROM members WHERE id = ANY(${updates.map((row) => row.member_id)}) ORDER BY id FOR UPDATE`;
  const byId = new Map(members.map((row) => [row.id, row]));
  return updates.flatMap((row) => {
    const member = byId.get(row.member_id);
    return member === undefined ? [] : [toOpen(row, member)];
  });
}

interface WriteColumns {
  readonly removal_method: string | null;
}

function toOpen(row: UpdateRow & WriteColumns, member: MemberRow): OpenUpdate {
  return {
    ...toClaimed(row),
    known: toMailchimpFacts(member),
    mailchimpId: member.mailchimp_id ?? '',
    firstName: member.first_name,
    lastName: member.last_name,
    addressKey: member.address_key,
    retries: member.retries,
    removalMethod: row.removal_method,
  };
}

/** Connections with updates that are due. */
export async function listDueConnections(db: Db, now: Date): Promise<readonly ConnectionId[]> {
  const rows = await db.$queryRaw<readonly { connection_id: number }[]>`
    SELECT DISTINCT connection_id FROM updates WHERE state = 'queued' AND (not_before IS NULL OR not_before <= ${now})`;
  return rows.map((row) => connectionId(row.connection_id));
}

/** Updates that were claimed to be sent singly and never settled: their sender died. */
export async function listForgottenUpdates(
  db: Db,
  olderThan: Date,
  limit: number,
): Promise<readonly ClaimedUpdate[]> {
  const rows = await db.$queryRaw<readonly UpdateRow[]>`
    SELECT id, connection_id, run_id, member_id, decision_id, kind, calls, step, wanted_status, attempts FROM updates
    WHERE state = 'submitted' AND batch_id IS NULL AND submitted_at < ${olderThan} ORDER BY id LIMIT ${limit}`;
  return rows.map(toClaimed);
}

/** How many updates stand where, of a connection, and of one run where given. */
export async function countUpdates(
  db: Db,
  connection: ConnectionId,
  run?: RunId,
): Promise<Readonly<Partial<Record<UpdateState, number>>>> {
  const rows = await db.update.groupBy({
    by: ['state'],
    where: { connectionId: connection, ...(run && { runId: run }) },
    _count: { _all: true },
  });
  return Object.fromEntries(rows.map((row) => [row.state, row._count._all]));
}

/** Runs with updates that have no outcome yet, oldest first. */
export async function listRunsOfOpenUpdates(db: Db, connection: ConnectionId): Promise<readonly RunId[]> {
  const rows = await db.$queryRaw<readonly { run_id: number }[]>`
    SELECT DISTINCT run_id FROM updates
    WHERE connection_id = ${connection} AND state IN ('queued', 'submitted') AND run_id IS NOT NULL ORDER BY run_id`;
  return rows.map((row) => runId(row.run_id));
}

export async function hasDueUpdates(db: Db, connection: ConnectionId, now: Date): Promise<boolean> {
  return (await listDueConnections(db, now)).includes(connection);
}

/**
 * How many of a run's updates have no outcome yet, or one after which the rules have still to decide afresh. That takes a moment; where it does not happen (a crash), it is the next
 * run's business.
 */
export async function countOpenUpdates(db: Db, run: RunId): Promise<number> {
  const rows = await db.$queryRaw<readonly { open: number }[]>`
    SELECT count(*)::int AS open FROM updates WHERE run_id = ${run} AND (
      state IN ('queued', 'submitted')
      OR (state IN ('refused', 'differs', 'unknown') AND settled_at > now() - interval '1 minute' AND EXISTS (
        SELECT 1 FROM members WHERE members.id = updates.member_id AND sync_status = 'todo' AND decided_in IS NULL)))`;
  return rows[0]?.open ?? 0;
}
