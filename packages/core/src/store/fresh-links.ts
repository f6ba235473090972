import type { ConnectionId, ContactId, MemberId } from '../domain/ids.ts';
import { type Db, idArray } from './db.ts';
import type { FetchedContact } from './fetched-contacts.ts';
import { Prisma } from './generated/client.ts';
import { toDate } from './member-rows.ts';

/** Contacts read directly, outside the listing of a run: their C goes to their links at once. The caller decides about these people, or sends them to the next run. */
export async function recordContacts(
  tx: Db,
  connection: ConnectionId,
  contacts: readonly FetchedContact[],
): Promise<void> {
  if (contacts.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET contact_state = read.contact_state, group_status = read.group_status, contact_addresses = read.addresses,
      has_held_address = read.has_held_address, contact_flags = read.flags, contact_modified_at = read.modified_at,
      contact_profile = coalesce(read.profile, member.contact_profile),
      address_key = CASE WHEN member.mailchimp_contact_id IS NULL THEN coalesce(read.addresses[1], '') ELSE member.address_key END,
      forgotten = member.forgotten AND (member.mailchimp_contact_id IS NOT NULL OR member.address_key = coalesce(read.addresses[1], '')),
      in_compliance_state = member.in_compliance_state AND (member.mailchimp_contact_id IS NOT NULL OR member.address_key = coalesce(read.addresses[1], '')),
      updated_at = now()
    FROM jsonb_to_recordset(${JSON.stringify(contacts.map(toRow))}::jsonb) AS read (
      contact_id int, contact_state text, group_status text, addresses text[], has_held_address boolean, flags text[],
      modified_at timestamptz, profile jsonb)
    WHERE member.connection_id = ${connection} AND member.contact_id = read.contact_id`;
}

const toRow = (contact: FetchedContact) => ({
  contact_id: contact.contactId,
  contact_state: contact.state,
  group_status: contact.group,
  addresses: contact.addresses,
  has_held_address: contact.hasHeldAddress,
  flags: contact.flags,
  modified_at: toDate(contact.modifiedAt),
  profile: contact.profile ?? null,
});

/** What a covered link starts with (rules section 3): M as `member` has it, C as it was `read`; base none. */
export const COVERED_COLUMNS = Prisma.sql`
      connection_id, address_key, mailchimp_contact_id, mailchimp_id, mailchimp_address, mailchimp_status, mailchimp_changed_at,
      mailchimp_opted_in_at, unsubscribe_reason, first_name, last_name, ever_subscribed, status_before, left_by_own_will, own_write_status,
      own_write_removal_method, forgotten, in_compliance_state, contact_id, is_covered, contact_state, group_status, contact_addresses,
      has_held_address, contact_flags, contact_modified_at, mailchimp_profile, contact_profile`;
export const COVERED_VALUES = Prisma.sql`
      member.connection_id, member.address_key, member.mailchimp_contact_id, member.mailchimp_id, member.mailchimp_address,
      member.mailchimp_status, member.mailchimp_changed_at, member.mailchimp_opted_in_at, member.unsubscribe_reason, member.first_name,
      member.last_name, member.ever_subscribed, member.status_before, member.left_by_own_will, member.own_write_status,
      member.own_write_removal_method, member.forgotten, member.in_compliance_state, read.contact_id, true, read.contact_state,
      read.group_status, read.addresses, read.has_held_address, read.flags, read.modified_at, member.mailchimp_profile, read.profile`;

/** A contact that turned out to hold the address of a Mailchimp member. */
export interface NewLink {
  /** One of the member's rows: M is copied from it. */
  readonly of: MemberId;
  readonly contact: FetchedContact;
}

/** Adds covered links, with base none (rules section 3). A link that is there is left alone. Gives how many are new. */
export async function recordNewLinks(
  tx: Db,
  connection: ConnectionId,
  links: readonly NewLink[],
): Promise<number> {
  if (links.length === 0) return 0;
  const of = links.map((link) => link.of);
  await tx.$executeRaw`UPDATE members SET has_kin = true WHERE id = ANY(${of}) AND NOT has_kin`;
  return await tx.$executeRaw`
    INSERT INTO members (${COVERED_COLUMNS}, has_kin)
    SELECT ${COVERED_VALUES}, true
    FROM jsonb_to_recordset(${JSON.stringify(links.map(({ of, contact }) => ({ of, ...toRow(contact) })))}::jsonb) AS read (
      of int, contact_id int, contact_state text, group_status text, addresses text[], has_held_address boolean, flags text[],
      modified_at timestamptz, profile jsonb)
    JOIN members AS member ON member.id = read.of AND member.connection_id = ${connection}
    ON CONFLICT DO NOTHING`;
}

/** CiviCRM has accepted a group change of ours for these contacts. */
export async function recordGroupStatus(
  tx: Db,
  connection: ConnectionId,
  contacts: readonly ContactId[],
  status: 'Added' | 'Removed',
): Promise<void> {
  if (contacts.length === 0) return;
  await tx.$executeRaw`
    UPDATE members SET group_status = ${status}, updated_at = now() WHERE connection_id = ${connection} AND contact_id = ANY(${[...contacts]})`;
}

/**
 * Contacts whom we have just added to the group are covered by the members at their other addresses from now on (rules section 3), with base none: the next run sees them as they are. May run twice.
 */
export async function recordCoveredBy(
  tx: Db,
  connection: ConnectionId,
  contacts: readonly ContactId[],
): Promise<void> {
  if (contacts.length === 0) return;
  const links = await tx.$queryRaw<readonly { id: number }[]>`
    INSERT INTO members (${COVERED_COLUMNS}, has_kin)
    SELECT DISTINCT ON (member.mailchimp_contact_id, read.contact_id) ${COVERED_VALUES}, true
    FROM (
      SELECT connection_id, contact_id, contact_state, group_status, contact_addresses AS addresses, has_held_address, contact_flags AS flags,
        contact_modified_at AS modified_at, contact_profile AS profile
      FROM members WHERE connection_id = ${connection} AND contact_id = ANY(${idArray(contacts)}) AND contact_state = 'live'
    ) AS read
    JOIN members AS member ON member.connection_id = read.connection_id AND member.address_key = ANY(read.addresses)
      AND member.mailchimp_contact_id IS NOT NULL
    WHERE NOT EXISTS (
      SELECT 1 FROM members AS link
      WHERE link.connection_id = read.connection_id AND link.mailchimp_contact_id = member.mailchimp_contact_id
        AND link.contact_id = read.contact_id)
    ON CONFLICT DO NOTHING
    RETURNING id`;
  await recordKinOf(
    tx,
    connection,
    links.map(({ id }) => id),
  );
}

/** Whoever shares a member or a contact with one of these rows is looked at together with it. */
async function recordKinOf(tx: Db, connection: ConnectionId, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET has_kin = true FROM members AS made
    WHERE made.id = ANY(${idArray(ids)}) AND member.connection_id = ${connection} AND NOT member.has_kin
      AND (member.mailchimp_contact_id = made.mailchimp_contact_id OR member.contact_id = made.contact_id)`;
}

/** CiviCRM has accepted these addresses, in lower case, as the contacts' best ones; whoever had moved there has both sides together again (A1). */
export async function recordAddedAddresses(
  tx: Db,
  connection: ConnectionId,
  added: readonly { readonly contactId: ContactId; readonly address: string }[],
): Promise<void> {
  if (added.length === 0) return;
  const rows = JSON.stringify(added.map((one) => ({ contact_id: one.contactId, address: one.address })));
  await tx.$executeRaw`
    UPDATE members AS member SET
      contact_addresses = array_prepend(added.address, array_remove(member.contact_addresses, added.address)),
      moved_from = CASE WHEN member.address_key = added.address THEN NULL ELSE member.moved_from END,
      parted_by = CASE WHEN member.address_key = added.address THEN NULL ELSE member.parted_by END, updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS added (contact_id int, address text)
    WHERE member.connection_id = ${connection} AND member.contact_id = added.contact_id`;
}

/**
 * An address of a member that we had given to their contact (A1) was taken away again: they still have changed it at Mailchimp, from the one that was the contact's best before.
 */
export async function recordRemovedAddresses(
  tx: Db,
  connection: ConnectionId,
  removed: readonly {
    readonly contactId: ContactId;
    readonly address: string;
    readonly bestBefore: string | null;
  }[],
): Promise<void> {
  if (removed.length === 0) return;
  const rows = JSON.stringify(
    removed.map((one) => ({ contact_id: one.contactId, address: one.address, before: one.bestBefore ?? '' })),
  );
  await tx.$executeRaw`
    UPDATE members AS member SET moved_from = removed.before, parted_by = 'mailchimp', updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS removed (contact_id int, address text, before text)
    WHERE member.connection_id = ${connection} AND member.contact_id = removed.contact_id AND member.address_key = removed.address`;
}

/** A contact that was made for one of our rows. */
export interface CreatedLink {
  readonly memberId: MemberId;
  readonly contact: FetchedContact;
}

/** Links rows with the contacts made for them: what was agreed with another contact before (E12b) says nothing of this one. May run twice. */
export async function recordCreated(
  tx: Db,
  connection: ConnectionId,
  created: readonly CreatedLink[],
): Promise<void> {
  if (created.length === 0) return;
  const rows = JSON.stringify(created.map(({ memberId, contact }) => ({ id: memberId, ...toRow(contact) })));
  await tx.$executeRaw`
    UPDATE members AS member SET contact_id = made.contact_id, is_covered = false, contact_state = made.contact_state,
      group_status = made.group_status, contact_addresses = made.addresses, has_held_address = made.has_held_address,
      contact_flags = made.flags, contact_modified_at = made.modified_at, contact_profile = made.profile, extra_data = NULL, base_profile = NULL,
      moved_from = NULL, parted_by = NULL, updated_at = now()
    FROM jsonb_to_recordset(${rows}::jsonb) AS made (
      id int, contact_id int, contact_state text, group_status text, addresses text[], has_held_address boolean, flags text[],
      modified_at timestamptz, profile jsonb)
    WHERE member.connection_id = ${connection} AND member.id = made.id`;
}
