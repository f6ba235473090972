import type { FlowProducer, JobsOptions, Queue } from 'bullmq';
import type { BatchId, ConnectionId, MemberId, RunId } from '../domain/ids.ts';
import type { StageName } from '../domain/run.ts';
import type { QueueStore } from './connect.ts';

/** Stages of runs, one job each, chained as parents and children. */
export const STAGES = 'mcsync-stages';
/** Pieces of stages, done in parallel; children of their stage's job. */
export const CHUNKS = 'mcsync-chunks';
/** Sending a connection's queued updates. */
export const BATCHING = 'mcsync-batching';
/** Looking at batches at Mailchimp. */
export const POLLING = 'mcsync-polling';
/** Syncing one person now. */
export const PERSONS = 'mcsync-persons';
/** What recurs: runs, and passes over what a crash or a lost queue forgot. */
export const SCHEDULE = 'mcsync-schedule';

export const QUEUE_NAMES = [STAGES, CHUNKS, BATCHING, POLLING, PERSONS, SCHEDULE] as const;

/** The shape of jobs as this version writes them. A job that waits in the queue outlives a deploy. */
const JOB_VERSION = 1;

/** Jobs without a version are of before there were any, and of the same shape. */
export interface Versioned {
  readonly v?: number;
}

/** What goes into the queue says which version it is of. */
export const versioned = <const Data extends object>(data: Data): Data & Versioned => ({
  ...data,
  v: JOB_VERSION,
});

/** Whether this version knows what a job means; one that it does not know is made anew from the rows. */
export const isUnderstood = ({ v = JOB_VERSION }: Versioned): boolean => v === JOB_VERSION;

/** `token`: the lease's when the job was made; a job of an older one ends without doing anything. */
export interface StageJob extends Versioned {
  readonly runId: RunId;
  readonly stage: StageName;
  readonly token: number;
}
export interface ChunkJob extends StageJob {
  readonly number: number;
}
export interface BatchingJob extends Versioned {
  readonly connectionId: ConnectionId;
}
export interface PollingJob extends Versioned {
  readonly batchId: BatchId;
}
/** Ids alone: whose row it is, not who it is. */
export interface PersonJob extends Versioned {
  readonly connectionId: ConnectionId;
  readonly memberId: MemberId;
  /** Who asked for it. */
  readonly requestedBy: string;
}
export type ScheduleJob = Versioned &
  (
    | { readonly kind: 'incremental' | 'full'; readonly connectionId: ConnectionId }
    | { readonly kind: 'batching' | 'polling' | 'retention' }
  );

/** The queues, for whoever adds jobs. */
export interface Queues {
  readonly stages: Queue<StageJob>;
  readonly chunks: Queue<ChunkJob>;
  readonly batching: Queue<BatchingJob>;
  readonly polling: Queue<PollingJob>;
  readonly persons: Queue<PersonJob>;
  readonly schedule: Queue<ScheduleJob>;
  readonly flows: FlowProducer;
}

/** Rejects with `FaultError` where the store cannot be used after a few tries. */
export async function openQueues(store: QueueStore): Promise<Queues> {
  const [stages, chunks, batching, polling, persons, schedule, flows] = await Promise.all([
    store.queue<StageJob>(STAGES),
    store.queue<ChunkJob>(CHUNKS),
    store.queue<BatchingJob>(BATCHING),
    store.queue<PollingJob>(POLLING),
    store.queue<PersonJob>(PERSONS),
    store.queue<ScheduleJob>(SCHEDULE),
    store.flows(),
  ]);
  return { stages, chunks, batching, polling, persons, schedule, flows };
}

/** Done jobs are kept for a while to be looked at in Bull Board; what matters stands in PostgreSQL. */
export const KEPT: JobsOptions = {
  removeOnComplete: { age: 24 * 3600, count: 1000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 5000 },
};

/** Tried again after transient errors, longer and longer apart (`backOff` in the worker's settings). */
export const RETRIED: JobsOptions = { ...KEPT, attempts: 6, backoff: { type: 'custom' } };
