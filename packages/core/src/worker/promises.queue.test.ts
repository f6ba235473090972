import { beforeAll, expect, test } from 'vitest';
import { newScene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';
import { startRun } from '../queue/run-control.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ lasts: 'file' });
});

test('E22: of two runs asked for at once one starts, and the other is told which one holds the connection', async () => {
  const scene = await newScene(service);
  scene.person('wilma', { civicrm: 'Added' });
  const asked = {
    connectionId: scene.connection.id,
    mode: 'full',
    purpose: 'sync',
    requestedBy: 'test',
    approval: 'all',
  } as const;
  const { store, queues } = service.service;
  const started = await Promise.all([1, 2].map(() => startRun(store, queues, asked)));
  const [run] = started.flatMap((one) => (one.kind === 'started' ? one.runId : []));
  expect(started).toContainEqual({ kind: 'busy', holder: run });
  expect(run === undefined ? null : (await service.wait(run)).counts).toMatchObject({ subscribed: 1 });
});

test('I4: a run that cannot read everything it needs writes nothing', async () => {
  const scene = await newScene(service);
  scene.person('wilma', { civicrm: 'Added' });
  scene.person('fred', { mailchimp: 'subscribed' });
  const before = scene.describe();
  const fault = {
    system: 'civicrm',
    kind: 'html-200',
    path: 'GroupContact/get',
    times: Number.POSITIVE_INFINITY,
  } as const;
  const id = service.sandbox.faults.inject(fault);
  const { run } = await scene.firstSync();
  expect(run.state).toBe('failed');
  expect(scene.describe()).toBe(before);
  service.sandbox.faults.remove(id);
});

test('I6: a run of one connection never touches another', async () => {
  const scene = await newScene(service);
  const other = await newScene(service);
  // The same people in both, and all of them out of line.
  for (const one of [scene, other]) {
    one.person('wilma', { civicrm: 'Added', address: 'wilma@shared.test' });
    one.person('fred', { mailchimp: 'subscribed', civicrm: 'none', address: 'fred@shared.test' });
  }
  const before = other.describe();
  expect((await scene.firstSync()).counts).toMatchObject({ subscribed: 1, addedToGroup: 1 });
  expect(other.describe()).toBe(before);
  expect(await other.rows()).toEqual({});
});

test('I7: no decision rests on a change that our own write made', async () => {
  const scene = await newScene(service);
  const wilma = scene.person('wilma', { civicrm: 'Added' });
  const fred = scene.person('fred', { mailchimp: 'subscribed', civicrm: 'none' });
  await scene.firstSync();
  const decided = [...(await wilma.decisions()), ...(await fred.decisions())];
  expect(decided).toMatchObject([{ rule: 'R4c' }, { rule: 'R3c' }]);
  for (const mode of ['incremental', 'full'] as const) await scene.sync({ mode });
  expect([...(await wilma.decisions()), ...(await fred.decisions())]).toEqual(decided);
});
