import type { StageJob } from '../queue/queues.ts';
import type { Joined } from '../stages/stage.ts';
import { passStep } from '../step-boundary.ts';
import {
  addChunks,
  type Chunk,
  countChunks,
  findStage,
  lockStage,
  recordPieceDone,
  recordStageDone,
  recordStageStarted,
} from '../store/run-stages.ts';
import { findRun } from '../store/runs.ts';
import type { Scene } from './enter-run.ts';
import { findStageNamed } from './stage-list.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Cuts a stage into pieces and puts them on record. Of two who cut it at once the first one's cut counts. */
export async function cutStage(
  env: WorkerEnvironment,
  scene: Scene,
  { runId, stage: name }: StageJob,
): Promise<void> {
  const named = findStageNamed(name);
  const inputs =
    named.flow === 'plan' ? await named.stage.split(scene.plan) : await named.stage.split(scene.apply);
  await env.store.fenced(scene.plan.lease, async (tx) => {
    await lockStage(tx, runId, name);
    const progress = await findStage(tx, runId, name);
    if (progress?.state !== 'waiting') return;
    await addChunks(tx, runId, name, inputs);
    await recordStageStarted(tx, runId, name);
  });
  passStep('stage-cut');
}

/** Does one piece, and puts on record that it is done. */
export async function workOnPiece(
  env: WorkerEnvironment,
  scene: Scene,
  { stage: name }: StageJob,
  chunk: Chunk,
): Promise<void> {
  const named = findStageNamed(name);
  const input = chunk.input as never; // the stage's own, as it had put it on record
  const counts =
    named.flow === 'plan'
      ? await named.stage.work(scene.plan, input)
      : await named.stage.work(scene.apply, input);
  passStep('piece-worked');
  await recordPieceDone(env.store.db, scene.plan.lease, { stage: name, number: chunk.number, counts });
  passStep('piece-recorded');
}

/** All pieces are done: the stage is, too, or it has more of them. Of two who join at once only one adds pieces. */
export async function joinStage(
  env: WorkerEnvironment,
  scene: Scene,
  job: StageJob,
): Promise<'done' | 'more'> {
  const { runId, stage } = job;
  const pieces = await countChunks(env.store.db, runId, stage);
  const joined = await join(env, scene, job);
  if (joined.kind === 'done') {
    await env.store.transaction((tx) => recordStageDone(tx, runId, stage, joined.counts));
    passStep('stage-recorded');
    return 'done';
  }
  await env.store.fenced(scene.plan.lease, async (tx) => {
    await lockStage(tx, runId, stage);
    if ((await countChunks(tx, runId, stage)) === pieces) await addChunks(tx, runId, stage, joined.inputs);
  });
  return 'more';
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
