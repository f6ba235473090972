import pg from 'pg';
import { UsageError } from '../errors/sync-error.ts';
import { type EmbeddedOptions, openEmbedded } from './embedded.ts';

/** PostgreSQL: object_in_use. */
const IN_USE = '55006';

/**
 * Throws an embedded database away, with all that is in it; whoever opens it next finds an empty one. The server stays, so that this takes a moment. May run where there is none. Rejects with
 * `UsageError` while another process uses it.
 */
export async function dropEmbedded({ database, ...options }: EmbeddedOptions): Promise<void> {
  const server = await openEmbedded({ ...options, database: 'postgres' });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)}`);
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) || cause.code !== IN_USE) throw cause;
    throw new UsageError(
      'BAD_INPUT',
      [`The database under ${options.dataDir} is in use by another process. Stop that one first.`],
      { cause },
    );
  } finally {
    await client.end();
    await server.close();
  }
}
