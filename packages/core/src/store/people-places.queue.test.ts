import { beforeAll, expect, test } from 'vitest';
import { newScene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';
import { listDailySizes } from './daily-sizes.ts';
import { countOpenUpdatesOf } from './open-updates.ts';
import { countPlaces } from './people-places.ts';
import { countProblems } from './people-problems.ts';
import { listPlanGroups, listPlannedChanges } from './plan-examples.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ lasts: 'file' });
});

const db = () => service.service.store.db;

/** People by place, with what becomes of those who are in on one side only. */
async function placesOf(connection: Parameters<typeof countPlaces>[1]) {
  const { places } = await countPlaces(db(), connection);
  const told = new Map<string, readonly [number, number]>();
  for (const { place, category, reason, isAsked, members, contacts } of places) {
    if (place === 'none') continue;
    const name = `${place} ${isAsked ? 'asked' : (reason ?? category ?? '')}`.trim();
    const [before, beside] = told.get(name) ?? [0, 0];
    told.set(name, [before + members, beside + contacts]);
  }
  return Object.fromEntries([...told].map(([name, counts]) => [name, counts.join(' × ')]));
}

test('people are counted once on each side, however many links they have, before and after a first sync', async () => {
  const scene = await newScene(service);
  scene.crowd(5);
  scene.person('joins', { civicrm: 'Added' });
  scene.person('onHold', { civicrm: 'Added', addresses: [{ email: scene.address('held'), onHold: 1 }] });
  scene.person('signedUp', { mailchimp: 'subscribed' });
  scene.person('left', { mailchimp: 'subscribed', civicrm: 'Removed', civicrmDays: 1 });
  const shared = scene.address('shared');
  scene.person('one', { mailchimp: 'subscribed', civicrm: 'Added', address: shared });
  scene.person('other', { civicrm: 'Added', address: shared });
  const held = await scene.sync({ mode: 'full' });
  expect(held.run.state).toBe('held');
  expect(await placesOf(scene.connection.id)).toEqual({
    both: '6 × 7',
    'civicrm subscribed': '0 × 1',
    'civicrm on-hold': '0 × 1',
    'mailchimp created': '1 × 0',
    'mailchimp removed-at-mailchimp': '1 × 0',
  });
  const groups = await listPlanGroups(db(), held.run.id);
  expect(Object.fromEntries(groups.map(({ category, people }) => [category, people]))).toEqual({
    subscribed: 1,
    created: 1,
    'removed-at-mailchimp': 1,
  });
  const [joins, ...nobody] = await listPlannedChanges(
    db(),
    held.run.id,
    { text: 'joins@' },
    { after: 0, limit: 10 },
  );
  expect([joins?.address, nobody]).toEqual([scene.address('joins'), []]);
  // Nothing finished yet, so there is no size of today.
  expect(await listDailySizes(db(), scene.connection.id, new Date(0))).toEqual([]);
  await scene.firstSync();
  expect(await placesOf(scene.connection.id)).toEqual({ both: '8 × 9', 'civicrm on-hold': '0 × 1' });
  expect(await listDailySizes(db(), scene.connection.id, new Date(0))).toMatchObject([
    { mailchimp: 8, civicrm: 9, changedAtMailchimp: 2, changedInCivicrm: 1 },
  ]);
  await scene.sync();
  expect(await listDailySizes(db(), scene.connection.id, new Date(0))).toMatchObject([
    { mailchimp: 8, civicrm: 10, changedAtMailchimp: 2, changedInCivicrm: 1 },
  ]);
  expect(await countOpenUpdatesOf(db(), scene.connection.id)).toEqual({ queued: 0, submitted: 0 });
  expect((await countProblems(db(), scene.connection.id)).refused).toEqual([{ name: 'on-hold', people: 1 }]);
});
