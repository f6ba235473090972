import type { ContactFlag, ContactState } from '../domain/facts.ts';
import {
  type ConnectionId,
  type ContactId,
  contactId,
  type MemberId,
  memberId,
  type RunId,
} from '../domain/ids.ts';
import type { Db } from './db.ts';
import { COVERED_COLUMNS, COVERED_VALUES } from './fresh-links.ts';
import { Prisma } from './generated/client.ts';

/** A range of our row ids, both ends included: how work on members is parted. */
export interface MemberRange {
  readonly from: number;
  readonly to: number;
}

/** A Mailchimp member whom nobody live in CiviCRM is matched with, and who should be looked up. */
export interface Unmatched {
  readonly id: MemberId;
  readonly addressKey: string;
  readonly isSubscribed: boolean;
  /** Holders of the address among the contacts that the run has read. */
  readonly owners: readonly StagedOwner[];
}

export interface StagedOwner {
  readonly contactId: ContactId;
  readonly state: Extract<ContactState, 'live' | 'trashed'>;
  readonly isIndividual: boolean;
  readonly isAdded: boolean;
  readonly flags: readonly ContactFlag[];
  readonly hasHeldAddress: boolean;
}

/**
 * Cuts the unmatched into ranges of about `size` rows. Unmatched: nobody is matched, or somebody who is trashed or erased and with whom nothing was agreed as in
 * (rules section 3, E12b). Those who are settled and whose address no contact just read holds are left alone.
 */
export async function listUnmatchedRanges(
  db: Db,
  {
    connectionId,
    runId,
    who,
  }: { readonly connectionId: ConnectionId; readonly runId: RunId; readonly who: 'everybody' | 'subscribed' },
  size: number,
): Promise<readonly MemberRange[]> {
  return await db.$queryRaw<readonly MemberRange[]>`
    SELECT min(id)::int AS "from", max(id)::int AS "to" FROM (
      SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${size}::int AS part FROM members AS member
      WHERE connection_id = ${connectionId} AND mailchimp_contact_id IS NOT NULL
        AND (${who} = 'everybody' OR mailchimp_status = 'subscribed')
        AND (contact_id IS NULL OR (contact_state <> 'live' AND base_side IS DISTINCT FROM 'in'))
        AND (sync_status = 'todo' OR EXISTS (
          SELECT 1 FROM fetched_addresses AS held WHERE held.run_id = ${runId} AND held.address_key = member.address_key))
    ) AS unmatched GROUP BY part ORDER BY part`;
}

/** The unmatched of one range, with whom we have read of the holders of their addresses. */
export async function listUnmatched(
  db: Db,
  connection: ConnectionId,
  run: RunId,
  { from, to }: MemberRange,
): Promise<readonly Unmatched[]> {
  const rows = await db.$queryRaw<readonly UnmatchedRow[]>`
    SELECT member.id, member.address_key, member.mailchimp_status = 'subscribed' AS is_subscribed,
      read.contact_id, read.contact_state, read.is_individual, read.group_status = 'Added' AS is_added, read.flags, read.has_held_address
    FROM members AS member
    LEFT JOIN fetched_addresses AS held ON held.run_id = ${run} AND held.address_key = member.address_key
    LEFT JOIN fetched_contacts AS read ON read.run_id = ${run} AND read.contact_id = held.contact_id AND read.contact_state <> 'erased'
    WHERE member.connection_id = ${connection} AND member.id BETWEEN ${from} AND ${to} AND member.mailchimp_contact_id IS NOT NULL
      AND (member.contact_id IS NULL OR (member.contact_state <> 'live' AND member.base_side IS DISTINCT FROM 'in'))
      AND (member.sync_status = 'todo' OR held.contact_id IS NOT NULL)
    ORDER BY member.id`;
  const unmatched = new Map<number, Unmatched & { readonly owners: StagedOwner[] }>();
  for (const row of rows) {
    const { id, address_key: addressKey, is_subscribed: isSubscribed } = row;
    const entry = unmatched.get(id) ?? { id: memberId(id), addressKey, isSubscribed, owners: [] };
    if (row.contact_id !== null) entry.owners.push(toOwner(row, row.contact_id));
    unmatched.set(id, entry);
  }
  return [...unmatched.values()];
}

