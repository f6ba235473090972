import { randomBytes } from 'node:crypto';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { type Charity, populateCharity } from '@mcsync/sandbox/scenario';
import { type SandboxOptions, startSandbox } from '@mcsync/sandbox/start-sandbox';
import { afterAll, onTestFinished } from 'vitest';
import type { AudienceId, ConnectionId, GroupId, RunId } from '../src/domain/ids.ts';
import { createLog } from '../src/log.ts';
import { type Asked, startRun } from '../src/queue/run-control.ts';
import { readSettings } from '../src/settings.ts';
import { type RunReport, reportRun } from '../src/store/run-report.ts';
import { waitForRun } from '../src/store/wait-for-run.ts';
import { openService, type Service } from '../src/worker/open-service.ts';
import { type RunningWorker, startWorker } from '../src/worker/start-worker.ts';
import { connectSandbox, type Paired } from './connect-sandbox.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The queue stores that a test runs on: PostgreSQL always, Redis where one is there (the script that runs the tests says so). */
export const QUEUE_STORES: readonly ('postgres' | 'redis')[] =
  process.env['QUEUE_TEST_REDIS_URL'] === undefined ? ['postgres'] : ['postgres', 'redis'];

/** One connection between an audience and a group of the sandbox. */
export interface TestConnection {
  readonly id: ConnectionId;
  readonly audienceId: AudienceId;
  readonly groupId: GroupId;
}

/** A whole installation against a sandbox of its own, with a worker; both go by the sandbox's clock. Closed when the test ends, or the file. */
export interface TestService {
  readonly sandbox: Sandbox;
  readonly service: Service;
  /** What a process of this installation is started with. */
  readonly variables: Readonly<Record<string, string>>;
  /** Connects an audience and a group; policies as `name=value`. */
  connect(
    place: Pick<Charity, 'listId' | 'groupId'>,
    policies?: readonly string[],
    paired?: Paired,
  ): Promise<TestConnection>;
  /** A charity of so many people, connected. */
  charity(
    people: number,
    policies?: readonly string[],
  ): Promise<{ readonly charity: Charity; readonly connection: TestConnection }>;
  /** Starts a run, or goes on with one that had stopped. Throws where another holds the connection. */
  start(connection: TestConnection, asked?: Partial<Asked>): Promise<RunId>;
  /** Waits until a run rests and its updates are settled. */
  wait(run: RunId): Promise<RunReport>;
  /** Both: starts a run and waits for it. */
  sync(connection: TestConnection, asked?: Partial<Asked>): Promise<RunReport>;
  startWorker(): Promise<RunningWorker>;
}

const DEFAULTS = { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 };

export async function startTestService(
  options: {
    readonly queue?: 'postgres' | 'redis';
    readonly sandbox?: SandboxOptions;
    readonly worker?: 'started' | 'none';
    /** More of the environment. */
    readonly variables?: Readonly<Record<string, string>>;
    /** `file`: to be called in `beforeAll`, for all tests of a file. */
    readonly lasts?: 'test' | 'file';
    /** Of the test's own; a fresh one on the shared server if not said. */
    readonly database?: TestDatabase;
    /** Of the test's own. */
    readonly queueUrl?: string;
    /** Of the test's own context, which a test that runs beside others has to use. */
    readonly onTestFinished?: (end: () => Promise<void>) => void;
  } = {},
): Promise<TestService> {
  const sandbox = await startSandbox(options.sandbox);
  const database = options.database ?? (await createTestDatabase());
  const redisUrl = process.env['QUEUE_TEST_REDIS_URL'];
  const variables = {
    DATABASE_URL: database.url,
    APP_SECRET: randomBytes(32).toString('hex'),
    ...(options.queue === 'redis' && redisUrl !== undefined && { QUEUE_URL: redisUrl }),
    ...(options.queueUrl !== undefined && { QUEUE_URL: options.queueUrl }),
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    ...options.variables,
  };
  const settings = readSettings(variables);
  const log = createLog(settings.logLevel);
  const service = await openService(settings, log, () => sandbox.clock.now());
  const atTheEnd = options.lasts === 'file' ? afterAll : (options.onTestFinished ?? onTestFinished);
  atTheEnd(async () => {
    await service.close();
    await sandbox.close();
    await database.drop();
  });
  const test: TestService = {
    sandbox,
    service,
    variables,
    connect: (place, policies = [], paired = { interests: [], mappings: [] }) =>
      connectSandbox(service, sandbox, { ...place, policies, paired }),
    async charity(people, policies) {
      const charity = populateCharity(sandbox, { people });
      return { charity, connection: await test.connect(charity, policies) };
    },
    async start(connection, asked = {}) {
      const started = await startRun(service.store, service.queues, {
        connectionId: connection.id,
        mode: 'incremental',
        purpose: 'sync',
        requestedBy: 'test',
        ...asked,
      });
      if (started.kind === 'busy') throw new Error(`run ${started.holder} holds the connection`);
      return started.runId;
    },
    async wait(run) {
      await waitForRun(service.store, run, { until: 'updates', signal: new AbortController().signal });
      return await reportRun(service.store.db, run);
    },
    sync: async (connection, asked) => await test.wait(await test.start(connection, asked)),
    startWorker: () =>
      startWorker(service.environment, service.queueStore, { duties: 'no-schedule', defaults: DEFAULTS }),
  };
  if (options.worker !== 'none') await test.startWorker();
  return test;
}
