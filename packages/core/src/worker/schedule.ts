import { ErrorCode } from 'bullmq';
import { type ConnectionId, connectionId } from '../domain/ids.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../domain/instant.ts';
import { KEPT, RETRIED, type ScheduleJob, versioned } from '../queue/queues.ts';
import { startRun } from '../queue/run-control.ts';
import { parseInterval } from '../settings.ts';
import { listDueBatches } from '../store/batches.ts';
import { type Connection, findConnection, listConnections } from '../store/connections.ts';
import { pruneHistory } from '../store/retention.ts';
import { listDueConnections } from '../store/updates.ts';
import { pollSoon } from './mailchimp-jobs.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** When runs recur where a connection does not say. */
export interface ScheduleDefaults {
  readonly syncEveryMs: number;
  readonly fullSyncCron: string;
  /** So long decisions, runs and settled updates are kept. */
  readonly retentionDays: number;
}

/** The passes that pick up what nobody poked. */
const PASSES = [
  { kind: 'batching', every: 30 * SECOND_MS },
  { kind: 'polling', every: 15 * SECOND_MS },
  { kind: 'retention', every: 6 * HOUR_MS },
] as const;

const PER_CONNECTION = ['incremental', 'full'] as const;

/**
 * Brings the job schedulers in line with the connections: incremental and full runs for each active one, and the passes of this installation. May run twice, in any
 * number of workers: a scheduler's id says what it is for.
 */
export async function syncSchedulers(env: WorkerEnvironment, defaults: ScheduleDefaults): Promise<void> {
  for (const { kind, every } of PASSES)
    await upsert(env, kind, { every }, { name: kind, data: versioned({ kind }), opts: KEPT });
  const active = (await listConnections(env.store.db)).filter(({ state }) => state === 'active');
  for (const connection of active) await upsertFor(env, connection, defaults);
  await removeOthers(env, new Set(active.map(({ id }) => id)));
}

type Scheduler = Parameters<WorkerEnvironment['queues']['schedule']['upsertJobScheduler']>;

/** Another worker may do the same at the same moment: then the next job is there already, and the repair pass sees to what else may have changed. */
async function upsert({ queues }: WorkerEnvironment, ...[id, repeat, template]: Scheduler): Promise<void> {
  try {
    await queues.schedule.upsertJobScheduler(id, repeat, template);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
}

/** By BullMQ's codes, and by PostgreSQL's for a deadlock: then the other of the two has done it. */
const THERE_ALREADY: readonly unknown[] = [
  ErrorCode.SchedulerJobIdCollision,
  ErrorCode.SchedulerJobSlotsBusy,
  '40P01',
];

const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && THERE_ALREADY.includes(error.code);

async function upsertFor(
  env: WorkerEnvironment,
  { id, policies }: Connection,
  defaults: ScheduleDefaults,
): Promise<void> {
  const every = (policies.every === null ? null : parseInterval(policies.every)) ?? defaults.syncEveryMs;
  const pattern = policies.fullCron ?? defaults.fullSyncCron;
  const jobFor = (kind: (typeof PER_CONNECTION)[number]) => ({
    name: kind,
    data: versioned({ kind, connectionId: id }),
    opts: KEPT,
  });
  await upsert(env, schedulerId('incremental', id), { every }, jobFor('incremental'));
  await upsert(env, schedulerId('full', id), { pattern }, jobFor('full'));
}

const schedulerId = (kind: (typeof PER_CONNECTION)[number], id: ConnectionId): string => `${kind}-${id}`;

async function removeOthers({ queues }: WorkerEnvironment, active: ReadonlySet<ConnectionId>): Promise<void> {
  const schedulers = await queues.schedule.getJobSchedulers();
  for (const { key } of schedulers) {
    const id = /^(?:incremental|full)-(\d+)$/.exec(key)?.[1];
    if (id !== undefined && !active.has(connectionId(Number(id))))
      await queues.schedule.removeJobScheduler(key);
  }
}

/** What recurs: a run of a connection, or a pass over what nobody poked. */
export async function runScheduleJob(
  env: WorkerEnvironment,
  job: ScheduleJob,
  { retentionDays }: Pick<ScheduleDefaults, 'retentionDays'>,
): Promise<void> {
  switch (job.kind) {
    case 'incremental':
    case 'full':
      return await startScheduled(env, job.connectionId, job.kind);
    case 'batching':
      for (const id of await listDueConnections(env.store.db, new Date(env.now())))
        await env.queues.batching.add('send', versioned({ connectionId: id }), RETRIED);
      return;
    case 'polling':
      for (const batch of await listDueBatches(env.store.db, new Date(env.now()))) await pollSoon(env, batch);
      return;
    case 'retention':
      return await prune(env, retentionDays);
  }
}

async function prune({ store, now, signal, log }: WorkerEnvironment, days: number): Promise<void> {
  const pruned = await pruneHistory(store, new Date(now() - days * DAY_MS), signal);
  log.info(pruned, 'old records removed');
}

/** A scheduled run that another one keeps from starting is dropped: the next comes soon enough (E22). */
async function startScheduled(
  env: WorkerEnvironment,
  id: ConnectionId,
  mode: 'incremental' | 'full',
): Promise<void> {
  const connection = await findConnection(env.store.db, id);
  if (connection?.state !== 'active') return;
  const asked = { connectionId: id, mode, purpose: 'sync', requestedBy: 'schedule' } as const;
  const started = await startRun(env.store, env.queues, asked);
  if (started.kind === 'busy')
    env.log.info(
      { connection: id, holder: started.holder, mode },
      'scheduled run skipped: another holds the connection',
    );
}
