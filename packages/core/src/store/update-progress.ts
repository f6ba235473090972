import type { RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** How far Mailchimp is with a run's changes. */
export interface UpdateProgress {
  readonly total: number;
  /** Whose outcome is known. */
  readonly settled: number;
}

export async function findUpdateProgress(db: Db, run: RunId): Promise<UpdateProgress> {
  const rows = await db.update.groupBy({ by: ['state'], where: { runId: run }, _count: { _all: true } });
  const sum = (counted: typeof rows) => counted.reduce((total, row) => total + row._count._all, 0);
  const isOpen = (state: string) => state === 'queued' || state === 'submitted';
  const sent = rows.filter(({ state }) => state !== 'withdrawn');
  return { total: sum(sent), settled: sum(sent.filter(({ state }) => !isOpen(state))) };
}
