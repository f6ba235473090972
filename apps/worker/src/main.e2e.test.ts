import { EventEmitter, once } from 'node:events';
import type { RunId } from '@mcsync/core/domain/ids';
import { isRunActive, type StageName } from '@mcsync/core/domain/run';
import { listen } from '@mcsync/core/process/listen';
import { findStage } from '@mcsync/core/store/run-stages';
import { getRun, RUN_CHANNEL } from '@mcsync/core/store/runs';
import type { Store } from '@mcsync/core/store/store';
import { openOwnRedis, REDIS_PROGRAM } from '@mcsync/core/testing/own-redis';
import { startProgram } from '@mcsync/core/testing/start-program';
import { QUEUE_STORES, startTestService, type TestService } from '@mcsync/core/testing/test-service';
import { expect, onTestFinished, test } from 'vitest';

const WORKER = new URL('main.ts', import.meta.url);
/** A free port, and what is to be seen when it starts. */
const SHOWN = { HEALTH_PORT: '0', LOG_LEVEL: 'info' };

const startWorkerOf = ({ variables }: TestService) => startProgram(WORKER, { ...variables, ...SHOWN });

/** Resolves when a stage of a run has begun. */
async function hasBegun({ listen: listenTo, db }: Store, run: RunId, stage: StageName): Promise<void> {
  const changes = new EventEmitter();
  const stopListening = await listenTo(RUN_CHANNEL, () => changes.emit('change'));
  for (;;) {
    const changed = once(changes, 'change');
    if ((await findStage(db, run, stage))?.state !== 'waiting') break;
    await changed;
  }
  await stopListening();
}

