import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '@mcsync/sandbox/faults';
import { findMatters } from '../src/decide/find-matters.ts';
import type { RunId } from '../src/domain/ids.ts';
import { MINUTE_MS } from '../src/domain/instant.ts';
import type { StageName } from '../src/domain/run.ts';
import { resumeConnection } from '../src/queue/run-control.ts';
import { listDueBatches } from '../src/store/batches.ts';
import { getConnection } from '../src/store/connections.ts';
import { type RunReport, reportRun } from '../src/store/run-report.ts';
import { listStandings } from '../src/store/standings.ts';
import { countOpenUpdates, listDueConnections, listForgottenUpdates } from '../src/store/updates.ts';
import { waitForRun } from '../src/store/wait-for-run.ts';
import { createGateways } from '../src/worker/gateways.ts';
import { runBatchingJob, runPollingJob } from '../src/worker/mailchimp-jobs.ts';
import { startWorker } from '../src/worker/start-worker.ts';
import type { WorkerEnvironment } from '../src/worker/worker-environment.ts';
import { newScene, type Scene } from './scene.ts';
import { startTestService, type TestService } from './test-service.ts';

/** How a run that met trouble ended, and whether both sides were right then or only after the next one. */
export type Outcome = 'right at once' | 'right after the next run' | `fails with ${string}`;

/** News on both sides: somebody has left on each, somebody has signed up, and some have joined in CiviCRM. */
export interface News {
  readonly service: TestService;
  readonly scene: Scene;
  readonly env: WorkerEnvironment;
  /** Whether everybody is where the news wants them. */
  isRight(): boolean;
}

/** So many go in a batch. */
export const BATCH = 21;
/** Mailchimp's own limits take minutes; nobody waits for them here. */
const TIME_LIMIT_MS = 2500;
const LOOK_AGAIN_MS = 20;
/** As the repair pass has it. */
const FORGOTTEN_MS = 5 * MINUTE_MS;
const DEFAULTS = { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 };

export async function startWithNews(
  queue: 'postgres' | 'redis',
  joiners: number,
  onTestFinished: (end: () => Promise<void>) => void,
  { trashed = 'nobody' }: { readonly trashed?: 'nobody' | 'somebody' } = {},
): Promise<News> {
  const service = await startTestService({ queue, worker: 'none', onTestFinished });
  const { store, secrets, environment } = service.service;
  const { installationId, now } = environment;
  const gateways = createGateways({ store, secrets, installationId, now, timeLimitMs: TIME_LIMIT_MS });
  const env = { ...environment, gateways };
  await startWorker(env, service.service.queueStore, { duties: 'no-schedule', defaults: DEFAULTS });
  const scene = await newScene(service);
  const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
  const fred = scene.person('fred', { mailchimp: 'subscribed', civicrm: 'Added' });
  const barney = scene.person('barney');
  const club = Array.from({ length: joiners }, (_, at) => scene.person(`betty${at}`, { civicrm: 'none' }));
  const dino = scene.person('dino', { mailchimp: 'subscribed', civicrm: 'Added' });
  await scene.firstSync();
  if (trashed === 'somebody') dino.civicrm.trash();
  wilma.mailchimp.unsubscribe();
  fred.civicrm.remove();
  barney.mailchimp.signUp();
  for (const betty of club) betty.civicrm.add();
  return {
    service,
    scene,
    env,
    isRight: () =>
      [wilma, fred].every(
        (one) => one.mailchimp.status() === 'unsubscribed' && one.civicrm.status() === 'Removed',
      ) &&
      [barney, ...club].every(
        (one) => one.mailchimp.status() === 'subscribed' && one.civicrm.status() === 'Added',
      ),
  };
}

