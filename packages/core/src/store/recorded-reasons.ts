import { type ConnectionId, type ContactId, contactId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { Db } from './db.ts';

/** What is on record about one link: who it is, and why its sides may differ. */
export interface RecordedReason {
  readonly contactId: ContactId | null;
  /** Addresses of the link on either side, in lower case. */
  readonly addresses: readonly string[];
  readonly syncStatus: SyncStatus;
  /** Reason code of a refusal; null where there is none. */
  readonly reason: string | null;
  /** What the newest decision waits for; null where it does not. */
  readonly waitsFor: string | null;
  /** A change waits for approval. */
  readonly isHeld: boolean;
}

/** Every link of these contacts, or with one of these addresses (in lower case) on either side. */
export async function listRecordedReasons(
  db: Db,
  connection: ConnectionId,
  people: { readonly contactIds: readonly number[]; readonly addresses: readonly string[] },
): Promise<readonly RecordedReason[]> {
  const { contactIds, addresses } = people;
  const rows = await db.$queryRaw<readonly RecordedRow[]>`
    SELECT member.contact_id, member.address_key, member.contact_addresses, member.sync_status, member.reason,
      CASE WHEN newest.kind = 'wait' AND newest.rule = member.rule THEN newest.reason END AS waits_for,
      coalesce(newest.state = 'held', false) AS is_held
    FROM members AS member
    LEFT JOIN LATERAL (SELECT kind, rule, reason, state FROM decisions WHERE member_id = member.id ORDER BY id DESC LIMIT 1) AS newest ON true
    WHERE member.connection_id = ${connection} AND (
      member.contact_id = ANY(${[...contactIds]}::int[]) OR member.address_key = ANY(${[...addresses]}::text[])
      OR member.contact_addresses && ${[...addresses]}::text[])
    ORDER BY member.id`;
  return rows.map((row) => ({
    contactId: row.contact_id === null ? null : contactId(row.contact_id),
    addresses: [row.address_key, ...row.contact_addresses].filter((address) => address !== ''),
    syncStatus: row.sync_status,
    reason: row.reason,
    waitsFor: row.waits_for,
    isHeld: row.is_held,
  }));
}

interface RecordedRow {
  readonly contact_id: number | null;
  readonly address_key: string;
  readonly contact_addresses: readonly string[];
  readonly sync_status: SyncStatus;
  readonly reason: string | null;
  readonly waits_for: string | null;
  readonly is_held: boolean;
}
