import { type ConnectionId, type MemberId, type UpdateId, updateId } from '../domain/ids.ts';
import type { UpdateState } from '../domain/update.ts';
import { hasParted } from './bases.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';
import { mergeRows } from './linking.ts';
import { RUN_CHANNEL } from './runs.ts';

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

/** Somebody who was not at Mailchimp and is now. */
export interface NewMember {
  /** The row that was written for. */
  readonly memberId: MemberId;
  /** The address that Mailchimp has. The row's own may be another one by now, or none: the contact's may have changed while the update was under way. */
  readonly addressKey: string;
  readonly mailchimpContactId: string;
}

/**
 * The address of somebody who was not there is Mailchimp's member now: the row that was written for and every other row of that address without one get it, and are at that
 * address. Where a fetch was faster and the link is there already, the two rows become one.
 */
export async function recordNewMembers(
  tx: Db,
  connection: ConnectionId,
  members: readonly NewMember[],
): Promise<void> {
  if (members.length === 0) return;
  const rows = JSON.stringify(
    members.map((member) => ({
      member_id: member.memberId,
      address_key: member.addressKey,
      contact_id: member.mailchimpContactId,
    })),
  );
  const isHalf = (row: Prisma.Sql) => Prisma.sql`
    ${row}.connection_id = ${connection} AND ${row}.mailchimp_contact_id IS NULL
    AND (${row}.id = made.member_id OR ${row}.address_key = made.address_key)`;
  const twins = await tx.$queryRaw<readonly { gone: number; kept: number }[]>`
    SELECT half.id AS gone, whole.id AS kept FROM jsonb_to_recordset(${rows}::jsonb) AS made (member_id int, address_key text, contact_id text)
    JOIN members AS half ON ${isHalf(Prisma.raw('half'))}
    JOIN members AS whole ON whole.connection_id = ${connection} AND whole.mailchimp_contact_id = made.contact_id
      AND whole.contact_id = half.contact_id`;
  await mergeRows(tx, twins);
  await tx.$executeRaw`
    UPDATE members AS member SET mailchimp_contact_id = made.contact_id, address_key = made.address_key, mailchimp_status = 'absent', updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS made (member_id int, address_key text, contact_id text)
    WHERE ${isHalf(Prisma.raw('member'))}`;
}

/**
 * The rows that an update concerns: those of its decision, of the decisions that follow it (rules 1.1), and the one of the address that was written to. `decision_id` is
 * the row's own decision, or the leading one.
 */
const concerned = (ids: readonly UpdateId[]) => Prisma.sql`(
  WITH sent AS MATERIALIZED (SELECT id, decision_id, member_id FROM updates WHERE id = ANY(${[...ids]})),
  decided AS (
    SELECT sent.id AS update_id, decision.id AS decision_id, decision.member_id
    FROM sent JOIN decisions AS decision ON decision.id = sent.decision_id
    UNION ALL
    SELECT sent.id, decision.id, decision.member_id FROM sent JOIN decisions AS decision ON decision.lead_id = sent.decision_id
  )
  SELECT update_id, decision_id, member_id FROM decided
  UNION ALL
  SELECT id, decision_id, member_id FROM sent
  WHERE NOT EXISTS (SELECT 1 FROM decided WHERE decided.update_id = sent.id AND decided.member_id = sent.member_id)
) AS concerned`;

/**
 * Whether CiviCRM still is where the decision wanted both sides to be. While an update was under way a change there was stored and nobody looked at it (R5): then
 * the person is to be looked at again.
 */
const isCivicrmAsWanted = Prisma.sql`
  coalesce(member.contact_state = 'live' AND member.group_status = 'Added', false) = (coalesce(decision.side, 'in') = 'in')`;

