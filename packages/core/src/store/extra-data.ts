import type { ExtraData } from '../domain/extra-data.ts';
import type { ConnectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** A range of contact ids, both ends included. */
export interface IdRange {
  readonly from: number;
  readonly to: number;
}

/** Whose own data is asked for: every live contact's, or that of those who are to be looked at. */
export type Whose = 'everybody' | 'todo';

/** Cuts the contacts into ranges of at most `size`. */
export async function listExtraRanges(
  db: Db,
  connection: ConnectionId,
  whose: Whose,
  size: number,
): Promise<readonly IdRange[]> {
  return await db.$queryRaw<readonly IdRange[]>`
    SELECT min(contact_id)::int AS "from", max(contact_id)::int AS "to" FROM (
      SELECT contact_id, (row_number() OVER (ORDER BY contact_id) - 1) / ${size}::int AS part FROM (
        SELECT DISTINCT contact_id FROM members
        WHERE connection_id = ${connection} AND contact_state = 'live' AND (${whose} = 'everybody' OR sync_status = 'todo')
      ) AS contacts) AS parts GROUP BY part ORDER BY part`;
}

/** The contacts of one range, ascending. */
export async function listExtraIds(
  db: Db,
  connection: ConnectionId,
  whose: Whose,
  { from, to }: IdRange,
): Promise<readonly number[]> {
  const rows = await db.$queryRaw<readonly { contact_id: number }[]>`
    SELECT DISTINCT contact_id FROM members
    WHERE connection_id = ${connection} AND contact_state = 'live' AND contact_id BETWEEN ${from} AND ${to}
      AND (${whose} = 'everybody' OR sync_status = 'todo')
    ORDER BY contact_id`;
  return rows.map((row) => row.contact_id);
}

/** Keeps a developer's own data; people for whom it has changed become `todo`. May run twice. Gives how many links changed. */
export async function recordExtraData(
  tx: Db,
  connection: ConnectionId,
  found: readonly { readonly contactId: number; readonly extra: ExtraData }[],
): Promise<number> {
  const rows = JSON.stringify(found.map(({ contactId, extra }) => ({ contact_id: contactId, extra })));
  return await tx.$executeRaw`
    UPDATE members AS member SET extra_data = own.extra, updated_at = now(),
      sync_status = CASE WHEN member.sync_status = 'live' THEN 'live' ELSE 'todo' END,
      reason = CASE WHEN member.sync_status = 'live' THEN member.reason END
    FROM jsonb_to_recordset(${rows}::jsonb) AS own (contact_id int, extra jsonb)
    WHERE member.connection_id = ${connection} AND member.contact_id = own.contact_id AND member.extra_data IS DISTINCT FROM own.extra`;
}
