import type { Job } from 'bullmq';
import { InvariantError } from '../domain/invariant.ts';
import { stopsConnection } from '../errors/codes.ts';
import { SyncError, TransientError } from '../errors/sync-error.ts';
import type { StageJob } from '../queue/queues.ts';
import { recordFault } from '../store/connections.ts';
import { recordDecisionStates } from '../store/decisions.ts';
import { addLogLine, recordRunState } from '../store/runs.ts';
import { enterRun } from './enter-run.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Whether the queue will try this job again. */
export function willBeTriedAgain(job: Job, error: unknown): boolean {
  return error instanceof TransientError && job.attemptsMade + 1 < (job.opts.attempts ?? 1);
}

/**
 * Ends a run for good: the lease is free, what was planned is set aside, no cursor has moved, so the next run starts clean. A fault that only an operator can mend also
 * stops the connection (E17, E19, E21, E24). A job whose run is over already changes nothing.
 */
export async function failRun(env: WorkerEnvironment, job: StageJob, error: unknown): Promise<void> {
  const scene = await enterRun(env, job);
  if (scene === null) return;
  const { run } = scene;
  const told = tellable(error);
  await addLogLine(env.store.db, run.id, { level: 'error', stage: job.stage, text: told.message });
  await env.store.transaction(async (tx) => {
    await recordDecisionStates(tx, run.id, ['planned', 'held', 'approved'], 'superseded', null);
    await recordRunState(tx, run, 'failed', told);
    if (error instanceof SyncError && stopsConnection(error.code))
      await recordFault(tx, run.connectionId, told);
  });
}

/** What can be shown: our own errors are written for it, anybody else's may hold anything. */
function tellable(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof SyncError || error instanceof InvariantError)
    return { code: error.code, message: error.message };
  return { code: 'RUN_FAILED', message: 'The run met an error of ours. The log of the worker has it.' };
}
