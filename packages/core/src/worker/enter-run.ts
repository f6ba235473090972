import type { RequestCounter } from '../domain/call-limiter.ts';
import { isRunActive, type RunState } from '../domain/run.ts';
import { stagesFor } from '../queue/flows.ts';
import type { StageJob } from '../queue/queues.ts';
import { withOwnData } from '../stages/look-at-pairings.ts';
import type { ApplyContext, PlanContext } from '../stages/stage.ts';
import { getConnection } from '../store/connections.ts';
import { getInstallation } from '../store/installation.ts';
import { findLease, type LeaseHold, recordHeartbeat } from '../store/leases.ts';
import { addLogLine, addRunRequests, findRun, type Run, recordRunState } from '../store/runs.ts';
import { getSiteUrl } from '../store/sites.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** A run as a job finds it. */
export interface Scene {
  /** Everything, for apply stages. */
  readonly apply: ApplyContext;
  /** The same without writers, for plan stages. */
  readonly plan: PlanContext;
  readonly run: Run;
  /** Adds the requests made so far to the run's; call it when the job ends, however it ends. */
  flushRequests(): Promise<void>;
}

/** A run that a job works for, with its lease. */
export interface Hold {
  readonly run: Run;
  readonly lease: LeaseHold;
}

/** Null: the run is over, another has the lease, or the job belongs to a flow that was added anew. */
export async function findHold({ store }: WorkerEnvironment, job: StageJob): Promise<Hold | null> {
  const run = await findRun(store.db, job.runId);
  if (run === null || !isFor(run.state, job)) return null;
  const lease = await findLease(store.db, job.runId);
  return lease === null || lease.token !== job.token ? null : { run, lease };
}

/** Whether a run in this state has a job's stage still before it. */
export const isFor = (state: RunState, { stage }: StageJob): boolean =>
  isRunActive(state) && stagesFor(state).includes(stage);

/**
 * Looks whether a job still has a run to work for. Null: it has none (`findHold`); such a job ends without doing anything. Shows that the run lives.
 */
export async function enterRun(env: WorkerEnvironment, job: StageJob): Promise<Scene | null> {
  const { store } = env;
  const hold = await findHold(env, job);
  if (hold === null) return null;
  const { run, lease } = hold;
  await recordHeartbeat(store.db, lease);
  const connection = withOwnData(env, await getConnection(store.db, run.connectionId));
  const requests = { mailchimp: 0, civicrm: 0 };
  const count: RequestCounter = (system) => {
    requests[system]++;
  };
  // Who was frozen while another did this stage, or the lease was taken over, must not write any more.
  const permit = () => store.fenced({ ...lease, stage: job.stage }, () => Promise.resolve());
  const { mailchimp, civicrm, civicrmWriter } = await env.gateways.forConnection(connection, count, permit);
  const tell: PlanContext['tell'] = (level, text) =>
    addLogLine(store.db, run.id, { level, stage: job.stage, text });
  const { installationId, now, signal } = env;
  const plan: PlanContext = {
    store,
    connection,
    run,
    lease: { ...lease, stage: job.stage },
    installationId,
    signal,
    now,
    tell,
    mailchimp,
    civicrm,
    extraData: env.extraData ?? null,
    siteUrl: () => getSiteUrl(store.db, connection.siteId),
  };
  return {
    plan,
    apply: { ...plan, civicrmWriter },
    run,
    async flushRequests() {
      const made = { ...requests };
      requests.mailchimp -= made.mailchimp;
      requests.civicrm -= made.civicrm;
      await addRunRequests(store.db, run.id, made);
    },
  };
}

/**
 * Whether the run has to stop at this checkpoint: its time is over, it was told to stop before this stage, its connection is paused, or all writing is stopped. Then it
 * is stopped; the next sync goes on from here.
 */
export async function stopWhereTold(
  env: WorkerEnvironment,
  { plan, run }: Scene,
  job: StageJob,
): Promise<boolean> {
  const why = await reasonToStop(env, plan, run, job);
  if (why === null) return false;
  await env.store.transaction((tx) => recordRunState(tx, run, 'stopped' satisfies RunState));
  await plan.tell('info', `Stopped before ${job.stage}: ${why}. The next sync goes on from here.`);
  return true;
}

async function reasonToStop(
  env: WorkerEnvironment,
  { connection }: PlanContext,
  run: Run,
  { stage }: StageJob,
): Promise<string | null> {
  if (run.stopBefore === stage) return 'as asked';
  if (isPastDeadline(env, run)) return 'its time is over';
  if (run.purpose !== 'plan' && connection.state === 'paused') return 'the connection was paused';
  const { writingStoppedAt } = await getInstallation(env.store.db);
  return run.state === 'applying' && writingStoppedAt !== null ? 'all writing was stopped' : null;
}

export const isPastDeadline = ({ now }: WorkerEnvironment, { deadlineAt }: Run): boolean =>
  deadlineAt !== null && now() > deadlineAt.getTime();
