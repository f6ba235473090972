import type { MailchimpFacts, MailchimpStatus } from '../domain/facts.ts';
import {
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
import { mergeRows } from './linking.ts';
import { type MemberRow, toMailchimpFacts } from './member-rows.ts';
import { RUN_CHANNEL } from './runs.ts';

/** An update to be queued: what it is for and what it says. */
export interface QueuedUpdate {
  readonly decisionId: DecisionId;
  readonly memberId: MemberId;
  readonly planned: PlannedUpdate;
  /** Newest history row that the decision had seen; kept with an ask (I5). */
  readonly historyId: number;
}

/**
 * The outbox (durability rule 2): updates are queued, their people become `live` and asks are recorded, in the transaction that applies the decisions. Somebody who
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
    UPDATE members AS member SET sync_status = 'live', reason = NULL, updated_at = now(),
      asked_at = CASE WHEN wanted.kind = 'ask' THEN now() ELSE member.asked_at END,
      asked_history_id = CASE WHEN wanted.kind = 'ask' THEN wanted.history_id ELSE member.asked_history_id END
    FROM jsonb_to_recordset(${rows}::jsonb) AS wanted (member_id int, decision_id int, kind text, history_id int)
    JOIN decisions AS decision ON decision.id = wanted.decision_id OR decision.lead_id = wanted.decision_id
    WHERE member.id = decision.member_id AND wanted.decision_id = ANY(${decisions})`;
  return decisions;
}

const toRow = ({ planned, ...update }: QueuedUpdate) => ({
  member_id: update.memberId,
  decision_id: update.decisionId,
  history_id: update.historyId,
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
 * Claims up to `limit` queued updates of a connection that are due: they become `submitted` before anything is sent. Two claimers never get the same update.
 */
export async function claimUpdates(
  tx: Db,
  connection: ConnectionId,
  limit: number,
): Promise<readonly ClaimedUpdate[]> {
  const rows = await tx.$queryRaw<readonly UpdateRow[]>`
    UPDATE updates SET state = 'submitted', submitted_at = now(), attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM updates
      WHERE connection_id = ${connection} AND state = 'queued' AND (not_before IS NULL OR not_before <= now())
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, connection_id, run_id, member_id, decision_id, kind, calls, step, wanted_status, attempts`;
  return rows.map(toClaimed).toSorted((one, other) => one.id - other.id);
}

/** Surely not sent after all: back to the queue, not to be claimed before a moment. */
export async function requeueUpdates(
  tx: Db,
  ids: readonly UpdateId[],
  notBefore: Date | null,
): Promise<void> {
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
  /** What a refusal of it rests on (rules 2.3). */
  readonly ifRefused: string;
}

/** Of these updates those that are still under way, locked until the transaction ends. */
export async function listOpenUpdates(tx: Db, ids: readonly UpdateId[]): Promise<readonly OpenUpdate[]> {
  const updates = await tx.$queryRaw<readonly (UpdateRow & WriteColumns)[]>`
    SELECT updates.id, updates.connection_id, updates.run_id, updates.member_id, updates.decision_id, updates.kind, updates.calls,
      updates.step, updates.wanted_status, updates.attempts,
      jsonb_path_query_first(decisions.writes, '$[*].removalMethod') #>> '{}' AS removal_method,
      jsonb_path_query_first(decisions.writes, '$[*].ifRefused') #>> '{}' AS if_refused
    FROM updates JOIN decisions ON decisions.id = updates.decision_id
    WHERE updates.id = ANY(${[...ids]}) AND updates.state = 'submitted' ORDER BY updates.id FOR UPDATE OF updates`;
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
  readonly if_refused: string | null;
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
    ifRefused: row.if_refused ?? '',
  };
}

/** What became of one update, and of its person. */
export interface SettledUpdate {
  readonly id: UpdateId;
  readonly state: Exclude<UpdateState, 'submitted' | 'withdrawn'>;
  readonly step: number;
  readonly notBefore: Date | null;
  readonly httpStatus: number | null;
  readonly reason: string | null;
  readonly answer: string | null;
}

/** Settles updates under way; those settled already stay as they are. */
export async function recordSettledUpdates(tx: Db, settled: readonly SettledUpdate[]): Promise<void> {
  if (settled.length === 0) return;
  const rows = JSON.stringify(
    settled.map((update) => ({
      id: update.id,
      state: update.state,
      step: update.step,
      not_before: update.notBefore,
      http_status: update.httpStatus,
      reason: update.reason,
      answer: update.answer,
    })),
  );
  await tx.$executeRaw`
    UPDATE updates SET state = settled.state, step = settled.step, not_before = settled.not_before, http_status = settled.http_status,
      reason = settled.reason, answer = settled.answer,
      batch_id = CASE WHEN settled.state = 'queued' THEN NULL ELSE updates.batch_id END,
      submitted_at = CASE WHEN settled.state = 'queued' THEN NULL ELSE updates.submitted_at END,
      settled_at = CASE WHEN settled.state = 'queued' THEN NULL ELSE now() END
    FROM jsonb_to_recordset(${rows}::jsonb) AS settled (
      id int, state text, step int, not_before timestamptz, http_status int, reason text, answer text)
    WHERE updates.id = settled.id AND updates.state = 'submitted'`;
  await tx.$executeRaw`
    SELECT pg_notify(${RUN_CHANNEL}, run_id::text) FROM updates
    WHERE id = ANY(${settled.map(({ id }) => id)}) AND run_id IS NOT NULL GROUP BY run_id`;
}

