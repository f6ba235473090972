import { type Job, WaitingChildrenError } from 'bullmq';
import { invariant } from '../domain/invariant.ts';
import { LeaseLostError } from '../errors/sync-error.ts';
import { chunkJobId } from '../queue/chain-stages.ts';
import { addFlow } from '../queue/flows.ts';
import { type ChunkJob, RETRIED, type StageJob, versioned } from '../queue/queues.ts';
import { passStep } from '../step-boundary.ts';
import { findLease } from '../store/leases.ts';
import { type Chunk, ensureStage, findStage, listOpenChunks } from '../store/run-stages.ts';
import { findRun } from '../store/runs.ts';
import type { RunsInHand } from './enter-piece.ts';
import { enterRun, isPastDeadline, type Scene, stopWhereTold } from './enter-run.ts';
import { cutStage, joinStage, workOnPiece } from './stage-steps.ts';
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
    await ensureStage(env.store.db, job.data.runId, job.data.stage);
    const progress = await findStage(env.store.db, job.data.runId, job.data.stage);
    if (progress?.state === 'done' || (await stopWhereTold(env, scene, job.data))) return;
    if (progress?.state === 'waiting') await cutStage(env, scene, job.data);
    await workAndJoin(env, scene, job, token);
  });
  await goOn(env, job.data);
}

/** Does one piece. */
export async function runChunkJob(
  env: WorkerEnvironment,
  inHand: RunsInHand,
  job: Job<ChunkJob>,
): Promise<void> {
  await inHand.workOn(job.data, async ({ scene, chunk }) => {
    // Left open where the time is over: the stage's job finds it so, and stops the run.
    await within(scene, async ({ run }) => {
      if (!isPastDeadline(env, run)) await workOnPiece(env, scene, job.data, chunk);
    });
    await reportProgress(env, job);
  });
}

async function withScene(
  env: WorkerEnvironment,
  job: StageJob,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await enterRun(env, job);
  if (scene !== null) await within(scene, work);
}

async function within(scene: Scene, work: (scene: Scene) => Promise<void>): Promise<void> {
  try {
    await work(scene);
  } catch (error) {
    // Whoever has the lease now does this work.
    if (!(error instanceof LeaseLostError)) throw error;
  } finally {
    await scene.flushRequests();
  }
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
    else for (const chunk of open) await workOnPiece(env, scene, job.data, chunk);
    if ((await listOpenChunks(env.store.db, runId, stage)).length > 0) {
      if (await stopWhereTold(env, scene, job.data)) return;
      continue;
    }
    if ((await joinStage(env, scene, job.data)) === 'done') return;
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
      const data = versioned({ ...job.data, number });
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
  passStep('pieces-queued');
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
}

/** The plan is drawn up: what is safe is applied at once. The run ended its apply flow: its updates are sent. */
async function goOn(env: WorkerEnvironment, { runId, stage }: StageJob): Promise<void> {
  if (stage !== 'draw-up-plan' && stage !== 'finish') return;
  const run = await findRun(env.store.db, runId);
  if (run === null) return;
  const lease = await findLease(env.store.db, runId);
  if (stage === 'draw-up-plan' && run.state === 'applying' && lease !== null)
    await addFlow(env.queues, 'applying', lease);
  if (stage === 'finish') passStep('run-finished');
  if (stage === 'finish')
    await env.queues.batching.add('send', versioned({ connectionId: run.connectionId }), RETRIED);
}

/** Of so many pieces one tells how far the stage is: telling costs as much as a small piece. */
const PIECES_PER_REPORT = 10;

/** Shown in Bull Board: how many pieces of the stage are done. The dashboard and the command line count for themselves. */
async function reportProgress(env: WorkerEnvironment, job: Job<ChunkJob>): Promise<void> {
  if (job.data.number % PIECES_PER_REPORT !== 0) return;
  const progress = await findStage(env.store.db, job.data.runId, job.data.stage);
  if (progress === null || job.parent?.id === undefined) return;
  const parent = await env.queues.stages.getJob(job.parent.id);
  await parent?.updateProgress({ done: progress.done, total: progress.total });
}
