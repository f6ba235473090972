import { MINUTE_MS } from '../domain/instant.ts';
import { stageJobId } from '../queue/chain-stages.ts';
import { addFlow, stagesFor } from '../queue/flows.ts';
import { RETRIED } from '../queue/queues.ts';
import { claimLease, findLease } from '../store/leases.ts';
import { addLogLine, listRunsIn, type Run } from '../store/runs.ts';
import { listForgottenUpdates } from '../store/updates.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Between a run's row and its jobs lies a moment in which it looks forgotten. */
const JUST_MADE_MS = 10_000;
/** Direct calls have an answer, or a time-out, long before. */
const FORGOTTEN_MS = 5 * MINUTE_MS;

/**
 * Rows without a job → jobs (durability rule 1): runs whose flow is lost, because a process died between the row and the job or because the whole queue store was, get
 * it anew under a new token; updates whose sender died are settled by batching. May run at any time, in any number of workers. Gives how many runs were taken up.
 */
export async function repair(env: WorkerEnvironment): Promise<number> {
  const runs = await listRunsIn(env.store.db, ['planning', 'applying']);
  let repaired = 0;
  for (const run of runs) {
    if (await isLost(env, run)) repaired += (await takeUp(env, run)) ? 1 : 0;
  }
  const forgotten = await listForgottenUpdates(env.store.db, new Date(env.now() - FORGOTTEN_MS), 1000);
  for (const connectionId of new Set(forgotten.map((update) => update.connectionId))) {
    await env.queues.batching.add('send', { connectionId }, RETRIED);
  }
  return repaired;
}

/** A flow is lost when its root, the last stage, is not in the queue, or has ended while the run has not. */
async function isLost(env: WorkerEnvironment, run: Run): Promise<boolean> {
  if (env.now() - run.createdAt.getTime() < JUST_MADE_MS) return false;
  const lease = await findLease(env.store.db, run.id);
  if (lease === null) return true;
  const root = stagesFor(run.state).at(-1);
  if (root === undefined) return false;
  const job = await env.queues.stages.getJob(stageJobId({ runId: run.id, token: lease.token, stage: root }));
  if (job === undefined) return true;
  return (await job.isFailed()) || (await job.isCompleted());
}

async function takeUp(env: WorkerEnvironment, run: Run): Promise<boolean> {
  const lease = await env.store.transaction((tx) => claimLease(tx, run.connectionId, run.id));
  if (lease === null) return false;
  await addLogLine(env.store.db, run.id, {
    level: 'warn',
    stage: null,
    text: 'The jobs of this run were lost; it goes on where its record ends.',
  });
  await addFlow(env.queues, run.state, lease);
  return true;
}
