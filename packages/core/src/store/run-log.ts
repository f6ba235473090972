import type { ConnectionId, RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** One line of a run's log, for people. */
export interface LogLine {
  readonly id: number;
  readonly runId: number;
  readonly at: Date;
  readonly level: 'info' | 'warn' | 'error';
  readonly stage: string | null;
  readonly text: string;
}

/** The newest lines first: of one run, or of all runs of a connection. */
export async function listLogLines(
  db: Db,
  of: { readonly runId: RunId } | { readonly connectionId: ConnectionId },
  limit: number,
): Promise<readonly LogLine[]> {
  const where = 'runId' in of ? { runId: of.runId } : { run: { connectionId: of.connectionId } };
  const rows = await db.runLogLine.findMany({ where, orderBy: { id: 'desc' }, take: limit });
  return rows.map((row) => ({ ...row, level: row.level as LogLine['level'] }));
}
