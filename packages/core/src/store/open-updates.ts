import type { ConnectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** Changes for Mailchimp without an outcome. */
export interface OpenUpdates {
  readonly queued: number;
  readonly submitted: number;
}

/** Reads only what is open, however many updates there ever were. */
export async function countOpenUpdatesOf(db: Db, connection: ConnectionId): Promise<OpenUpdates> {
  // As the partial index says it, so that the index is used.
  const rows = await db.$queryRaw<readonly OpenUpdates[]>`
    SELECT count(*) FILTER (WHERE state = 'queued')::int AS queued, count(*) FILTER (WHERE state = 'submitted')::int AS submitted
    FROM updates WHERE state = ANY (ARRAY['queued'::text, 'submitted'::text]) AND connection_id = ${connection}`;
  return rows[0] ?? { queued: 0, submitted: 0 };
}
