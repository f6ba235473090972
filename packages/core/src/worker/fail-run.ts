import type { Job } from 'bullmq';
import { InvariantError } from '../domain/invariant.ts';
import { stopsConnection } from '../errors/codes.ts';
import { LeaseLostError, SyncError, TransientError } from '../errors/sync-error.ts';
import type { StageJob } from '../queue/queues.ts';
import { recordFault } from '../store/connections.ts';
import { endRun } from '../store/end-run.ts';
import { addLogLine } from '../store/runs.ts';
import { findHold } from './enter-run.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Whether the queue will try this job again. */
export function willBeTriedAgain(job: Job, error: unknown): boolean {
  return error instanceof TransientError && job.attemptsMade + 1 < (job.opts.attempts ?? 1);
}

/**
 * Ends a run for good: the lease is free, what was planned is set aside, no cursor has moved, so the next run starts clean. A fault that only an operator can mend also
 * stops the connection (E17, E19, E21, E24). A job whose run is over already, or another's, changes nothing.
 */
export async function failRun(env: WorkerEnvironment, job: StageJob, error: unknown): Promise<void> {
  const hold = await findHold(env, job);
  if (hold === null) return;
  const { run, lease } = hold;
  const told = tellable(error);
  const end = env.store.fenced(lease, async (tx) => {
    await addLogLine(tx, run.id, { level: 'error', stage: job.stage, text: told.message });
    await endRun(tx, run, 'failed', told);
    if (error instanceof SyncError && stopsConnection(error.code))
      await recordFault(tx, run.connectionId, told);
  });
  await end.catch(unlessLeaseLost);
}

/** Whoever has the lease now does this run. */
function unlessLeaseLost(error: unknown): void {
  if (!(error instanceof LeaseLostError)) throw error;
}

/** What can be shown: our own errors are written for it, anybody else's may hold anything. */
function tellable(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof SyncError || error instanceof InvariantError)
    return { code: error.code, message: error.message };
  return { code: 'RUN_FAILED', message: 'The run met an error of ours. The log of the worker has it.' };
}
