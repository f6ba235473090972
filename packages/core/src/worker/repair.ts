import { MINUTE_MS } from '../domain/instant.ts';
import { isRunActive } from '../domain/run.ts';
import { stageJobId } from '../queue/chain-stages.ts';
import { addFlow, stagesFor } from '../queue/flows.ts';
import { RETRIED, type StageJob, versioned } from '../queue/queues.ts';
import { passStep } from '../step-boundary.ts';
import { listDueBatches } from '../store/batches.ts';
import { endRun } from '../store/end-run.ts';
import { claimLease, findLease, listHolders, releaseLease } from '../store/leases.ts';
import { addLogLine, findRun, getRun, listRunsIn, lockRunState, type Run } from '../store/runs.ts';
import { listDueConnections, listForgottenUpdates } from '../store/updates.ts';
import { pollSoon } from './mailchimp-jobs.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Between a run's row and its jobs lies a moment in which it looks forgotten. */
const JUST_MADE_MS = 10_000;
/** Direct calls have an answer, or a time-out, long before. */
const FORGOTTEN_MS = 5 * MINUTE_MS;
/** What is done in one piece takes seconds, and minutes where much is to be put back. */
const ONE_PIECE_MS = 10 * MINUTE_MS;

/**
 * Rows without a job → jobs (durability rule 1): runs whose flow is lost, because a process died between the row and the job or because the whole queue store was, get
 * it anew under a new token; updates that are due, and those whose sender died, are batching's; batches that are due are looked at. May run at any time, in any number
 * of workers. Gives how many runs were taken up.
 */
export async function repair(env: WorkerEnvironment): Promise<number> {
  await releaseForsaken(env);
  const runs = await listRunsIn(env.store.db, ['planning', 'applying']);
  let repaired = 0;
  for (const run of runs) {
    if (isOnePiece(run)) await endIfDead(env, run);
    else if (await isLost(env, run)) repaired += (await takeUp(env, run)) ? 1 : 0;
  }
  await pokeMailchimp(env);
  return repaired;
}

/** A lease of a run that is over would keep its connection busy for ever. Looked at under the run's lock, which whoever takes it up again holds first. */
async function releaseForsaken({ store }: WorkerEnvironment): Promise<void> {
  for (const { runId, connectionId } of await listHolders(store.db)) {
    await store.transaction(async (tx) => {
      const state = await lockRunState(tx, runId);
      if (state === null || !isRunActive(state)) await releaseLease(tx, connectionId, runId);
    });
  }
}

async function pokeMailchimp(env: WorkerEnvironment): Promise<void> {
  const { db } = env.store;
  const now = env.now();
  const due = await listDueConnections(db, new Date(now));
  const forgotten = await listForgottenUpdates(db, new Date(now - FORGOTTEN_MS), 1000);
  for (const connectionId of new Set([...due, ...forgotten.map((update) => update.connectionId)])) {
    await env.queues.batching.add('send', versioned({ connectionId }), RETRIED);
  }
  for (const batch of await listDueBatches(db, new Date(now))) await pollSoon(env, batch);
}

/** A flow is lost when its root, the last stage, is not in the queue, or has ended while the run has not. */
async function isLost(env: WorkerEnvironment, run: Run): Promise<boolean> {
  const age = env.now() - run.createdAt.getTime();
  if (age < (run.purpose === 'person' ? ONE_PIECE_MS : JUST_MADE_MS)) return false;
  const lease = await findLease(env.store.db, run.id);
  if (lease === null) return true;
  const root = stagesFor(run.state).at(-1);
  if (root === undefined) return false;
  const job = await env.queues.stages.getJob(stageJobId({ runId: run.id, token: lease.token, stage: root }));
  if (job === undefined) return true;
  return (await job.isFailed()) || (await job.isCompleted());
}

/**
 * A job of a run that another version of ours has made and this one does not understand: the run gets its flow anew, and goes on where its record ends. Only the first such job of a flow does it;
 * those that follow belong to the old token then.
 */
export async function takeUpForeign(env: WorkerEnvironment, job: Partial<StageJob>): Promise<void> {
  const { runId, token } = job;
  if (typeof runId !== 'number' || typeof token !== 'number') return;
  const run = await findRun(env.store.db, runId);
  const lease = await findLease(env.store.db, runId);
  if (run !== null && isRunActive(run.state) && lease?.token === token) await takeUp(env, run);
}

/** One person's sync and the planning of an undoing are one piece in one process, without a flow. Approved, they have one like any other. */
const isOnePiece = ({ purpose, state }: Run): boolean =>
  (purpose === 'person' || purpose === 'undo') && state === 'planning';

/** Where that process died, the run ends. */
async function endIfDead(env: WorkerEnvironment, run: Run): Promise<void> {
  if (env.now() - run.createdAt.getTime() < ONE_PIECE_MS) return;
  const message = 'The process that did this died. Ask for it again.';
  await env.store.transaction((tx) => endRun(tx, run, 'failed', { code: 'RUN_FAILED', message }));
}

async function takeUp(env: WorkerEnvironment, run: Run): Promise<boolean> {
  const lease = await env.store.transaction(async (tx) => {
    const claimed = await claimLease(tx, run.connectionId, run.id);
    // It may have ended since it was listed: a lease of its own would keep the connection busy for ever.
    const isOver = !isRunActive((await getRun(tx, run.id)).state);
    if (claimed !== null && isOver) await releaseLease(tx, run.connectionId, run.id);
    return isOver ? null : claimed;
  });
  if (lease === null) return false;
  passStep('run-taken-over');
  await addLogLine(env.store.db, run.id, {
    level: 'warn',
    stage: null,
    text: 'The jobs of this run were lost; it goes on where its record ends.',
  });
  await addFlow(env.queues, run.state, lease);
  return true;
}
