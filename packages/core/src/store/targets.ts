import type { MemberStatus } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** A Mailchimp member that a write is for, as it stands. */
export interface TargetMember {
  /** Hash of the address. */
  readonly id: string;
  readonly address: string;
  readonly status: MemberStatus;
}

/** Mailchimp members by `contact_id`. */
export async function findTargets(
  db: Db,
  connection: ConnectionId,
  mailchimpContactIds: readonly string[],
): Promise<ReadonlyMap<string, TargetMember>> {
  const rows = await db.$queryRaw<readonly (TargetMember & { readonly contact_id: string })[]>`
    SELECT DISTINCT ON (mailchimp_contact_id) mailchimp_contact_id AS contact_id, mailchimp_id AS id, mailchimp_address AS address,
      mailchimp_status AS status
    FROM members WHERE connection_id = ${connection} AND mailchimp_contact_id = ANY(${[...mailchimpContactIds]})`;
  return new Map(rows.map(({ contact_id, ...member }) => [contact_id, member]));
}
