import type { Job, Processor, Worker } from 'bullmq';
import { WaitingChildrenError } from 'bullmq';
import { MINUTE_MS, SECOND_MS } from '../domain/instant.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { QueueStore, WorkerSettings } from '../queue/connect.ts';
import {
  BATCHING,
  type BatchingJob,
  CHUNKS,
  type ChunkJob,
  isUnderstood,
  PERSONS,
  type PersonJob,
  POLLING,
  type PollingJob,
  SCHEDULE,
  type ScheduleJob,
  STAGES,
  type StageJob,
  type Versioned,
} from '../queue/queues.ts';
import type { Waited } from '../queue/unless-gone.ts';
import { storeTrouble } from '../store/trouble.ts';
import { createRunsInHand } from './enter-piece.ts';
import { failRun, willBeTriedAgain } from './fail-run.ts';
import { runBatchingJob, runPollingJob } from './mailchimp-jobs.ts';
import { runPersonJob } from './person-job.ts';
import { repair, takeUpForeign } from './repair.ts';
import { repeat } from './repeat.ts';
import { runChunkJob, runStageJob } from './run-stage.ts';
import { runScheduleJob, type ScheduleDefaults, syncSchedulers } from './schedule.ts';
import { backOff, toJobFailure } from './to-job-failure.ts';
import { watch } from './watch.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** A worker that is working. */
export interface RunningWorker {
  /** Takes no more jobs, finishes the pieces that it is at, and ends. `gone`: the queue store is, so some of them may be under way still. */
  stop(): Promise<Waited>;
}

/** `every`: all of a worker's duties. `no-schedule`: for one run in this process; nothing recurs because of it. */
export type Duties = 'every' | 'no-schedule';

/** Jobs at once. Stages mostly wait for their pieces. More pieces than calls that an account allows, so that some keep what was read while others read on. */
const CONCURRENCY = { stages: 8, chunks: 16, batching: 4, polling: 4, persons: 4, schedule: 2 };

export interface WorkerOptions {
  readonly duties: Duties;
  readonly defaults: ScheduleDefaults;
  /** After so long without a sign of life a job's worker counts as dead, and another does it. 30 s if not said. */
  readonly deadAfterMs?: number;
  /** How often rows are looked at that a crash or a lost queue has left without a job. A minute if not said. */
  readonly repairEveryMs?: number;
  /** How operators are told of what calls for them; nobody is told if not said. */
  readonly notifiers?: readonly Notifier[];
}

/**
 * Starts working on the queues, and puts on them what a crash or a lost queue has forgotten: now, and again and again by this process's own clock, for what recurs by
 * the queue is lost with it.
 */
export async function startWorker(
  env: WorkerEnvironment,
  store: QueueStore,
  {
    duties,
    defaults,
    deadAfterMs = 30 * SECOND_MS,
    repairEveryMs = MINUTE_MS,
    notifiers = [],
  }: WorkerOptions,
): Promise<RunningWorker> {
  const settings = (concurrency: number) => settingsFor(concurrency, deadAfterMs);
  const inHand = createRunsInHand(env);
  const workers = await Promise.all<Pick<Worker, 'pause' | 'close'>>([
    store.worker<StageJob>(
      STAGES,
      ofRun(env, (job, token) => runStageJob(env, job, token)),
      settings(CONCURRENCY.stages),
    ),
    store.worker<ChunkJob>(
      CHUNKS,
      ofRun(env, (job) => runChunkJob(env, inHand, job)),
      settings(CONCURRENCY.chunks),
    ),
    store.worker<BatchingJob>(
      BATCHING,
      mapped(env, ({ data }) => runBatchingJob(env, data)),
      settings(CONCURRENCY.batching),
    ),
    store.worker<PollingJob>(
      POLLING,
      mapped(env, ({ data }) => runPollingJob(env, data)),
      settings(CONCURRENCY.polling),
    ),
    store.worker<PersonJob>(
      PERSONS,
      mapped(env, ({ data }) => runPersonJob(env, data)),
      settings(CONCURRENCY.persons),
    ),
    ...(duties === 'every'
      ? [
          store.worker<ScheduleJob>(
            SCHEDULE,
            mapped(env, ({ data }) => runScheduleJob(env, data, defaults)),
            settings(CONCURRENCY.schedule),
          ),
        ]
      : []),
  ]);
  const mend = async () => {
    if (duties === 'every') await syncSchedulers(env, defaults);
    await repair(env);
  };
  await mend();
  const mending = repeat(mend, repairEveryMs, (error) => env.log.warn({ err: error }, 'repair failed'));
  // By a clock of its own: repair waits for a queue store that is down.
  const watching =
    duties === 'every'
      ? repeat(
          () => watch(env, notifiers),
          repairEveryMs,
          (error) => env.log.warn({ err: error }, 'watching failed'),
        )
      : null;
  return {
    async stop() {
      // It may be waiting for a queue store that is down.
      await store.unlessGone(mending.stop());
      await watching?.stop();
      const ended = await Promise.all(workers.map((worker) => store.endWorker(worker)));
      return ended.includes('gone') ? 'gone' : 'done';
    },
  };
}

function settingsFor(concurrency: number, deadAfterMs: number): WorkerSettings {
  return {
    concurrency,
    lockDuration: deadAfterMs,
    stalledInterval: deadAfterMs,
    // A killed worker's job is given to another so often before it counts as failed.
    maxStalledCount: 10,
    settings: { backoffStrategy: (attemptsMade, _type, error) => backOff(attemptsMade, error) },
  };
}

/** A job that belongs to a run: where it fails for good, the run does. */
function ofRun<Data extends StageJob>(
  env: WorkerEnvironment,
  work: (job: Job<Data>, token: string) => Promise<void>,
): Processor<Data> {
  return async (job, token = '') => {
    if (!isUnderstood(job.data)) return await setAside(env, job, () => takeUpForeign(env, job.data));
    try {
      await work(job, token);
    } catch (caught) {
      if (caught instanceof WaitingChildrenError) throw caught;
      const error = storeTrouble(caught) ?? caught;
      report(env, job, error);
      // This process ends: what it was at is another's work.
      if (env.signal.aborted) throw error;
      if (!willBeTriedAgain(job, error)) await failRun(env, job.data, error);
      throw toJobFailure(error);
    }
  };
}

/** What it was for stands in the rows: the next pass makes it anew. */
function mapped<Data extends Versioned>(
  env: WorkerEnvironment,
  work: (job: Job<Data>) => Promise<void>,
): Processor<Data> {
  return async (job) => {
    if (!isUnderstood(job.data)) return await setAside(env, job, () => Promise.resolve());
    try {
      await work(job);
    } catch (caught) {
      const error = storeTrouble(caught) ?? caught;
      report(env, job, error);
      // This process ends: what it was at is another's work.
      if (env.signal.aborted) throw error;
      throw toJobFailure(error);
    }
  };
}

/** After a deploy, or while two versions work side by side. */
async function setAside(
  env: WorkerEnvironment,
  job: Job<Versioned>,
  remake: () => Promise<void>,
): Promise<void> {
  env.log.info({ job: job.name, version: job.data.v }, 'a job of another version is set aside');
  await remake();
}

function report({ log }: WorkerEnvironment, { name, data, attemptsMade }: Job, error: unknown): void {
  log.warn({ job: name, data, attemptsMade, err: error }, 'job failed');
}
