import { type ConnectionId, type ContactId, contactId, type MemberId, memberId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** Who one of our rows is about. */
export interface PersonLink {
  readonly memberId: MemberId;
  readonly contactId: ContactId | null;
  readonly mailchimpContactId: string | null;
  /** The member's, and the contact's usable ones; in lower case. */
  readonly addresses: readonly string[];
}

/** The rows of some people: with one of these addresses (in lower case) on either side, or of these contacts or Mailchimp members, and those that share one with them. */
export async function listPersonLinks(
  db: Db,
  connection: ConnectionId,
  people: {
    readonly addresses: readonly string[];
    readonly contactIds: readonly ContactId[];
    readonly mailchimpContactIds: readonly string[];
  },
): Promise<readonly PersonLink[]> {
  const { addresses, contactIds, mailchimpContactIds } = people;
  const rows = await db.$queryRaw<readonly PersonLinkRow[]>`
    WITH named AS (
      SELECT id, contact_id, mailchimp_contact_id FROM members
      WHERE connection_id = ${connection} AND (address_key = ANY(${[...addresses]}::text[]) AND address_key <> ''
        OR contact_addresses && ${[...addresses]}::text[] OR contact_id = ANY(${[...contactIds]}::int[])
        OR mailchimp_contact_id = ANY(${[...mailchimpContactIds]}::text[])))
    SELECT id, contact_id, mailchimp_contact_id, address_key, contact_addresses FROM members
    WHERE connection_id = ${connection} AND (id IN (SELECT id FROM named) OR contact_id IN (SELECT contact_id FROM named)
      OR mailchimp_contact_id IN (SELECT mailchimp_contact_id FROM named))
    ORDER BY id`;
  return rows.map((row) => ({
    memberId: memberId(row.id),
    contactId: row.contact_id === null ? null : contactId(row.contact_id),
    mailchimpContactId: row.mailchimp_contact_id,
    addresses: [...new Set([row.address_key, ...row.contact_addresses])].filter((address) => address !== ''),
  }));
}

interface PersonLinkRow {
  readonly id: number;
  readonly contact_id: number | null;
  readonly mailchimp_contact_id: string | null;
  readonly address_key: string;
  readonly contact_addresses: readonly string[];
}
