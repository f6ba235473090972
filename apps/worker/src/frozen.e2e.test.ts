import { getRun } from '@mcsync/core/store/runs';
import { newScene } from '@mcsync/core/testing/scene';
import { startProgram } from '@mcsync/core/testing/start-program';
import { startTestService } from '@mcsync/core/testing/test-service';
import { expect, onTestFinished, test } from 'vitest';
import { startVictim } from '../testing/chaos/victim.ts';

const WORKER = new URL('main.ts', import.meta.url);
const SOON = { HEALTH_PORT: '0', LOG_LEVEL: 'info', DEAD_AFTER: '1s', REPAIR_EVERY: '1s' };

test('a worker that was frozen, and wakes when another has long done its work, writes nothing any more', async () => {
  const service = await startTestService({ worker: 'none' });
  const { store } = service.service;
  const frozen = startProgram(WORKER, { ...service.variables, ...SOON, REPAIR_EVERY: '1h' });
  await frozen.line('worker started');
  // Connected after it started, so that it has nothing scheduled for it yet.
  const scene = await newScene(service);
  const betty = scene.person('betty', { mailchimp: 'subscribed', civicrm: 'none' });
  // Every call takes long enough to be frozen in the middle of: the one that looks who is not in the group yet, right before the adding.
  service.sandbox.faults.setLatency('civicrm', 700);
  const asked = scene.sandbox.requests;
  const record = asked.record.bind(asked);
  const { run: stopped } = await scene.sync({ approval: 'all', mode: 'full', stopBefore: 'write-civicrm' });
  const isFrozen = new Promise<void>((resolve) => {
    asked.record = (request) => {
      record(request);
      if (request.system !== 'civicrm' || !request.path.startsWith('GroupContact/get')) return;
      asked.record = record;
      frozen.signal('SIGSTOP');
      resolve();
    };
  });
  const run = await service.start(scene.connection);
  expect(run).toBe(stopped.id);
  await isFrozen;
  service.sandbox.faults.setLatency('civicrm', 0);
  // The frozen one still occupies what it had begun.
  await store.db.$executeRaw`UPDATE call_slots SET holder = NULL, held_until = NULL`;
  const other = startProgram(WORKER, { ...service.variables, ...SOON });
  await other.line('worker started');
  await service.wait(run);
  expect((await getRun(store.db, run)).state).toBe('done');
  expect(betty.civicrm.status()).toBe('Added');
  // Meanwhile staff think better of it. Who wakes now must not add her again.
  betty.civicrm.remove();
  const before = scene.describe();
  frozen.signal('SIGCONT');
  frozen.signal('SIGTERM');
  expect(await frozen.exited).toBe(0);
  expect(scene.describe()).toBe(before);
  expect(betty.civicrm.status()).toBe('Removed');
});

/** Fewer than 20 updates go one by one. */
test.each([
  ['one by one', 2],
  ['in a batch', 21],
])(
  'a worker that was frozen with updates in its hand, about to send them %s, sends nothing when it wakes and others have cleared up',
  async (_, joiners) => {
    const service = await startTestService({ worker: 'none' });
    const { store } = service.service;
    const frozen = startVictim('worker', {
      build: 'source',
      environment: { ...service.variables, ...SOON, REPAIR_EVERY: '1h', CHAOS_SIGNAL: 'SIGSTOP' },
      killAt: 'updates-claimed#1',
    });
    onTestFinished(async () => {
      frozen.signal('SIGKILL');
      await frozen.ended;
    });
    await frozen.started;
    // Connected after it started, so that it has nothing scheduled for it yet.
    const scene = await newScene(service);
    const club = Array.from({ length: joiners }, (__, at) =>
      scene.person(`betty${at}`, { civicrm: 'Added' }),
    );
    const run = await service.start(scene.connection, { approval: 'all', mode: 'full' });
    await expect
      .poll(() => store.db.update.count({ where: { state: 'submitted' } }), { timeout: 60_000 })
      .toBe(joiners);
    // Long enough for others to give up what it has claimed.
    await store.db.$executeRaw`UPDATE updates SET submitted_at = submitted_at - interval '11 minutes'`;
    await store.db.$executeRaw`UPDATE batches SET claimed_at = claimed_at - interval '11 minutes'`;
    await service.startWorker();
    await service.wait(run);
    // Nobody knows what became of them, so they were read, and the next run decides about them.
    await scene.sync({ approval: 'all' });
    expect(club.map(({ mailchimp }) => mailchimp.status())).toEqual(club.map(() => 'subscribed'));
    // Meanwhile somebody leaves. Who wakes now must not sign them up again.
    club[0]?.mailchimp.unsubscribe();
    const before = scene.describe();
    const sent = service.sandbox.requests.operations().length;
    frozen.signal('SIGCONT');
    frozen.signal('SIGTERM');
    expect(await frozen.ended).toEqual({ code: 0, signal: null });
    expect(scene.describe()).toBe(before);
    expect(service.sandbox.requests.operations()).toHaveLength(sent);
  },
);
