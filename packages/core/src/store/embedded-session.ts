import pg from 'pg';
import { SUPERUSER } from './embedded-server.ts';

/** A running embedded server. */
export interface ServerAddress {
  /** Of its first process, the postmaster. */
  readonly pid: number;
  readonly port: number;
  readonly password: string;
}

/** Every server has this database: here its users' processes find out about each other. */
const MEETING_PLACE = 'postgres';
const CONNECT_TIMEOUT_MS = 10_000;
/** `invalid_password` and `too_many_connections`: trying again would not help. */
const HOPELESS: ReadonlySet<string | undefined> = new Set(['28P01', '53300']);

/**
 * A session with an embedded server, or `null` while that is starting or stopping. Its breaking is no error by
 * itself: listen for `end`.
 */
export async function tryToConnect({ port, password }: ServerAddress): Promise<pg.Client | null> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: MEETING_PLACE,
    application_name: 'mcsync-embedded',
    ssl: false,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined); // `end` follows, and says as much
  try {
    await client.connect();
  } catch (error) {
    if (error instanceof pg.DatabaseError && HOPELESS.has(error.code)) throw error;
    return null;
  }
  return client;
}

/** `duplicate_database`, or the same seen by PostgreSQL's own index when two create it at once. */
const EXISTS_ALREADY: ReadonlySet<string | undefined> = new Set(['42P04', '23505']);

/** Makes a database where there is none of this name. May run twice, and at once. */
export async function ensureDatabase(session: pg.Client, name: string): Promise<void> {
  const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount !== 0) return;
  try {
    await session.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && EXISTS_ALREADY.has(error.code))) throw error;
  }
}
