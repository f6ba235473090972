import { addressKey } from '../domain/email.ts';
import type { MailchimpFacts } from '../domain/facts.ts';
import type { ConnectionId, RunId } from '../domain/ids.ts';
import { type Columns, type Db, rowSource, textArray } from './db.ts';
import { type MemberRow, toMailchimpFacts } from './member-rows.ts';

/** M as we knew it, by Mailchimp's `contact_id`. The rows stay locked until the transaction ends, so that two readers of one page do not lose each other's change. */
export async function listKnownFacts(
  tx: Db,
  connection: ConnectionId,
  mailchimpContactIds: readonly string[],
): Promise<ReadonlyMap<string, KnownMember>> {
  const rows = await tx.$queryRaw<readonly MemberRow[]>`
    SELECT * FROM members WHERE connection_id = ${connection} AND mailchimp_contact_id = ANY(${textArray(mailchimpContactIds)})
    ORDER BY id FOR UPDATE`;
  const known = new Map<string, KnownMember>();
  for (const row of rows) {
    const facts = toMailchimpFacts(row);
    if (row.mailchimp_contact_id === null || facts === null) continue;
    known.set(row.mailchimp_contact_id, {
      facts,
      id: row.mailchimp_id ?? '',
      firstName: row.first_name,
      lastName: row.last_name,
    });
  }
  return known;
}

