import { type Job, WaitingChildrenError } from 'bullmq';
import { invariant } from '../domain/invariant.ts';
import { LeaseLostError } from '../errors/sync-error.ts';
import { chunkJobId } from '../queue/chain-stages.ts';
import { addFlow } from '../queue/flows.ts';
import { type ChunkJob, RETRIED, type StageJob } from '../queue/queues.ts';
import type { Counts, Joined } from '../stages/stage.ts';
import { findLease } from '../store/leases.ts';
import {
  addChunks,
  type Chunk,
  findOpenChunk,
  findStage,
  listOpenChunks,
  recordChunkDone,
  recordStageDone,
  recordStageStarted,
} from '../store/run-stages.ts';
import { findRun } from '../store/runs.ts';
import { enterRun, isPastDeadline, type Scene, stopWhereTold } from './enter-run.ts';
import { findStageNamed } from './stage-list.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** So few pieces are done at once by the stage's own job: a job each would cost more than it saves. */
const MOST_INLINE = 1;
/** BullMQ's lowest priority. */
const LAST = 2_097_151;

/**
 * Does one stage of a run: cuts it, has its pieces done by jobs of their own, and joins them. Everything that was done is on record, so a job that is repeated goes on
 * where the record ends (durability rule 3).
 */
export async function runStageJob(env: WorkerEnvironment, job: Job<StageJob>, token: string): Promise<void> {
  await withScene(env, job.data, async (scene) => {
    const progress = await findStage(env.store.db, job.data.runId, job.data.stage);
    if (progress?.state === 'done' || (await stopWhereTold(env, scene, job.data))) return;
    if (progress?.state === 'waiting') await split(env, scene, job.data);
    await workAndJoin(env, scene, job, token);
  });
  await goOn(env, job.data);
}

/** Does one piece. */
export async function runChunkJob(env: WorkerEnvironment, job: Job<ChunkJob>): Promise<void> {
  await withScene(env, job.data, async (scene) => {
    // Left open: the stage's job finds it so, and stops the run.
    if (isPastDeadline(env, scene.run)) return;
    const chunk = await findOpenChunk(env.store.db, job.data.runId, job.data.stage, job.data.number);
    if (chunk !== null) await workOn(env, scene, job.data, chunk);
  });
  await reportProgress(env, job);
}

async function withScene(
  env: WorkerEnvironment,
  job: StageJob,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await enterRun(env, job);
  if (scene === null) return;
  try {
    await work(scene);
  } catch (error) {
    // Whoever has the lease now does this work.
    if (!(error instanceof LeaseLostError)) throw error;
  } finally {
    await scene.flushRequests();
  }
}

async function split(env: WorkerEnvironment, scene: Scene, { runId, stage: name }: StageJob): Promise<void> {
  const named = findStageNamed(name);
  const inputs =
    named.flow === 'plan' ? await named.stage.split(scene.plan) : await named.stage.split(scene.apply);
  await env.store.fenced(scene.plan.lease, async (tx) => {
    // Two jobs of one stage may have cut it at once; the first one's cut counts.
    const progress = await findStage(tx, runId, name);
    if (progress?.state !== 'waiting') return;
    await addChunks(tx, runId, name, inputs);
    await recordStageStarted(tx, runId, name);
  });
}

async function workAndJoin(
  env: WorkerEnvironment,
  scene: Scene,
  job: Job<StageJob>,
  token: string,
): Promise<void> {
  const { runId, stage } = job.data;
  for (;;) {
    const open = await listOpenChunks(env.store.db, runId, stage);
    if (open.length > MOST_INLINE) await waitForChildren(env, job, token, open);
    else for (const chunk of open) await workOn(env, scene, job.data, chunk);
    if ((await listOpenChunks(env.store.db, runId, stage)).length > 0) {
      if (await stopWhereTold(env, scene, job.data)) return;
      continue;
    }
    const joined = await join(env, scene, job.data);
    if (joined.kind === 'done') return await recordDone(env, job.data, joined.counts);
    await env.store.fenced(scene.plan.lease, (tx) => addChunks(tx, runId, stage, joined.inputs));
  }
}

/** Adds the pieces' jobs and leaves the worker to them: this job comes back when they are done. */
async function waitForChildren(
  env: WorkerEnvironment,
  job: Job<StageJob>,
  token: string,
  open: readonly Chunk[],
): Promise<void> {
  invariant(job.id !== undefined, 'a stage job has an id');
  const parent = { id: job.id, queue: job.queueQualifiedName };
  await env.queues.chunks.addBulk(
    open.map(({ number }) => {
      const data = { ...job.data, number };
      // First pieces first, of whatever run: a large audience does not keep small ones waiting (architecture.md, "Scale").
      const priority = Math.min(number + 1, LAST);
      return {
        name: data.stage,
        data,
        opts: {
          ...RETRIED,
          jobId: chunkJobId(data),
          priority,
          parent,
          failParentOnFailure: true,
          removeOnComplete: true,
        },
      };
    }),
  );
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
}

async function workOn(
  env: WorkerEnvironment,
  scene: Scene,
  { runId, stage: name }: StageJob,
  chunk: Chunk,
): Promise<void> {
  const named = findStageNamed(name);
  const input = chunk.input as never;
  const counts =
    named.flow === 'plan'
      ? await named.stage.work(scene.plan, input)
      : await named.stage.work(scene.apply, input);
  await env.store.fenced(scene.plan.lease, (tx) => recordChunkDone(tx, runId, name, chunk.number, counts));
}

/** The run is read again: its pieces may have changed what it goes by. */
async function join(
  env: WorkerEnvironment,
  { plan, apply }: Scene,
  { runId, stage: name }: StageJob,
): Promise<Joined<never>> {
  const run = (await findRun(env.store.db, runId)) ?? plan.run;
  const named = findStageNamed(name);
  return named.flow === 'plan'
    ? await named.stage.join({ ...plan, run })
    : await named.stage.join({ ...apply, run });
}

async function recordDone(env: WorkerEnvironment, { runId, stage }: StageJob, counts: Counts): Promise<void> {
  await env.store.transaction((tx) => recordStageDone(tx, runId, stage, counts));
}

/** The plan is drawn up: what is safe is applied at once. The run ended its apply flow: its updates are sent. */
async function goOn(env: WorkerEnvironment, { runId, stage }: StageJob): Promise<void> {
  if (stage !== 'draw-up-plan' && stage !== 'finish') return;
  const run = await findRun(env.store.db, runId);
  if (run === null) return;
  const lease = await findLease(env.store.db, runId);
  if (stage === 'draw-up-plan' && run.state === 'applying' && lease !== null)
    await addFlow(env.queues, 'applying', lease);
  if (stage === 'finish') await env.queues.batching.add('send', { connectionId: run.connectionId }, RETRIED);
}

/** Shown in Bull Board: how many pieces of the stage are done. */
async function reportProgress(env: WorkerEnvironment, job: Job<ChunkJob>): Promise<void> {
  const progress = await findStage(env.store.db, job.data.runId, job.data.stage);
  if (progress === null || job.parent?.id === undefined) return;
  const parent = await env.queues.stages.getJob(job.parent.id);
  await parent?.updateProgress({ done: progress.done, total: progress.total });
}