interface UnmatchedRow {
  readonly id: number;
  readonly address_key: string;
  readonly is_subscribed: boolean;
  readonly contact_id: number | null;
  readonly contact_state: string | null;
  readonly is_individual: boolean | null;
  readonly is_added: boolean | null;
  readonly flags: readonly string[] | null;
  readonly has_held_address: boolean | null;
}

function toOwner(row: UnmatchedRow, id: number): StagedOwner {
  return {
    contactId: contactId(id),
    state: row.contact_state === 'trashed' ? 'trashed' : 'live',
    isIndividual: row.is_individual ?? false,
    isAdded: row.is_added ?? false,
    flags: (row.flags ?? []) as readonly ContactFlag[],
    hasHeldAddress: row.has_held_address ?? false,
  };
}

/** Whose contact a member is: one match of rules section 3. */
export interface RecordedMatch {
  readonly memberId: MemberId;
  readonly contactId: ContactId;
}

/**
 * Links members with the contacts found for them, which the run must have read (`fetched_contacts`): C is copied from there. A member who is linked with that
 * contact already is left alone; of several rows of one member, whose contacts are lost, one is linked. May run twice.
 */
export async function recordMatches(
  tx: Db,
  connection: ConnectionId,
  run: RunId,
  matches: readonly RecordedMatch[],
): Promise<number> {
  if (matches.length === 0) return 0;
  const rows = JSON.stringify(matches.map((match) => ({ id: match.memberId, contact_id: match.contactId })));
  return await tx.$executeRaw`
    UPDATE members AS member SET
      contact_id = read.contact_id, is_covered = false, contact_state = read.contact_state, group_status = read.group_status,
      contact_addresses = read.addresses, has_held_address = read.has_held_address, contact_flags = read.flags,
      contact_modified_at = read.modified_at, contact_profile = coalesce(read.profile, member.contact_profile), sync_status = CASE WHEN sync_status = 'live' THEN 'live' ELSE 'todo' END,
      reason = CASE WHEN sync_status = 'live' THEN reason END, updated_at = now()
    FROM (
      SELECT DISTINCT ON (link.mailchimp_contact_id, match.contact_id) link.id, match.contact_id
      FROM jsonb_to_recordset(${rows}::jsonb) AS match (id int, contact_id int) JOIN members AS link ON link.id = match.id
      ORDER BY link.mailchimp_contact_id, match.contact_id, link.id) AS found
    JOIN fetched_contacts AS read ON read.run_id = ${run} AND read.contact_id = found.contact_id
    WHERE member.id = found.id AND member.connection_id = ${connection} AND NOT EXISTS (
      SELECT 1 FROM members AS other
      WHERE other.connection_id = ${connection} AND other.mailchimp_contact_id = member.mailchimp_contact_id
        AND other.contact_id = found.contact_id)`;
}

/**
 * Contacts in the group that hold the address of a Mailchimp member without being linked with it become covered by it (rules section 3). Only contacts that the
 * run has read. Set-based; may run twice. Gives how many links are new.
 */
export async function recordCovered(tx: Db, connection: ConnectionId, run: RunId): Promise<number> {
  return await tx.$executeRaw`
    INSERT INTO members (${COVERED_COLUMNS})
    SELECT DISTINCT ON (member.mailchimp_contact_id, read.contact_id) ${COVERED_VALUES}
    FROM fetched_contacts AS read
    JOIN fetched_addresses AS held ON held.run_id = read.run_id AND held.contact_id = read.contact_id
    JOIN members AS member ON member.connection_id = ${connection} AND member.address_key = held.address_key
      AND member.mailchimp_contact_id IS NOT NULL
    WHERE read.run_id = ${run} AND read.contact_state = 'live' AND read.group_status = 'Added' AND NOT EXISTS (
      SELECT 1 FROM members AS link
      WHERE link.connection_id = ${connection} AND link.mailchimp_contact_id = member.mailchimp_contact_id
        AND link.contact_id = read.contact_id)
    ON CONFLICT DO NOTHING`;
}

