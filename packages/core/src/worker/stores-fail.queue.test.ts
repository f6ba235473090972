import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { openOwnRedis, REDIS_PROGRAM } from '../../testing/own-redis.ts';
import { newScene, type Scene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';
import type { RunId } from '../domain/ids.ts';
import { isRunActive } from '../domain/run.ts';
import { openEmbedded } from '../store/embedded.ts';
import { getRun, type Run } from '../store/runs.ts';
import { countOpenUpdates } from '../store/updates.ts';
import { startWorker } from './start-worker.ts';

const DEFAULTS = { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 };
const LIMIT_MS = 120_000;

/** As a worker's process does it, but what died counts as dead soon. */
async function work({ service: { environment, queueStore } }: TestService) {
  return await startWorker(environment, queueStore, {
    duties: 'no-schedule',
    defaults: DEFAULTS,
    deadAfterMs: 2000,
    repairEveryMs: 500,
  });
}

/** Somebody has left on each side, somebody has signed up, and some have joined: enough for a batch. */
async function news(service: TestService) {
  const scene = await newScene(service);
  const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
  const fred = scene.person('fred', { mailchimp: 'subscribed', civicrm: 'Added' });
  const barney = scene.person('barney');
  const club = Array.from({ length: 21 }, (_, at) => scene.person(`betty${at}`, { civicrm: 'none' }));
  await scene.firstSync();
  wilma.mailchimp.unsubscribe();
  fred.civicrm.remove();
  barney.mailchimp.signUp();
  for (const betty of club) betty.civicrm.add();
  service.sandbox.clock.advance(2000);
  const isRight = () =>
    [wilma, fred].every(
      ({ mailchimp, civicrm }) => mailchimp.status() === 'unsubscribed' && civicrm.status() === 'Removed',
    ) &&
    [barney, ...club].every(
      ({ mailchimp, civicrm }) => mailchimp.status() === 'subscribed' && civicrm.status() === 'Added',
    );
  return { scene, isRight };
}

/** Does something once, while the first request of this kind is on its way. */
function during({ sandbox }: TestService, path: RegExp, act: () => Promise<void>): Promise<void> {
  const { requests } = sandbox;
  const record = requests.record.bind(requests);
  return new Promise((resolve, reject) => {
    requests.record = (request) => {
      record(request);
      if (!path.test(`${request.method} ${request.path}`)) return;
      requests.record = record;
      act().then(resolve, reject);
    };
  });
}

/** Waits for a run and its updates, whatever befalls the database meanwhile. */
async function endOf({ service: { store } }: TestService, id: RunId): Promise<Run> {
  const until = Date.now() + LIMIT_MS;
  for (;;) {
    const run = await getRun(store.db, id).catch(() => null);
    if (run !== null && !isRunActive(run.state)) {
      const open = await countOpenUpdates(store.db, id).catch(() => 1);
      if (open === 0) return run;
    }
    if (Date.now() > until) throw new Error(`run ${id} is ${run?.state ?? 'not to be read'}`);
    await delay(100);
  }
}

/** It was done once and wholly, at the latest by the next run; a run that failed says why. */
async function expectDoneOnce(service: TestService, scene: Scene, run: Run, isRight: () => boolean) {
  expect(['done', 'failed']).toContain(run.state);
  if (run.state === 'failed') expect(run.error?.code).toBe('DATABASE_UNAVAILABLE');
  if (!isRight()) await scene.sync();
  expect(isRight()).toBe(true);
  const ids = service.sandbox.requests.operations().map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  await expectNothingMore(scene);
}

describe.skipIf(REDIS_PROGRAM === undefined)('Redis', () => {
  async function onOwnRedis() {
    const redis = await openOwnRedis();
    // The last to end is the first to be said: the service says good-bye to it before.
    onTestFinished(() => redis.close());
    const service = await startTestService({ worker: 'none', queueUrl: redis.url });
    await work(service);
    return { redis, service, ...(await news(service)) };
  }

  test.each([
    ['reading', /GET \/lists\/.*\/members$/],
    ['writing to CiviCRM', /POST GroupContact\/save/],
    ['a batch is submitted', /POST \/batches$/],
  ])('stopped while %s, and started again: the run goes on', async (_, path) => {
    const { redis, service, scene, isRight } = await onOwnRedis();
    const trouble = during(service, path, async () => {
      await redis.stop('SIGKILL');
      await delay(1500);
      await redis.start();
    });
    const id = await service.start(scene.connection);
    await trouble;
    const run = await endOf(service, id);
    expect(run.state).toBe('done');
    await expectDoneOnce(service, scene, run, isRight);
  });

  test('asked for while it is down, a sync is on record at once, and is done when it is there again', async () => {
    const { redis, service, scene, isRight } = await onOwnRedis();
    await redis.stop('SIGKILL');
    const id = await service.start(scene.connection);
    expect((await getRun(service.service.store.db, id)).state).toBe('planning');
    await redis.start();
    // A run that has just been made is not taken for a lost one.
    service.sandbox.clock.advance(60_000);
    const run = await endOf(service, id);
    expect(run.state).toBe('done');
    await expectDoneOnce(service, scene, run, isRight);
  });

  test.each([
    ['reading', /GET \/lists\/.*\/members$/],
    ['writing to CiviCRM', /POST GroupContact\/save/],
    ['a batch is submitted', /POST \/batches$/],
  ])('emptied while %s: the repair pass brings the jobs back', async (_, path) => {
    const { redis, service, scene, isRight } = await onOwnRedis();
    const trouble = during(service, path, async () => {
      await redis.flush();
      // A run that has just been made is not taken for a lost one.
      service.sandbox.clock.advance(60_000);
    });
    const id = await service.start(scene.connection);
    await trouble;
    const run = await endOf(service, id);
    expect(run.state).toBe('done');
    await expectDoneOnce(service, scene, run, isRight);
  });
});

describe('PostgreSQL', () => {
  async function onOwnPostgres(settings: Readonly<Record<string, string>> = {}) {
    const dataDir = await mkdtemp(join(tmpdir(), 'mcsync-own-'));
    const server = await openEmbedded({ dataDir, database: 'mcsync', lingerSeconds: 1, settings });
    const service = await startTestService({
      worker: 'none',
      database: {
        url: server.url,
        async drop() {
          await server.close();
          await rm(dataDir, { recursive: true, force: true });
        },
      },
    });
    await work(service);
    return { service, url: server.url, ...(await news(service)) };
  }

  async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<readonly Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<Row>(sql);
    await client.end();
    return rows;
  }

  test.each([
    ['reading', /GET \/lists\/.*\/members$/],
    ['writing to CiviCRM', /POST GroupContact\/save/],
    ['a batch is submitted', /POST \/batches$/],
  ])('killed while %s, and there again: nothing is lost or done twice', async (_, path) => {
    const { service, url, scene, isRight } = await onOwnPostgres();
    const [{ dir } = { dir: '' }] = await query<{ dir: string }>(
      url,
      "SELECT current_setting('data_directory') AS dir",
    );
    const [pid] = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n');
    const trouble = during(service, path, async () => {
      process.kill(Number(pid), 'SIGQUIT'); // at once, as a crash would
      await delay(500);
    });
    const id = await service.start(scene.connection);
    await trouble;
    await expectDoneOnce(service, scene, await endOf(service, id), isRight);
  });

  test('no connection left for a while: the run goes on when there is', async () => {
    const { service, url, scene, isRight } = await onOwnPostgres({ max_connections: '60' });
    const trouble = during(service, /GET \/lists\/.*\/members$/, async () => {
      await query(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
      ).catch(() => []);
      const hogs: pg.Client[] = [];
      for (let left = 60; left > 0; left--) {
        const hog = new pg.Client({ connectionString: url });
        hog.on('error', () => undefined);
        hogs.push(hog);
        if (
          !(await hog.connect().then(
            () => true,
            () => false,
          ))
        )
          break;
      }
      await delay(2000);
      await Promise.allSettled(hogs.map((hog) => hog.end()));
    });
    const id = await service.start(scene.connection);
    await trouble;
    await expectDoneOnce(service, scene, await endOf(service, id), isRight);
  });

  test('the disk is full for a while, as PostgreSQL says it: the run goes on when there is room', async () => {
    const { service, url, scene, isRight } = await onOwnPostgres();
    await query(
      url,
      `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER no_room BEFORE INSERT ON decisions EXECUTE FUNCTION no_room();
       CREATE TRIGGER no_room BEFORE INSERT ON updates EXECUTE FUNCTION no_room();`,
    );
    const mended = delay(4000).then(() =>
      query(url, 'DROP TRIGGER no_room ON decisions; DROP TRIGGER no_room ON updates;'),
    );
    const id = await service.start(scene.connection);
    await mended;
    const run = await endOf(service, id);
    expect(run.state).toBe('done');
    await expectDoneOnce(service, scene, run, isRight);
  });
});
