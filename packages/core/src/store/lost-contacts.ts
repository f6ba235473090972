import { type ConnectionId, type ContactId, contactId, type RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';
import { listStillAtMailchimp, mergeRows } from './linking.ts';

/** Contacts of people to be looked at that are in the trash, or erased. */
export async function listLostContacts(
  db: Db,
  connection: ConnectionId,
  state: 'trashed' | 'erased',
): Promise<readonly ContactId[]> {
  const rows = await db.$queryRaw<readonly { contact_id: number }[]>`
    SELECT DISTINCT contact_id FROM members
    WHERE connection_id = ${connection} AND contact_state = ${state} AND sync_status = 'todo' ORDER BY contact_id`;
  return rows.map((row) => contactId(row.contact_id));
}

/** The addresses that we knew of contacts that are erased now. */
export async function listLostAddresses(
  db: Db,
  connection: ConnectionId,
  ids: readonly ContactId[],
): Promise<ReadonlyMap<ContactId, readonly string[]>> {
  const rows = await db.$queryRaw<readonly { contact_id: number; addresses: string[] }[]>`
    SELECT contact_id, array_agg(DISTINCT address_key) AS addresses FROM members
    WHERE connection_id = ${connection} AND contact_id = ANY(${[...ids]}) AND address_key <> '' GROUP BY contact_id`;
  return new Map(rows.map((row) => [contactId(row.contact_id), row.addresses]));
}

/**
 * E13: rows follow the survivor, base kept. C is copied from what the run has read of the survivor; where the survivor is linked with the same member already, or several
 * of those who went into it are, their rows become one. Where updates of both are at Mailchimp, that contact waits for the next run. No survivor may be lost itself. May
 * run twice. Gives how many rows moved.
 */
export async function relinkContacts(
  tx: Db,
  connection: ConnectionId,
  run: RunId,
  survivors: ReadonlyMap<ContactId, ContactId>,
): Promise<number> {
  const pairs = JSON.stringify([...survivors].map(([lost, survivor]) => ({ lost, survivor })));
  const twins = await tx.$queryRaw<readonly { gone: number; kept: number }[]>`
    WITH pair AS (SELECT * FROM jsonb_to_recordset(${pairs}::jsonb) AS pair (lost int, survivor int)),
    link AS (
      SELECT id, mailchimp_contact_id, coalesce(pair.survivor, contact_id) AS survivor, pair.lost IS NULL AS is_own
      FROM members LEFT JOIN pair ON pair.lost = contact_id
      WHERE connection_id = ${connection} AND (pair.lost IS NOT NULL OR contact_id IN (SELECT survivor FROM pair))),
    moving AS (
      SELECT id, (
        SELECT id FROM link AS other
        WHERE other.survivor = link.survivor
          AND (other.mailchimp_contact_id IS NOT DISTINCT FROM link.mailchimp_contact_id
            OR (other.is_own AND link.mailchimp_contact_id IS NULL))
        ORDER BY is_own DESC, id LIMIT 1) AS kept
      FROM link WHERE NOT is_own)
    SELECT id AS gone, kept FROM moving WHERE kept <> id`;
  const waiting = await listStillAtMailchimp(tx, twins);
  if (waiting.size > 0) {
    const others = [...survivors].filter(([lost]) => !waiting.has(lost));
    return await relinkContacts(tx, connection, run, new Map(others));
  }
  const merged = await mergeRows(tx, twins);
  const moved = await tx.$executeRaw`
    UPDATE members AS member SET contact_id = read.contact_id, contact_state = read.contact_state, group_status = read.group_status,
      contact_addresses = read.addresses, has_held_address = read.has_held_address, contact_flags = read.flags,
      contact_modified_at = read.modified_at, contact_profile = coalesce(read.profile, member.contact_profile),
      address_key = CASE WHEN member.mailchimp_contact_id IS NULL THEN coalesce(read.addresses[1], '') ELSE member.address_key END,
      sync_status = CASE WHEN sync_status = 'live' THEN 'live' ELSE 'todo' END, reason = CASE WHEN sync_status = 'live' THEN reason END,
      updated_at = now()
    FROM jsonb_to_recordset(${pairs}::jsonb) AS pair (lost int, survivor int)
    JOIN fetched_contacts AS read ON read.run_id = ${run} AND read.contact_id = pair.survivor
    WHERE member.connection_id = ${connection} AND member.contact_id = pair.lost`;
  return merged + moved;
}
