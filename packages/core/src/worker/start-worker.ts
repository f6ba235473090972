import type { Job, Processor } from 'bullmq';
import { WaitingChildrenError } from 'bullmq';
import type { QueueStore, WorkerSettings } from '../queue/connect.ts';
import {
  BATCHING,
  type BatchingJob,
  CHUNKS,
  type ChunkJob,
  POLLING,
  type PollingJob,
  SCHEDULE,
  type ScheduleJob,
  STAGES,
  type StageJob,
} from '../queue/queues.ts';
import { failRun, willBeTriedAgain } from './fail-run.ts';
import { runBatchingJob, runPollingJob } from './mailchimp-jobs.ts';
import { repair } from './repair.ts';
import { runChunkJob, runStageJob } from './run-stage.ts';
import { runScheduleJob, type ScheduleDefaults, syncSchedulers } from './schedule.ts';
import { backOff, toJobFailure } from './to-job-failure.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** A worker that is working. */
export interface RunningWorker {
  /** Takes no more jobs, finishes the pieces that it is at, and ends. */
  stop(): Promise<void>;
}

/** `every`: all of a worker's duties. `no-schedule`: for one run in this process; nothing recurs because of it. */
export type Duties = 'every' | 'no-schedule';

/** Jobs at once. Stages mostly wait for their pieces; pieces mostly wait for the other end. */
const CONCURRENCY = { stages: 8, chunks: 8, batching: 4, polling: 4, schedule: 2 };

/** Starts working on the queues, and puts on them what a crash or a lost queue has forgotten. */
export async function startWorker(
  env: WorkerEnvironment,
  store: QueueStore,
  { duties, defaults }: { readonly duties: Duties; readonly defaults: ScheduleDefaults },
): Promise<RunningWorker> {
  const workers = [
    store.worker<StageJob>(
      STAGES,
      ofRun(env, (job, token) => runStageJob(env, job, token)),
      settings(CONCURRENCY.stages),
    ),
    store.worker<ChunkJob>(
      CHUNKS,
      ofRun(env, (job) => runChunkJob(env, job)),
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
  ];
  if (duties === 'every') {
    workers.push(
      store.worker<ScheduleJob>(
        SCHEDULE,
        mapped(env, ({ data }) => runScheduleJob(env, data, defaults)),
        settings(CONCURRENCY.schedule),
      ) as never,
    );
    await syncSchedulers(env, defaults);
  }
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  await repair(env);
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function settings(concurrency: number): WorkerSettings {
  return {
    concurrency,
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
    try {
      await work(job, token);
    } catch (error) {
      if (error instanceof WaitingChildrenError) throw error;
      report(env, job, error);
      if (!willBeTriedAgain(job, error)) await failRun(env, job.data, error);
      throw toJobFailure(error);
    }
  };
}

function mapped<Data>(env: WorkerEnvironment, work: (job: Job<Data>) => Promise<void>): Processor<Data> {
  return async (job) => {
    try {
      await work(job);
    } catch (error) {
      report(env, job, error);
      throw toJobFailure(error);
    }
  };
}

function report({ log }: WorkerEnvironment, { name, data, attemptsMade }: Job, error: unknown): void {
  log.warn({ job: name, data, attemptsMade, err: error }, 'job failed');
}