/** M of one Mailchimp member with what we keep besides. */
export interface KnownMember {
  readonly facts: MailchimpFacts;
  /** Hash of the address. */
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** `new`: no row yet. `relevant`: a decision may differ, so the person is to be looked at. `other`: stored, and nothing else. */
export type Novelty = 'new' | 'relevant' | 'other';

/** A look at a member that told something new. */
export interface Observation extends KnownMember {
  readonly novelty: Novelty;
}

/**
 * Stores M: new members get a row, the others' links all carry the same M. Rows whose updates are at Mailchimp stay `live`; settling looks at them. May run twice.
 */
export async function recordObservations(
  tx: Db,
  connection: ConnectionId,
  observations: readonly Observation[],
): Promise<void> {
  const added = observations.filter(({ novelty }) => novelty === 'new');
  const changed = observations.filter(({ novelty }) => novelty !== 'new');
  if (added.length > 0) await insertObserved(tx, connection, added);
  if (changed.length > 0) await updateObserved(tx, connection, changed);
}

async function insertObserved(
  tx: Db,
  connection: ConnectionId,
  observations: readonly Observation[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO members (
      connection_id, address_key, mailchimp_contact_id, mailchimp_id, mailchimp_address, mailchimp_status, mailchimp_changed_at,
      mailchimp_opted_in_at, unsubscribe_reason, first_name, last_name, ever_subscribed, left_by_own_will, late_write, mailchimp_profile)
    SELECT ${connection}, address_key, mailchimp_contact_id, mailchimp_id, mailchimp_address, mailchimp_status, mailchimp_changed_at,
      mailchimp_opted_in_at, unsubscribe_reason, first_name, last_name, ever_subscribed, left_by_own_will, late_write, mailchimp_profile
    FROM ${seenRows(observations)} AS seen
    ON CONFLICT DO NOTHING`;
}

async function updateObserved(
  tx: Db,
  connection: ConnectionId,
  observations: readonly Observation[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET
      address_key = seen.address_key, mailchimp_id = seen.mailchimp_id, mailchimp_address = seen.mailchimp_address,
      mailchimp_status = seen.mailchimp_status, mailchimp_changed_at = seen.mailchimp_changed_at,
      mailchimp_opted_in_at = seen.mailchimp_opted_in_at, unsubscribe_reason = seen.unsubscribe_reason,
      first_name = seen.first_name, last_name = seen.last_name, ever_subscribed = seen.ever_subscribed,
      status_before = seen.status_before, left_by_own_will = seen.left_by_own_will, own_write_status = seen.own_write_status,
      own_write_removal_method = seen.own_write_removal_method, forgotten = seen.forgotten,
      in_compliance_state = seen.in_compliance_state, late_write = seen.late_write, mailchimp_profile = coalesce(seen.mailchimp_profile, member.mailchimp_profile),
      moved_from = CASE WHEN seen.address_key = ANY(member.contact_addresses) OR seen.address_key = member.moved_from THEN NULL
        WHEN member.contact_id IS NOT NULL AND member.address_key <> seen.address_key THEN coalesce(member.moved_from, member.address_key)
        ELSE member.moved_from END,
      asked_at = CASE WHEN seen.mailchimp_status = 'subscribed' THEN NULL ELSE member.asked_at END,
      sync_status = CASE WHEN seen.is_relevant AND member.sync_status <> 'live' THEN 'todo' ELSE member.sync_status END,
      reason = CASE WHEN seen.is_relevant AND member.sync_status <> 'live' THEN NULL ELSE member.reason END,
      updated_at = now()
    FROM ${knownRows(observations)} AS seen
    WHERE member.connection_id = ${connection} AND member.mailchimp_contact_id = seen.mailchimp_contact_id`;
}

/** What a first look tells. A whole audience goes this way, so nothing is sent that the columns have by default. */
const SEEN: Columns<Observation> = {
  address_key: ['text', ({ facts }) => addressKey(facts.address)],
  mailchimp_contact_id: ['text', ({ facts }) => facts.contactId],
  mailchimp_id: ['text', ({ id }) => id],
  mailchimp_address: ['text', ({ facts }) => facts.address],
  mailchimp_status: ['text', ({ facts }) => facts.status],
  mailchimp_changed_at: ['instant', ({ facts }) => facts.changedAt],
  mailchimp_opted_in_at: ['instant', ({ facts }) => facts.optedInAt],
  unsubscribe_reason: ['text', ({ facts }) => facts.unsubscribeReason],
  first_name: ['text', ({ firstName }) => firstName],
  last_name: ['text', ({ lastName }) => lastName],
  ever_subscribed: ['boolean', ({ facts }) => facts.everSubscribed],
  left_by_own_will: ['boolean', ({ facts }) => facts.leftByOwnWill],
  late_write: ['text', ({ facts }) => facts.lateWrite],
  mailchimp_profile: ['jsonb', ({ facts }) => facts.profile ?? null],
};
const seenRows = rowSource(SEEN);

/** What we know after a further look. */
const knownRows = rowSource<Observation>({
  ...SEEN,
  status_before: ['text', ({ facts }) => facts.statusBefore],
  own_write_status: ['text', ({ facts }) => facts.ownWrite?.status ?? null],
  own_write_removal_method: ['text', ({ facts }) => facts.ownWrite?.removalMethod ?? null],
  forgotten: ['boolean', ({ facts }) => facts.forgotten],
  in_compliance_state: ['boolean', ({ facts }) => facts.inComplianceState],
  is_relevant: ['boolean', ({ novelty }) => novelty === 'relevant'],
});

/** Remembers which members a run has read, and from which list. The same one read twice counts once. */
export async function recordSeenMembers(
  tx: Db,
  run: RunId,
  list: 'default' | 'archived',
  mailchimpContactIds: readonly string[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO fetched_members (run_id, mailchimp_contact_id, list)
    SELECT ${run}, id, ${list} FROM unnest(${textArray(mailchimpContactIds)}) AS id
    ON CONFLICT (run_id, mailchimp_contact_id) DO UPDATE SET list = excluded.list`;
}

/** Before everything is read again: whoever was deleted meanwhile must not count. */
export async function forgetSeenMembers(tx: Db, run: RunId): Promise<void> {
  await tx.$executeRaw`DELETE FROM fetched_members WHERE run_id = ${run}`;
}

/** Members per list: what a run has read, or what we know. */
export interface ListCounts {
  readonly listed: number;
  readonly archived: number;
}

/** Distinct members that a run has read, by list. */
export async function countSeenMembers(db: Db, run: RunId): Promise<ListCounts> {
  const rows = await db.$queryRaw<readonly ListCounts[]>`
    SELECT count(*) FILTER (WHERE list = 'default')::int AS listed, count(*) FILTER (WHERE list = 'archived')::int AS archived
    FROM fetched_members WHERE run_id = ${run}`;
  return rows[0] ?? { listed: 0, archived: 0 };
}

/** Distinct members that we believe to be at Mailchimp, by list, and how many of them are subscribed. Only links with kin can repeat a member, so only they are compared. */
export async function countKnownMembers(
  db: Db,
  connection: ConnectionId,
): Promise<ListCounts & { readonly subscribed: number }> {
  const rows = await db.$queryRaw<readonly (ListCounts & { readonly subscribed: number })[]>`
    SELECT count(*) FILTER (WHERE status NOT IN ('archived', 'absent', 'gone'))::int AS listed,
      count(*) FILTER (WHERE status = 'archived')::int AS archived, count(*) FILTER (WHERE status = 'subscribed')::int AS subscribed
    FROM (
      SELECT mailchimp_status AS status FROM members
      WHERE connection_id = ${connection} AND mailchimp_contact_id IS NOT NULL AND NOT has_kin
      UNION ALL
      SELECT status FROM (
        SELECT DISTINCT ON (mailchimp_contact_id) mailchimp_status AS status FROM members
        WHERE connection_id = ${connection} AND mailchimp_contact_id IS NOT NULL AND has_kin) AS shared
    ) AS known`;
  return rows[0] ?? { listed: 0, archived: 0, subscribed: 0 };
}

/**
 * After everything was read: whoever we believed to be there and who was not read is `absent` until read singly (R4g). Gives how many. May run twice.
 */
export async function recordMissingMembers(tx: Db, connection: ConnectionId, run: RunId): Promise<number> {
  return await tx.$executeRaw`
    UPDATE members AS member SET mailchimp_status = 'absent', sync_status = CASE WHEN sync_status = 'live' THEN 'live' ELSE 'todo' END,
      reason = CASE WHEN sync_status = 'live' THEN reason END, own_write_status = NULL, updated_at = now()
    WHERE connection_id = ${connection} AND mailchimp_contact_id IS NOT NULL AND mailchimp_status NOT IN ('absent', 'gone')
      AND NOT EXISTS (
        SELECT 1 FROM fetched_members AS seen
        WHERE seen.run_id = ${run} AND seen.mailchimp_contact_id = member.mailchimp_contact_id)`;
}