/**
 * Contacts in the group whom no link mentions get a row without a Mailchimp member. Trashed ones too, so that counts can be compared. Set-based; may run twice.
 * Gives how many are new.
 */
export async function recordCivicrmOnly(tx: Db, connection: ConnectionId, run: RunId): Promise<number> {
  return await tx.$executeRaw`
    INSERT INTO members (
      connection_id, address_key, contact_id, contact_state, group_status, contact_addresses, has_held_address, contact_flags, contact_modified_at,
      contact_profile)
    SELECT ${connection}, coalesce(addresses[1], ''), contact_id, contact_state, group_status, addresses, has_held_address, flags, modified_at,
      profile
    FROM fetched_contacts AS read
    WHERE run_id = ${run} AND group_status = 'Added' AND contact_state <> 'erased' AND NOT EXISTS (
      SELECT 1 FROM members AS link WHERE link.connection_id = ${connection} AND link.contact_id = read.contact_id)
    ORDER BY contact_id
    ON CONFLICT DO NOTHING`;
}

/**
 * Rules section 3, duplicates: a row without a Mailchimp member whose contact is linked with the member at that address becomes part of that link, and a row without a
 * contact whose Mailchimp member is linked with one, too. Base and updates are kept: a base goes over where the link has none. While both have an update under
 * way they stay two. `among`: only these rows are taken in; null: any. Set-based; may run twice. Gives how many rows were taken in.
 */
export async function mergeDuplicates(
  tx: Db,
  connection: ConnectionId,
  among: readonly number[] | null,
): Promise<number> {
  const isConcerned = among === null ? Prisma.sql`true` : Prisma.sql`half.id = ANY(${[...among]})`;
  const pairs = await tx.$queryRaw<readonly { gone: number; kept: number }[]>`
    SELECT half.id AS gone, whole.id AS kept FROM members AS half CROSS JOIN LATERAL (
      SELECT id FROM members AS whole
      WHERE connection_id = ${connection} AND contact_id = half.contact_id AND mailchimp_contact_id IS NOT NULL
        AND half.address_key IN (whole.address_key, '')
      ORDER BY whole.address_key = half.address_key DESC, id LIMIT 1
    ) AS whole
    WHERE half.connection_id = ${connection} AND half.mailchimp_contact_id IS NULL AND ${isConcerned} AND NOT ${bothOpen}
    UNION ALL
    SELECT half.id, whole.id FROM members AS half CROSS JOIN LATERAL (
      SELECT id FROM members WHERE connection_id = ${connection} AND mailchimp_contact_id = half.mailchimp_contact_id AND contact_id IS NOT NULL
      ORDER BY id LIMIT 1
    ) AS whole
    WHERE half.connection_id = ${connection} AND half.contact_id IS NULL AND ${isConcerned} AND NOT ${bothOpen}`;
  return await mergeRows(tx, pairs);
}

const bothOpen = Prisma.sql`(
  EXISTS (SELECT 1 FROM updates WHERE member_id = half.id AND state IN ('queued', 'submitted'))
  AND EXISTS (SELECT 1 FROM updates WHERE member_id = whole.id AND state IN ('queued', 'submitted')))`;

/**
 * Moves what hangs on one row to another and removes the first. Of several open updates only one that is at Mailchimp stays: the person is looked at anew. More of these
 * than one cannot be: the caller leaves such rows for the next run.
 */
