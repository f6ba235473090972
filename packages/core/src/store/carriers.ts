import { type ConnectionId, type ContactId, type MemberId, memberId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** A subscription: who is decided about, and which address is written to. */
export interface WantedCarrier {
  /** Whose decision it is. */
  readonly memberId: MemberId;
  readonly contactId: ContactId;
  /** In lower case. */
  readonly address: string;
  /** The Mailchimp member at that address; null: there is none. */
  readonly target: string | null;
}

/**
 * The row that carries an update is the one of the address that is written to, which need not be the one decided about: a contact whose old address is out is
 * subscribed under a better one. Where nobody at Mailchimp has that address, it is the contact's row without a member, made where it is missing: it remembers what
 * Mailchimp says of the address. Gives the carrier by the member decided about.
 */
export async function findCarriers(
  tx: Db,
  connection: ConnectionId,
  wanted: readonly WantedCarrier[],
): Promise<ReadonlyMap<MemberId, MemberId>> {
  if (wanted.length === 0) return new Map();
  const rows = JSON.stringify(
    wanted.map((one) => ({
      member_id: one.memberId,
      contact_id: one.contactId,
      address: one.address,
      target: one.target,
    })),
  );
  const withKin = wanted.filter(({ target }) => target === null).map(({ memberId: id }) => id);
  await tx.$executeRaw`UPDATE members SET has_kin = true WHERE id = ANY(${withKin}) AND NOT has_kin`;
  await tx.$executeRaw`
    INSERT INTO members (connection_id, address_key, contact_id, contact_state, group_status, contact_addresses, has_held_address, contact_flags,
      contact_modified_at, contact_profile, has_kin)
    SELECT DISTINCT ON (member.contact_id) ${connection}, wanted.address, member.contact_id, member.contact_state, member.group_status,
      member.contact_addresses, member.has_held_address, member.contact_flags, member.contact_modified_at,
      member.contact_profile, true
    FROM jsonb_to_recordset(${rows}::jsonb) AS wanted (contact_id int, address text, target text)
    JOIN members AS member ON member.connection_id = ${connection} AND member.contact_id = wanted.contact_id
    WHERE wanted.target IS NULL
    ON CONFLICT (connection_id, mailchimp_contact_id, contact_id) DO UPDATE SET address_key = excluded.address_key`;
  const rowsOf = await listCandidates(tx, connection, wanted);
  return new Map(
    wanted.flatMap((one) => {
      const carrier = chooseCarrier(one, rowsOf);
      return carrier === undefined ? [] : [[one.memberId, memberId(carrier.id)] as const];
    }),
  );
}

interface Candidate {
  readonly id: number;
  readonly mailchimp_contact_id: string | null;
  readonly contact_id: number | null;
}

async function listCandidates(
  tx: Db,
  connection: ConnectionId,
  wanted: readonly WantedCarrier[],
): Promise<readonly Candidate[]> {
  const targets = wanted.flatMap(({ target }) => target ?? []);
  const contacts = wanted.filter(({ target }) => target === null).map(({ contactId }) => contactId);
  return await tx.$queryRaw<readonly Candidate[]>`
    SELECT id, mailchimp_contact_id, contact_id FROM members
    WHERE connection_id = ${connection} AND mailchimp_contact_id = ANY(${targets})
    UNION ALL
    SELECT id, mailchimp_contact_id, contact_id FROM members
    WHERE connection_id = ${connection} AND contact_id = ANY(${contacts}) AND mailchimp_contact_id IS NULL
    ORDER BY id`;
}

/** The row of target and contact; for a target whom the contact is not linked with, any of the target's. */
function chooseCarrier(
  { target, contactId }: WantedCarrier,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const ofTarget = candidates.filter((row) => row.mailchimp_contact_id === target);
  const own = ofTarget.find((row) => row.contact_id === contactId);
  return own ?? (target === null ? undefined : ofTarget[0]);
}
