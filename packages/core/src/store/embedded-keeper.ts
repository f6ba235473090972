import type pg from 'pg';
import { type ServerAddress, tryToConnect } from './embedded-session.ts';

/** Advisory locks of the server's own database. This one is held, shared, by every process that uses the server. */
const IN_USE = 7_241_001;
/** And this one by the keeper: there is one per server. */
const KEEPING = 7_241_002;

/**
 * Says that this session's process uses the server, until the session ends. False when the server is about to stop.
 * May run twice.
 */
export function claimUse(session: pg.Client): Promise<boolean> {
  return tryLock(session, `pg_try_advisory_lock_shared(${IN_USE})`);
}

/**
 * Sees to it that the server stops when nobody has been connected to it for `lingerSeconds`. The keeper lives
 * inside the server: a session runs a loop that ends with the server. PostgreSQL does not look for the client of a
 * busy session, so the loop outlives the process that started it, even one that is killed. Returns that session, to
 * be ended with the process's use of the server; `null` where a keeper was at work already. May run twice, and at
 * once.
 */
export async function startKeeper(address: ServerAddress, lingerSeconds: number): Promise<pg.Client | null> {
  const session = await tryToConnect(address);
  if (session === null) return null;
  if (!(await tryLock(session, `pg_try_advisory_lock(${KEEPING})`))) {
    await session.end();
    return null;
  }
  await session.query('SET client_connection_check_interval = 0');
  await session.query('SET log_min_messages = panic'); // its being stopped with the server is no news
  // Settles, with an error, when the server stops or we leave: neither is trouble.
  session.query(keepServer(address.pid, lingerSeconds)).catch(() => undefined);
  return session;
}

async function tryLock(session: pg.Client, call: string): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>(`SELECT ${call} AS locked`);
  return rows[0]?.locked === true;
}

const keepServer = (pid: number, lingerSeconds: number) => `
DO $keeper$
DECLARE
  quiet_since timestamptz;
BEGIN
  LOOP
    PERFORM pg_sleep(${Math.min(1, lingerSeconds / 2)});
    PERFORM pg_stat_clear_snapshot();
    IF EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) THEN
      quiet_since := NULL;
    ELSIF quiet_since IS NULL THEN
      quiet_since := clock_timestamp();
    -- Whoever comes once this lock is taken is told by it to wait, and to start the server anew.
    ELSIF clock_timestamp() >= quiet_since + interval '${lingerSeconds} s' AND pg_try_advisory_lock(${IN_USE}) THEN
      COPY (SELECT) TO PROGRAM 'kill -INT ${pid}';
    END IF;
    COMMIT; -- keeps no snapshot, which would keep dead rows from being vacuumed
  END LOOP;
END
$keeper$`;
