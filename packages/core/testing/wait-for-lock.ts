import type { Db } from '../src/store/db.ts';

/** Resolves when somebody on this database waits for a lock that another holds. Asked over and over: PostgreSQL tells nobody. */
export async function waitForLock(db: Db): Promise<'waits'> {
  for (;;) {
    const rows = await db.$queryRaw<readonly unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (rows.length > 0) return 'waits';
  }
}
