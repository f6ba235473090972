import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene } from '../../testing/paired-scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import type { ExtraDataModule } from '../domain/extra-data.ts';
import { loadExtraData } from './load-extra-data.ts';

const MODULES = join(import.meta.dirname, '../../testing/own-data');
type OwnData = ExtraDataModule['fetchExtraData'];

/** What the module answers from now on. */
const answer = (own: OwnData) => Object.assign(globalThis, { ownData: own });

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;

describe.each(QUEUE_STORES)('on %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    const variables = { EXTRA_DATA_MODULE: join(MODULES, 'good.mjs') };
    service = await startTestService({ lasts: 'file', queue, variables });
  });

  async function wilmaAndHerEvents() {
    answer(async () => new Map());
    const scene = await newPairedScene(service);
    const audience = service.sandbox.mailchimp.world.audience(scene.listId);
    audience.addMergeField({ tag: 'EVENTS', name: 'Events', type: 'number' });
    const wilma = scene.paired('wilma', BOTH_IN);
    const asked: number[][] = [];
    const knows = (events: number, tags: readonly string[]) =>
      answer(async ({ contactIds }) => {
        asked.push([...contactIds]);
        return new Map([[wilma.civicrm.id, { fields: { EVENTS: events }, tags }]]);
      });
    return { scene, wilma, knows, asked };
  }

  test('own data goes to Mailchimp as merge fields and tags', async () => {
    const { scene, wilma, knows, asked } = await wilmaAndHerEvents();
    knows(12, ['Regular']);
    await scene.firstSync();
    expect([wilma.merge('EVENTS'), wilma.tags()]).toEqual([12, ['Regular']]);
    expect(asked).toEqual([[wilma.civicrm.id]]);
    await expectNothingMore(scene, ['incremental', 'full']);
    knows(3, []);
    await scene.sync({ mode: 'full' });
    expect([wilma.merge('EVENTS'), wilma.tags()]).toEqual([3, []]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('it goes with the subscription of somebody who is only in the group', async () => {
    const { scene, knows } = await wilmaAndHerEvents();
    const fred = scene.paired('fred', { civicrm: 'Added' });
    knows(1, []);
    answer(async () => new Map([[fred.civicrm.id, { fields: { EVENTS: 4 } }]]));
    await scene.firstSync();
    expect(fred.merge('EVENTS')).toBe(4);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test.each<[string, (id: number) => OwnData, RegExp]>([
    ['throws', () => () => Promise.reject(new Error('no connection')), /module for own data failed/],
    ['returns no map', () => async () => ({}) as never, /returned something else than a Map/],
    [
      'returns nonsense',
      (id) => async () => new Map([[id, { field: 1 } as never]]),
      /returned something else than a Map/,
    ],
    [
      'returns what it has not declared',
      (id) => async () => new Map([[id, { fields: { OTHER: 1 }, tags: ['Unknown'] }]]),
      /has not declared: OTHER, Unknown/,
    ],
  ])('a module that %s fails the run before anything is written', async (_, own, message) => {
    const { scene, wilma, knows } = await wilmaAndHerEvents();
    knows(12, []);
    await scene.firstSync();
    wilma.civicrm.remove();
    const before = scene.describe();
    answer(own(wilma.civicrm.id));
    const { run } = await scene.sync({ mode: 'full' });
    expect(run).toMatchObject({ state: 'failed', error: { code: 'EXTRA_DATA_FAILED' } });
    expect(run.error?.message).toMatch(message);
    expect(scene.describe()).toBe(before);
    knows(12, []);
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('unsubscribed');
  });
});

test.each([
  ['is not there', join(MODULES, 'missing.mjs'), /cannot be loaded/],
  ['exports no function', join(MODULES, 'bad.mjs'), /must export a function fetchExtraData/],
])('a module that %s is told when the service starts', async (_, name, words) => {
  await expect(loadExtraData(name)).rejects.toThrow(words);
});