/**
 * The address of somebody who was not there is Mailchimp's member now: every row of that address without one gets it. Where a fetch was faster and the link is there
 * already, the two rows become one.
 */
export async function recordNewMembers(
  tx: Db,
  connection: ConnectionId,
  members: readonly { readonly addressKey: string; readonly mailchimpContactId: string }[],
): Promise<void> {
  if (members.length === 0) return;
  const rows = JSON.stringify(
    members.map((member) => ({ address_key: member.addressKey, contact_id: member.mailchimpContactId })),
  );
  const twins = await tx.$queryRaw<readonly { gone: number; kept: number }[]>`
    SELECT half.id AS gone, whole.id AS kept FROM jsonb_to_recordset(${rows}::jsonb) AS made (address_key text, contact_id text)
    JOIN members AS half ON half.connection_id = ${connection} AND half.address_key = made.address_key AND half.mailchimp_contact_id IS NULL
    JOIN members AS whole ON whole.connection_id = ${connection} AND whole.mailchimp_contact_id = made.contact_id
      AND whole.contact_id = half.contact_id`;
  await mergeRows(tx, twins);
  await tx.$executeRaw`
    UPDATE members AS member SET mailchimp_contact_id = made.contact_id, mailchimp_status = 'absent', updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS made (address_key text, contact_id text)
    WHERE member.connection_id = ${connection} AND member.address_key = made.address_key AND member.mailchimp_contact_id IS NULL`;
}

/** The base moves: the last write of these decisions is confirmed. Followers move with their lead (rules 1.1). */
export async function confirmDecisions(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET base_side = decision.side, base_at = now(), base_opted_in_at = member.mailchimp_opted_in_at,
      base_history_id = coalesce((decision.facts ->> 'historyId')::int, member.base_history_id), base_by_trash = decision.by_trash,
      sync_status = 'ok', reason = NULL, refusal_fingerprint = '', retry_at = NULL, retries = 0, updated_at = now()
    FROM decisions AS decision
    WHERE (decision.id = ANY(${[...ids]}) OR decision.lead_id = ANY(${[...ids]})) AND decision.side IS NOT NULL
      AND member.id = decision.member_id`;
}

/** These people, and those whose decisions followed theirs, are to be looked at again. */
export async function recordTodo(tx: Db, decisions: readonly DecisionId[]): Promise<void> {
  if (decisions.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = 'todo', reason = NULL, updated_at = now() FROM decisions AS decision
    WHERE (decision.id = ANY(${[...decisions]}) OR decision.lead_id = ANY(${[...decisions]})) AND member.id = decision.member_id`;
}

/** Mailchimp will not do something for somebody, and says why only in words: stands until what it rests on changes (rules 2.3). */
export interface RecordedRefusal {
  readonly decisionId: DecisionId;
  readonly retryAt: Date | null;
  readonly fingerprint: string;
}

export async function recordRefusals(tx: Db, refusals: readonly RecordedRefusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const rows = JSON.stringify(
    refusals.map((refusal) => ({
      decision_id: refusal.decisionId,
      retry_at: refusal.retryAt,
      fingerprint: refusal.fingerprint,
    })),
  );
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = 'fail', reason = 'rejected', refusal_fingerprint = refused.fingerprint,
      retry_at = refused.retry_at, retries = member.retries + CASE WHEN refused.retry_at IS NULL THEN 0 ELSE 1 END, updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS refused (decision_id int, retry_at timestamptz, fingerprint text)
    JOIN decisions AS decision ON decision.id = refused.decision_id OR decision.lead_id = refused.decision_id
    WHERE member.id = decision.member_id`;
}

/** What Mailchimp has said for good of these people: a fact of theirs from now on, by which the rules decide afresh. */
export async function recordMarks(
  tx: Db,
  decisions: readonly DecisionId[],
  mark: 'forgotten' | 'in-compliance-state',
): Promise<void> {
  if (decisions.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET forgotten = member.forgotten OR ${mark === 'forgotten'},
      in_compliance_state = member.in_compliance_state OR ${mark === 'in-compliance-state'}, updated_at = now()
    FROM decisions AS decision
    WHERE (decision.id = ANY(${[...decisions]}) OR decision.lead_id = ANY(${[...decisions]})) AND member.id = decision.member_id`;
}

/** Connections with updates that are due. */
export async function listDueConnections(db: Db): Promise<readonly ConnectionId[]> {
  const rows = await db.$queryRaw<readonly { connection_id: number }[]>`
    SELECT DISTINCT connection_id FROM updates WHERE state = 'queued' AND (not_before IS NULL OR not_before <= now())`;
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

export async function hasDueUpdates(db: Db, connection: ConnectionId): Promise<boolean> {
  return (await listDueConnections(db)).includes(connection);
}

/** How many of a run's updates have no outcome yet. */
export async function countOpenUpdates(db: Db, run: RunId): Promise<number> {
  return await db.update.count({ where: { runId: run, state: { in: ['queued', 'submitted'] } } });
}
