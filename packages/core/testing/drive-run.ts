import type { ConnectionId, RunId } from '../src/domain/ids.ts';
import { isRunActive, type RunState } from '../src/domain/run.ts';
import { stagesFor } from '../src/queue/flows.ts';
import type { Queues } from '../src/queue/queues.ts';
import { type BatchSizes, sendUpdates } from '../src/stages/batching.ts';
import type { MailchimpContext } from '../src/stages/mailchimp-context.ts';
import { pollBatch, settleForgotten } from '../src/stages/polling.ts';
import { listBatches } from '../src/store/batches.ts';
import { getConnection } from '../src/store/connections.ts';
import { claimLease, findLease, type LeaseHold } from '../src/store/leases.ts';
import { findStage, listOpenChunks, listStages } from '../src/store/run-stages.ts';
import { getRun } from '../src/store/runs.ts';
import { enterRun } from '../src/worker/enter-run.ts';
import { cutStage, joinStage, workOnPiece } from '../src/worker/stage-steps.ts';
import type { WorkerEnvironment } from '../src/worker/worker-environment.ts';

/** What a process works with, where there is no queue. */
export type QueuelessEnvironment = Omit<WorkerEnvironment, 'queues'>;

/** A queue that loses every job: the record alone tells what there is to do. */
const LOST_QUEUE = { add: () => Promise.resolve() };
export const LOST_QUEUES = {
  flows: LOST_QUEUE,
  batching: LOST_QUEUE,
  polling: LOST_QUEUE,
} as unknown as Queues; // BullMQ's classes have more that nobody calls here

/** Called before each stage, with its name. */
export type BeforeStage = (stage: string) => void;

/**
 * Does a run's stages in this process, one after the other and piece by piece, as the worker's jobs do, from where its record ends. Rejects with whatever a stage rejects
 * with. Gives the state in which the run rests.
 */
export async function driveRun(
  env: QueuelessEnvironment,
  id: RunId,
  before: BeforeStage = () => undefined,
): Promise<RunState> {
  for (;;) {
    const { state } = await getRun(env.store.db, id);
    if (!isRunActive(state)) return state;
    const lease = await findLease(env.store.db, id);
    if (lease === null) continue; // it has just ended
    const done = new Set(
      (await listStages(env.store.db, id)).filter((one) => one.state === 'done').map(({ stage }) => stage),
    );
    const stage = stagesFor(state).find((name) => !done.has(name));
    if (stage === undefined) continue; // it has just gone on to its other flow, or ended
    before(stage);
    await driveStage(env, { runId: id, token: lease.token, stage });
  }
}

/** One stage of a run, from where its record ends. */
export async function driveStage(
  env: QueuelessEnvironment,
  job: Parameters<typeof enterRun>[1],
): Promise<void> {
  // Stages know no queue.
  const scene = await enterRun(env as WorkerEnvironment, job);
  if (scene === null) return;
  const progress = await findStage(env.store.db, job.runId, job.stage);
  if (progress?.state === 'waiting') await cutStage(env as WorkerEnvironment, scene, job);
  do {
    const pieces = await listOpenChunks(env.store.db, job.runId, job.stage);
    await Promise.all(pieces.map((piece) => workOnPiece(env as WorkerEnvironment, scene, job, piece)));
  } while ((await joinStage(env as WorkerEnvironment, scene, job)) === 'more');
}

/** Takes a run over from a process that died, as the repair pass does. */
export async function takeOver(env: QueuelessEnvironment, id: RunId): Promise<LeaseHold | null> {
  const { connectionId } = await getRun(env.store.db, id);
  return await env.store.transaction((tx) => claimLease(tx, connectionId, id));
}

export async function mailchimpContext(
  env: QueuelessEnvironment,
  connectionId: ConnectionId,
): Promise<MailchimpContext> {
  const { store, installationId, signal, now } = env;
  const connection = await getConnection(store.db, connectionId);
  const { mailchimp, mailchimpWriter, civicrm } = await env.gateways.forConnection(
    connection,
    () => undefined,
  );
  return { store, connection, installationId, mailchimp, mailchimpWriter, civicrm, signal, now };
}

/** Sends what is queued and due, and looks once at every batch that is due to be looked at. Gives how many batches are open still. */
export async function driveMailchimp(
  env: QueuelessEnvironment,
  connectionId: ConnectionId,
  sizes?: BatchSizes,
): Promise<number> {
  const ctx = await mailchimpContext(env, connectionId);
  await settleForgotten(ctx);
  await sendUpdates(ctx, sizes);
  const open = (await listBatches(env.store.db, connectionId, 100)).filter(
    ({ state }) => state === 'claimed' || state === 'submitted',
  );
  const due = open.filter(({ nextPollAt }) => nextPollAt === null || nextPollAt.getTime() <= env.now());
  for (const batch of due) await pollBatch(ctx, batch);
  const left = await listBatches(env.store.db, connectionId, 100);
  return left.filter(({ state }) => state === 'claimed' || state === 'submitted').length;
}
