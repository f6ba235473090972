import type { RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** A run stops at the next checkpoint after this moment, as with a time limit; the next sync goes on from there. May run twice. */
export async function recordDeadline(db: Db, run: RunId, at: Date): Promise<void> {
  await db.run.update({ where: { id: run }, data: { deadlineAt: at } });
}