/** Mailchimp says what was wanted: the base moves, unless it was an ask (R6a). */
export async function confirmUpdates(tx: Db, ids: readonly UpdateId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET
      base_side = coalesce(decision.side, member.base_side),
      base_at = CASE WHEN decision.side IS NULL THEN member.base_at ELSE now() END,
      base_opted_in_at = CASE WHEN decision.side IS NULL THEN member.base_opted_in_at ELSE member.mailchimp_opted_in_at END,
      base_history_id = CASE WHEN decision.side IS NULL THEN member.base_history_id ELSE (decision.facts ->> 'historyId')::int END,
      base_by_trash = CASE WHEN decision.side IS NULL THEN member.base_by_trash ELSE decision.by_trash END,
      rule = decision.rule, rule_as = decision.rule_as, sync_status = CASE WHEN ${isCivicrmAsWanted} AND NOT ${hasParted} AND decision.rule <> 'undo' THEN 'ok' ELSE 'todo' END,
      reason = NULL, refusal_fingerprint = '', retry_at = NULL, retries = 0, updated_at = now()
    FROM ${concerned(ids)} JOIN decisions AS decision ON decision.id = concerned.decision_id
    WHERE member.id = concerned.member_id`;
  await forgetMovedAsks(tx, ids);
}

/** A2: an ask was taken back because the contact has another address now. It was for the old one; the new one may be asked for the same act. */
async function forgetMovedAsks(tx: Db, ids: readonly UpdateId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET asked_at = NULL FROM updates AS sent
    JOIN decisions AS decision ON decision.id = sent.decision_id AND decision.rule = 'A2'
    JOIN members AS asked ON asked.id = decision.member_id
    WHERE sent.id = ANY(${[...ids]}) AND sent.kind = 'withdraw' AND member.connection_id = asked.connection_id
      AND member.contact_id = asked.contact_id`;
}

/** These people are to be looked at again. */
export async function recordTodo(tx: Db, ids: readonly UpdateId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = 'todo', decided_in = NULL, reason = NULL, updated_at = now() FROM ${concerned(ids)}
    WHERE member.id = concerned.member_id`;
}

/** What a connection has queued is not sent: its people are to be looked at again. Gives how many updates. */
export async function withdrawUpdates(tx: Db, connection: ConnectionId): Promise<number> {
  const queued = await tx.$queryRaw<readonly { id: number }[]>`
    SELECT id FROM updates WHERE connection_id = ${connection} AND state = 'queued' ORDER BY id FOR UPDATE`;
  const ids = queued.map(({ id }) => updateId(id));
  await recordTodo(tx, ids);
  await tx.$executeRaw`UPDATE updates SET state = 'withdrawn', settled_at = now() WHERE id = ANY(${ids})`;
  return ids.length;
}

/** Mailchimp will not do something for somebody, and says why only in words: stands until what it rests on changes (rules 2.3). */
export interface RecordedRefusal {
  readonly updateId: UpdateId;
  readonly retryAt: Date | null;
}

export async function recordRefusals(tx: Db, refusals: readonly RecordedRefusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const rows = JSON.stringify(
    refusals.map(({ updateId, retryAt }) => ({ update_id: updateId, retry_at: retryAt })),
  );
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = CASE WHEN ${isCivicrmAsWanted} THEN 'fail' ELSE 'todo' END,
      reason = CASE WHEN ${isCivicrmAsWanted} THEN 'rejected' END, refusal_fingerprint = decision.if_refused,
      retry_at = refused.retry_at, retries = member.retries + CASE WHEN refused.retry_at IS NULL THEN 0 ELSE 1 END, updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS refused (update_id int, retry_at timestamptz)
    JOIN ${concerned(refusals.map(({ updateId }) => updateId))} ON concerned.update_id = refused.update_id
    JOIN decisions AS decision ON decision.id = concerned.decision_id
    JOIN updates AS sent ON sent.id = refused.update_id
    WHERE member.id = concerned.member_id AND (sent.kind NOT IN ('update', 'move') OR member.id = sent.member_id)`;
}

/** What Mailchimp has said for good of an address: a fact from now on, by which the rules decide afresh. */
export async function recordMarks(
  tx: Db,
  connection: ConnectionId,
  addressKeys: readonly string[],
  mark: 'forgotten' | 'in-compliance-state',
): Promise<void> {
  if (addressKeys.length === 0) return;
  await tx.$executeRaw`
    UPDATE members SET forgotten = forgotten OR ${mark === 'forgotten'},
      in_compliance_state = in_compliance_state OR ${mark === 'in-compliance-state'}, updated_at = now()
    WHERE connection_id = ${connection} AND address_key = ANY(${[...addressKeys]}) AND address_key <> ''`;
}