/** Meets the faults in a sync, from this stage on where one is given. */
export async function meet(
  news: News,
  faults: readonly Fault[],
  from: StageName | null,
): Promise<{ readonly outcome: Outcome; readonly report: RunReport }> {
  const { scene, service } = news;
  if (from !== null) await scene.sync({ stopBefore: from });
  for (const fault of faults) service.sandbox.faults.inject(fault);
  const report = await syncToEnd(news);
  if (report.run.state === 'failed') return { outcome: `fails with ${report.run.error?.code}`, report };
  return { outcome: news.isRight() ? 'right at once' : 'right after the next run', report };
}

/** Starts a run and sees it and its updates to their end; time passes as fast as they need it. */
export async function syncToEnd({ scene, service, env }: News): Promise<RunReport> {
  service.sandbox.clock.advance(2000);
  const run = await service.start(scene.connection);
  const { store } = service.service;
  await waitForRun(store, run, { until: 'run', signal: AbortSignal.timeout(MINUTE_MS) });
  await settleUpdates({ service, env }, run);
  return await reportRun(store.db, run);
}

/** What waits for a later moment gets it; jobs of the queue would wait in real time. */
export async function settleUpdates(
  { service, env }: Pick<News, 'service' | 'env'>,
  run: RunId,
): Promise<void> {
  const { db } = service.service.store;
  for (let round = 0; (await countOpenUpdates(db, run)) > 0; round++) {
    if (round > 100) throw new Error('The updates do not settle');
    await hasNothingToDo(service);
    if (round > 4) service.sandbox.clock.advance(round < 12 ? MINUTE_MS : 120 * MINUTE_MS);
    // For a minute of the database's clock somebody may be about to decide afresh; then it is the next run's business.
    if (round > 12)
      await db.$executeRaw`UPDATE updates SET settled_at = settled_at - interval '1 minute' WHERE run_id = ${run}`;
    const now = new Date(env.now());
    const forgotten = await listForgottenUpdates(db, new Date(env.now() - FORGOTTEN_MS), 1000);
    const due = await listDueConnections(db, now);
    for (const connectionId of new Set([...due, ...forgotten.map((update) => update.connectionId)]))
      await runBatchingJob(env, { connectionId }).catch(unlessOurs);
    for (const { id } of await listDueBatches(db, now))
      await runPollingJob(env, { batchId: id }).catch(unlessOurs);
  }
}

/**
 * The worker has its turn, and ends what it is at. While it is in the middle of submitting a batch the clock must not leap: after ten minutes without a sign of it one counts as never taken, and nobody's
 * call takes so long. And of two who claim updates at once each would get some, too few for a batch. Jobs that wait for a later moment are not waited for.
 */
async function hasNothingToDo({ service: { queues } }: TestService): Promise<void> {
  for (;;) {
    const counts = await Promise.all(
      [queues.stages, queues.batching, queues.polling].map((queue) =>
        queue.getJobCountByTypes('active', 'waiting'),
      ),
    );
    if (counts.every((count) => count === 0)) return;
    await delay(LOOK_AGAIN_MS);
  }
}

/** What a job would meet too, and be tried again for. */
function unlessOurs(error: unknown): void {
  if (!(error instanceof Error && 'code' in error)) throw error;
}

/** What an operator is told of it now. */
export async function whatIsTold({ service, env }: News): Promise<readonly string[]> {
  const standings = await listStandings(service.service.store.db, new Date(env.now()));
  return standings
    .flatMap((standing) => findMatters(standing, env.now()))
    .map(({ kind, code }) => `${kind} ${code}`);
}

/** The trouble is over: whatever stopped the connection is said to be mended, and it is synced again. Gives the states of the runs. */
export async function recover(news: News, runs: number): Promise<readonly string[]> {
  const { service, scene } = news;
  service.sandbox.faults.clear();
  const { store } = service.service;
  if ((await getConnection(store.db, scene.connection.id)).state === 'faulted')
    await resumeConnection(store, scene.connection.id);
  const states: string[] = [];
  for (let run = 0; run < runs; run++) states.push((await syncToEnd(news)).run.state);
  return states;
}
