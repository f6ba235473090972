import type { Db } from './db.ts';
import { recordDecisionStates } from './decisions.ts';
import { type Run, recordRunState } from './runs.ts';

/**
 * Ends a run that will not be applied, or not any further: its lease is free and what it had planned is set aside. In this order: ending waits for whoever still
 * writes for the run, and what they planned is set aside too.
 */
export async function endRun(
  tx: Db,
  run: Pick<Run, 'id' | 'connectionId'>,
  to: 'failed' | 'aborted',
  error: Run['error'] = null,
): Promise<void> {
  await recordRunState(tx, run, to, error);
  await recordDecisionStates(tx, run.id, ['planned', 'held', 'approved'], 'superseded', null);
}
