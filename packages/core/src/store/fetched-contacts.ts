import type { ContactFlag, ContactState, GroupStatus } from '../domain/facts.ts';
import type { ConnectionId, ContactId, RunId } from '../domain/ids.ts';
import { contactId } from '../domain/ids.ts';
import type { ContactProfile } from '../domain/profile.ts';
import { type Db, idArray, rowSource, textArray } from './db.ts';

/** What a run has read in CiviCRM about one contact. */
export interface FetchedContact {
  readonly contactId: ContactId;
  readonly state: Exclude<ContactState, 'merged'>;
  readonly isIndividual: boolean;
  readonly group: GroupStatus;
  /** Usable, best first. */
  readonly addresses: readonly string[];
  /** All in lower case, on hold or not. */
  readonly allAddresses: readonly string[];
  readonly hasHeldAddress: boolean;
  readonly flags: readonly ContactFlag[];
  readonly modifiedAt: number | null;
  /** The group's history has rows for this contact that are new to us and not ours. */
  readonly hasNewHistory: boolean;
  /** Interest groups, fields and tags, as far as they are paired. */
  readonly profile?: ContactProfile;
}

/** Keeps what a run read until it is merged into the members. The same contact again replaces what was read before. */
export async function recordFetchedContacts(
  tx: Db,
  run: RunId,
  contacts: readonly FetchedContact[],
): Promise<void> {
  if (contacts.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO fetched_contacts (
      run_id, contact_id, contact_state, is_individual, group_status, addresses, has_held_address, flags, has_new_history, modified_at,
      profile)
    SELECT ${run}, contact_id, contact_state, is_individual, group_status, addresses, has_held_address, flags, has_new_history, modified_at, profile
    FROM ${contactRows(contacts)} AS read
    ORDER BY contact_id
    ON CONFLICT (run_id, contact_id) DO UPDATE SET
      contact_state = excluded.contact_state, is_individual = excluded.is_individual, group_status = excluded.group_status,
      addresses = excluded.addresses, has_held_address = excluded.has_held_address, flags = excluded.flags,
      has_new_history = fetched_contacts.has_new_history OR excluded.has_new_history, modified_at = excluded.modified_at,
      profile = coalesce(excluded.profile, fetched_contacts.profile)`;
  await tx.$executeRaw`
    INSERT INTO fetched_addresses (run_id, address_key, contact_id)
    SELECT ${run}, address, contact_id
    FROM ${addressRows(contacts)} AS read
    ORDER BY address, contact_id
    ON CONFLICT DO NOTHING`;
}

const contactRows = rowSource<FetchedContact>({
  contact_id: ['int', (contact) => contact.contactId],
  contact_state: ['text', ({ state }) => state],
  is_individual: ['boolean', ({ isIndividual }) => isIndividual],
  group_status: ['text', ({ group }) => group],
  addresses: ['text[]', ({ addresses }) => addresses],
  has_held_address: ['boolean', ({ hasHeldAddress }) => hasHeldAddress],
  flags: ['text[]', ({ flags }) => flags],
  has_new_history: ['boolean', ({ hasNewHistory }) => hasNewHistory],
  modified_at: ['instant', ({ modifiedAt }) => modifiedAt],
  profile: ['jsonb', ({ profile = null }) => profile],
});

const addressRows = (contacts: readonly FetchedContact[]) =>
  heldAddressRows(
    contacts.flatMap((contact) =>
      contact.allAddresses.map((address) => [contact.contactId, address] as const),
    ),
  );

const heldAddressRows = rowSource<readonly [ContactId, string]>({
  contact_id: ['int', ([id]) => id],
  address: ['text', ([, address]) => address],
});

/** Of what a run read: rows Added, and those of them whose contact is trashed. */
export interface AddedCounts {
  readonly added: number;
  readonly addedTrashed: number;
}

export async function countFetchedAdded(
  db: Db,
  run: RunId,
): Promise<AddedCounts & { readonly rows: number }> {
  const rows = await db.$queryRaw<readonly (AddedCounts & { readonly rows: number })[]>`
    SELECT count(*) FILTER (WHERE group_status = 'Added')::int AS added,
      count(*) FILTER (WHERE group_status = 'Added' AND contact_state = 'trashed')::int AS "addedTrashed",
      count(*) FILTER (WHERE group_status <> 'none')::int AS rows
    FROM fetched_contacts WHERE run_id = ${run}`;
  return rows[0] ?? { added: 0, addedTrashed: 0, rows: 0 };
}

/** Of what we know: the same counts, each contact once. Only links with kin can repeat a contact. */
export async function countKnownAdded(db: Db, connection: ConnectionId): Promise<AddedCounts> {
  const rows = await db.$queryRaw<readonly AddedCounts[]>`
    SELECT count(*)::int AS added, count(*) FILTER (WHERE contact_state = 'trashed')::int AS "addedTrashed" FROM (
      SELECT contact_state FROM members
      WHERE connection_id = ${connection} AND group_status = 'Added' AND contact_state <> 'erased' AND NOT has_kin
      UNION ALL
      SELECT contact_state FROM (
        SELECT DISTINCT ON (contact_id) contact_state FROM members
        WHERE connection_id = ${connection} AND group_status = 'Added' AND contact_state <> 'erased' AND has_kin) AS shared
    ) AS known`;
  return rows[0] ?? { added: 0, addedTrashed: 0 };
}

/** The same counts once a run's reading is merged: contacts that it has read and that have no row of ours yet are counted too. */
export async function countAddedAfterRead(
  db: Db,
  connection: ConnectionId,
  run: RunId,
): Promise<AddedCounts> {
  const known = await countKnownAdded(db, connection);
  const rows = await db.$queryRaw<readonly AddedCounts[]>`
    SELECT count(*)::int AS added, (count(*) FILTER (WHERE contact_state = 'trashed'))::int AS "addedTrashed"
    FROM fetched_contacts AS read WHERE run_id = ${run} AND group_status = 'Added' AND contact_state <> 'erased' AND NOT EXISTS (
      SELECT 1 FROM members WHERE members.connection_id = ${connection} AND members.contact_id = read.contact_id)`;
  return {
    added: known.added + (rows[0]?.added ?? 0),
    addedTrashed: known.addedTrashed + (rows[0]?.addedTrashed ?? 0),
  };
}

/** Before everything is read again: whoever vanished meanwhile must not count. */
export async function forgetFetchedContacts(tx: Db, run: RunId): Promise<void> {
  await tx.$executeRaw`DELETE FROM fetched_addresses WHERE run_id = ${run}`;
  await tx.$executeRaw`DELETE FROM fetched_contacts WHERE run_id = ${run}`;
}

/** Contacts of ours that a run has not read yet; ascending, after one id, at most `limit`. */
export async function listUnreadContacts(
  db: Db,
  connection: ConnectionId,
  run: RunId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly ContactId[]> {
  const rows = await db.$queryRaw<readonly { contact_id: number }[]>`
    SELECT DISTINCT contact_id FROM members AS member
    WHERE connection_id = ${connection} AND contact_id > ${after} AND contact_state <> 'erased'
      AND NOT EXISTS (SELECT 1 FROM fetched_contacts AS read WHERE read.run_id = ${run} AND read.contact_id = member.contact_id)
    ORDER BY contact_id LIMIT ${limit}`;
  return rows.map((row) => contactId(row.contact_id));
}

/** Which of these contacts we know, with the `modified_date` under which we last read them. */
export async function listKnownContacts(
  db: Db,
  connection: ConnectionId,
  ids: readonly ContactId[],
): Promise<ReadonlyMap<ContactId, number | null>> {
  const rows = await db.$queryRaw<readonly { contact_id: number; modified_at: Date | null }[]>`
    SELECT contact_id, max(contact_modified_at) AS modified_at FROM members
    WHERE connection_id = ${connection} AND contact_id = ANY(${idArray(ids)}) GROUP BY contact_id`;
  return new Map(rows.map((row) => [contactId(row.contact_id), row.modified_at?.getTime() ?? null]));
}

/** Which of these addresses belong to members whom nobody live in CiviCRM is matched with. */
export async function listUnmatchedAddresses(
  db: Db,
  connection: ConnectionId,
  addressKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<readonly { address_key: string }[]>`
    SELECT DISTINCT address_key FROM members
    WHERE connection_id = ${connection} AND address_key = ANY(${textArray(addressKeys)})
      AND (contact_id IS NULL OR contact_state <> 'live')`;
  return new Set(rows.map((row) => row.address_key));
}

/**
 * C of every contact that the run has read goes to its links; people for whom a decision may differ become `todo`. `Deleted` is kept where the row is still not
 * there: only history tells it from `none`. Set-based; may run twice. Gives how many links changed.
 */
export async function mergeFetchedContacts(tx: Db, connection: ConnectionId, run: RunId): Promise<number> {
  return await tx.$executeRaw`
    WITH changed AS (
      SELECT member.id, read.contact_state, row.status AS group_status, read.addresses, read.has_held_address, read.flags, read.modified_at, read.profile,
        (member.contact_state, member.group_status, member.contact_addresses, member.has_held_address, member.contact_flags)
        IS DISTINCT FROM (read.contact_state, row.status, read.addresses, read.has_held_address, read.flags)
        OR (read.profile IS NOT NULL AND read.profile IS DISTINCT FROM member.contact_profile)
        OR read.has_new_history AS matters
      FROM members AS member
      JOIN fetched_contacts AS read ON read.run_id = ${run} AND read.contact_id = member.contact_id
      CROSS JOIN LATERAL (
        SELECT CASE WHEN read.group_status = 'none' AND member.group_status = 'Deleted' THEN 'Deleted' ELSE read.group_status END AS status
      ) AS row
      WHERE member.connection_id = ${connection}
    )
    UPDATE members AS member SET
      contact_state = changed.contact_state, group_status = changed.group_status, contact_addresses = changed.addresses,
      has_held_address = changed.has_held_address, contact_flags = changed.flags, contact_modified_at = changed.modified_at,
      contact_profile = coalesce(changed.profile, member.contact_profile),
      address_key = CASE WHEN member.mailchimp_contact_id IS NULL THEN coalesce(changed.addresses[1], '') ELSE member.address_key END,
      forgotten = member.forgotten AND (member.mailchimp_contact_id IS NOT NULL OR member.address_key = coalesce(changed.addresses[1], '')),
      in_compliance_state = member.in_compliance_state AND (member.mailchimp_contact_id IS NOT NULL OR member.address_key = coalesce(changed.addresses[1], '')),
      sync_status = CASE WHEN changed.matters AND member.sync_status <> 'live' THEN 'todo' ELSE member.sync_status END,
      reason = CASE WHEN changed.matters AND member.sync_status <> 'live' THEN NULL ELSE member.reason END,
      updated_at = now()
    FROM changed
    WHERE member.id = changed.id AND (changed.matters OR member.contact_modified_at IS DISTINCT FROM changed.modified_at)`;
}
