import { connectionId as toConnectionId } from '../domain/ids.ts';
import type { RunState } from '../domain/run.ts';
import type { Db } from './db.ts';

interface Row {
  readonly id: number;
  readonly state: 'active' | 'paused' | 'faulted';
  readonly fault_code: string | null;
  readonly fault_message: string | null;
  readonly run_id: number | null;
  readonly run_state: RunState | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly held_run: number | null;
  readonly held_people: number;
  readonly batches: number;
  readonly oldest_batch: Date | null;
  readonly due: number;
  readonly oldest_due: Date | null;
  readonly is_writing_stopped: boolean;
}

/** How every connection stands, as far as it may call for somebody. One statement, by indexes: cheap enough for every minute. */
export async function listStandings(db: Db, now: Date) {
  const rows = await db.$queryRaw<readonly Row[]>`
    SELECT connection.id, connection.state, connection.fault_code, connection.fault_message,
      last.id AS run_id, last.state AS run_state, last.error_code, last.error_message,
      held.id AS held_run, coalesce(held.people, 0)::int AS held_people,
      batch.count::int AS batches, batch.oldest AS oldest_batch, due.count::int AS due, due.oldest AS oldest_due,
      EXISTS (SELECT 1 FROM installation WHERE writing_stopped_at IS NOT NULL) AS is_writing_stopped
    FROM connections AS connection
    LEFT JOIN LATERAL (
      SELECT id, state, error_code, error_message FROM runs
      WHERE connection_id = connection.id AND purpose = 'sync' AND state IN ('done', 'failed', 'held', 'rejected', 'superseded')
      ORDER BY id DESC LIMIT 1) AS last ON true
    LEFT JOIN LATERAL (
      SELECT run.id, (SELECT count(*) FROM decisions WHERE run_id = run.id AND state = 'held' AND category IS NOT NULL) AS people
      FROM runs AS run WHERE run.connection_id = connection.id AND run.state = 'held' ORDER BY run.id DESC LIMIT 1) AS held ON true
    LEFT JOIN LATERAL (
      SELECT count(*), min(claimed_at) AS oldest FROM batches
      WHERE connection_id = connection.id AND state IN ('claimed', 'submitted')) AS batch ON true
    LEFT JOIN LATERAL (
      SELECT count(*), min(greatest(created_at, not_before)) AS oldest FROM updates
      WHERE connection_id = connection.id AND state = 'queued' AND (not_before IS NULL OR not_before <= ${now})) AS due ON true
    ORDER BY connection.id`;
  return rows.map(toStanding);
}

function toStanding(row: Row) {
  return {
    connectionId: toConnectionId(row.id),
    state: row.state,
    fault: pair(row.fault_code, row.fault_message),
    lastRun:
      row.run_id === null || row.run_state === null
        ? null
        : { id: row.run_id, state: row.run_state, error: pair(row.error_code, row.error_message) },
    held: row.held_run === null ? null : { runId: row.held_run, people: row.held_people },
    batches: { count: row.batches, oldestAt: row.oldest_batch?.getTime() ?? null },
    due: { count: row.due, oldestAt: row.oldest_due?.getTime() ?? null },
    isWritingStopped: row.is_writing_stopped,
  };
}

const pair = (code: string | null, message: string | null) =>
  code === null ? null : { code, message: message ?? '' };