export async function mergeRows(tx: Db, pairs: readonly { gone: number; kept: number }[]): Promise<number> {
  if (pairs.length === 0) return 0;
  const gone = pairs.map((pair) => pair.gone);
  const rows = JSON.stringify(pairs);
  await withdrawRivals(tx, rows);
  await tx.$executeRaw`
    UPDATE decisions AS decision SET member_id = pair.kept FROM jsonb_to_recordset(${rows}::jsonb) AS pair (gone int, kept int)
    WHERE decision.member_id = pair.gone`;
  await tx.$executeRaw`
    UPDATE updates AS change SET member_id = pair.kept FROM jsonb_to_recordset(${rows}::jsonb) AS pair (gone int, kept int)
    WHERE change.member_id = pair.gone`;
  await tx.$executeRaw`
    UPDATE members AS kept SET
      base_side = coalesce(kept.base_side, gone.base_side),
      base_at = CASE WHEN kept.base_side IS NULL THEN gone.base_at ELSE kept.base_at END,
      base_opted_in_at = CASE WHEN kept.base_side IS NULL THEN gone.base_opted_in_at ELSE kept.base_opted_in_at END,
      base_history_id = CASE WHEN kept.base_side IS NULL THEN gone.base_history_id ELSE kept.base_history_id END,
      base_by_trash = CASE WHEN kept.base_side IS NULL THEN gone.base_by_trash ELSE kept.base_by_trash END,
      base_profile = coalesce(kept.base_profile, gone.base_profile), contact_profile = coalesce(kept.contact_profile, gone.contact_profile),
      asked_at = CASE WHEN kept.mailchimp_status = 'subscribed' THEN NULL ELSE coalesce(kept.asked_at, gone.asked_at) END,
      asked_history_id = greatest(kept.asked_history_id, gone.asked_history_id),
      sync_status = CASE WHEN EXISTS (SELECT 1 FROM updates WHERE member_id = kept.id AND state IN ('queued', 'submitted')) THEN 'live' ELSE 'todo' END,
      reason = NULL, updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS pair (gone int, kept int) JOIN members AS gone ON gone.id = pair.gone
    WHERE kept.id = pair.kept`;
  return await tx.$executeRaw`DELETE FROM members WHERE id = ANY(${gone})`;
}

/** Rows that become one, each with the one that stays: of pairs in JSON. */
const becomingOne = (pairs: string) => Prisma.sql`(
  SELECT kept AS head, gone AS id FROM jsonb_to_recordset(${pairs}::jsonb) AS pair (gone int, kept int)
  UNION SELECT kept, kept FROM jsonb_to_recordset(${pairs}::jsonb) AS pair (kept int))`;

/** A member has one open update at the most (rules 1.1): where several would meet, what is not sent yet is not sent. */
async function withdrawRivals(tx: Db, pairs: string): Promise<void> {
  await tx.$executeRaw`
    WITH open AS (
      SELECT change.id, head FROM updates AS change JOIN ${becomingOne(pairs)} AS row ON row.id = change.member_id
      WHERE change.state IN ('queued', 'submitted'))
    UPDATE updates SET state = 'withdrawn', settled_at = now()
    WHERE state = 'queued' AND id IN (
      SELECT id FROM open WHERE head IN (SELECT head FROM open GROUP BY head HAVING count(*) > 1))`;
}

/** Contacts of rows that are to go while more than one update of those who become one is at Mailchimp. */
export async function listStillAtMailchimp(
  tx: Db,
  pairs: readonly { gone: number; kept: number }[],
): Promise<ReadonlySet<number>> {
  if (pairs.length === 0) return new Set();
  const rows = JSON.stringify(pairs);
  const found = await tx.$queryRaw<readonly { contact_id: number }[]>`
    WITH row AS (${becomingOne(rows)}),
    busy AS (
      SELECT head FROM row JOIN updates AS change ON change.member_id = row.id AND change.state = 'submitted'
      GROUP BY head HAVING count(*) > 1)
    SELECT DISTINCT contact_id FROM row JOIN members USING (id) WHERE head IN (SELECT head FROM busy) AND id <> head`;
  return new Set(found.map((row) => row.contact_id));
}