test.each(QUEUE_STORES)(
  'told to stop in the middle of a run it finishes the pieces it is at, and another worker does the rest (%s)',
  async (queue) => {
    const service = await startTestService({ queue, worker: 'none' });
    const { store, queues } = service.service;
    const first = startWorkerOf(service);
    await first.line('worker started');
    // Connected after it started, so that it has nothing scheduled for it yet.
    const { charity, connection } = await service.charity(2500);

    service.sandbox.faults.setLatency('mailchimp', 1000);
    const run = await service.start(connection, { approval: 'all' });
    await hasBegun(store, run, 'fetch-mailchimp');
    first.signal('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(first.lines().at(-1)).toContain('stopped');
    expect(isRunActive((await getRun(store.db, run)).state)).toBe(true);
    expect((await findStage(store.db, run, 'reconcile'))?.state).toBe('waiting');
    // Nothing is left half done for somebody to notice later.
    expect([await queues.stages.getActiveCount(), await queues.chunks.getActiveCount()]).toEqual([0, 0]);

    service.sandbox.faults.setLatency('mailchimp', 0);
    await startWorkerOf(service).line('worker started');
    const { run: ended, counts } = await service.wait(run);
    expect(ended.state).toBe('done');
    expect(counts).toMatchObject({
      created: charity.expected['contact-created'],
      unsubscribed: charity.expected.unsubscribed,
      open: 0,
    });
  },
);

test('it says where it answers, and nothing that is secret', async () => {
  const service = await startTestService({ worker: 'none' });
  const worker = startWorkerOf(service);
  const started = JSON.parse(await worker.line('worker started'));
  expect(started).toMatchObject({ program: 'worker', queue: 'postgres', database: 'configured' });
  expect((await fetch(`${started.health}/health`)).status).toBe(200);
  worker.signal('SIGINT');
  expect(await worker.exited).toBe(0);
  const printed = worker.lines().join('\n');
  const { password, hostname, port } = new URL(service.variables['DATABASE_URL'] ?? '');
  expect(password).not.toBe('');
  for (const secret of [password, `${hostname}:${port}`, service.variables['APP_SECRET'] ?? ''])
    expect(printed).not.toContain(secret);
});

test('everything that is set up wrongly is said at once', async () => {
  const worker = startProgram(WORKER, {
    DATABASE_URL: 'mysql://here',
    HEALTH_PORT: 'x',
    SYNC_EVERY: 'often',
  });
  expect(await worker.exited).toBe(2);
  expect(worker.lines()).toEqual([
    expect.stringContaining('DATABASE_URL'),
    expect.stringContaining('HEALTH_PORT'),
    expect.stringContaining('SYNC_EVERY'),
  ]);
});

test('a database that cannot be reached is said in one sentence, without how one would get in', async () => {
  const closed = await listen(() => undefined, { host: '127.0.0.1', port: 0, variable: 'PORT' });
  const { port } = new URL(closed.url);
  await closed.close();
  const worker = startProgram(WORKER, {
    DATABASE_URL: `postgresql://mcsync:the-password@127.0.0.1:${port}/mcsync`,
    APP_SECRET: 'x'.repeat(32),
  });
  expect(await worker.exited).toBe(1);
  expect(worker.lines().join('\n')).toMatch(/could not be reached/);
  expect(worker.lines().join('\n')).not.toContain('the-password');
});

test('a port that is taken is said with the setting to change', async () => {
  const taken = await listen(() => undefined, { host: '127.0.0.1', port: 0, variable: 'PORT' });
  onTestFinished(() => taken.close());
  const { variables } = await startTestService({ worker: 'none' });
  const worker = startProgram(WORKER, { ...variables, HEALTH_PORT: new URL(taken.url).port });
  expect(await worker.exited).toBe(2);
  expect(worker.lines()).toEqual([expect.stringContaining('set HEALTH_PORT to a free port')]);
});

/** A worker at a run that waits for a call which takes for ever. */
async function startHung(service: TestService) {
  const first = startWorkerOf(service);
  await first.line('worker started');
  const { connection } = await service.charity(60);
  service.sandbox.faults.setLatency('mailchimp', 100_000);
  const run = await service.start(connection, { approval: 'all' });
  await hasBegun(service.service.store, run, 'probe');
  return { first, run };
}

async function expectToStopInTime(worker: ReturnType<typeof startWorkerOf>): Promise<void> {
  const toldAt = Date.now();
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(30_000);
}

/** By one that soon takes the other for dead. */
async function expectAnotherToFinish(service: TestService, run: RunId): Promise<void> {
  const soon = { ...service.variables, ...SHOWN, DEAD_AFTER: '1s', REPAIR_EVERY: '1s' };
  await startProgram(WORKER, soon).line('worker started');
  expect((await service.wait(run)).run.state).toBe('done');
}

test('told to stop while a call takes for ever, it ends within 30 s, and another worker does the rest', async () => {
  const service = await startTestService({ worker: 'none' });
  const { store } = service.service;
  const { first, run } = await startHung(service);
  await expectToStopInTime(first);
  expect(isRunActive((await getRun(store.db, run)).state)).toBe(true);
  service.sandbox.faults.setLatency('mailchimp', 0);
  // What a call that was given up occupies at the other end is free after a while; here at once.
  await store.db.$executeRaw`UPDATE call_slots SET holder = NULL, held_until = NULL`;
  await expectAnotherToFinish(service, run);
});

test.skipIf(REDIS_PROGRAM === undefined)(
  'told to stop while its Redis is gone and a call is under way, it ends by itself within 30 s, and does the rest when both are back',
  async () => {
    const redis = await openOwnRedis();
    onTestFinished(() => redis.close());
    const service = await startTestService({ worker: 'none', queueUrl: redis.url });
    const { store } = service.service;
    const { first, run } = await startHung(service);
    await redis.stop('SIGKILL');
    await expectToStopInTime(first);
    expect(first.lines().at(-1)).toContain('left to others');
    service.sandbox.faults.setLatency('mailchimp', 0);
    await store.db.$executeRaw`UPDATE call_slots SET holder = NULL, held_until = NULL`;
    await redis.start();
    await expectAnotherToFinish(service, run);
  },
);
