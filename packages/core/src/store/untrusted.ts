import type { ConnectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/**
 * E26: what both sides had agreed is not to be trusted any more. Bases, of interests and fields too, and cursors go, so that everything is read and everybody decided about as in a first sync, which waits
 * for approval; what Mailchimp told us of people's own will stays (I2). May run twice.
 */
export async function recordUntrusted(tx: Db, connection: ConnectionId): Promise<void> {
  await tx.$executeRaw`
    UPDATE members SET base_side = NULL, base_at = NULL, base_opted_in_at = NULL, base_history_id = 0, base_by_trash = false,
      base_profile = NULL, sync_status = CASE WHEN sync_status = 'live' THEN 'live' ELSE 'todo' END, updated_at = now()
    WHERE connection_id = ${connection} AND (base_side IS NOT NULL OR base_profile IS NOT NULL)`;
  await tx.$executeRaw`
    UPDATE connections SET first_synced_at = NULL, mailchimp_watermark = NULL, history_cursor = NULL, contact_watermark = NULL,
      history_tail = '[]'::jsonb WHERE id = ${connection}`;
}
