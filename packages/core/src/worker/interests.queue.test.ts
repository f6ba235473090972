import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene, type PairedPerson } from '../../testing/paired-scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { HOUR_MS } from '../domain/instant.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;

describe.each(QUEUE_STORES)('on %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', queue });
  });
  const later = () => service.sandbox.clock.advance(HOUR_MS);

  describe('4: changes in different systems in the same hour both survive', () => {
    type Act = (person: PairedPerson) => void;
    const AT_MAILCHIMP: Act = (person) => person.prefer(0, false);
    const IN_CIVICRM: Act = (person) => person.joinInterest(1);
    const ORDERS: readonly (readonly [string, readonly Act[]])[] = [
      ['Mailchimp first', [AT_MAILCHIMP, IN_CIVICRM]],
      ['CiviCRM first', [IN_CIVICRM, AT_MAILCHIMP]],
    ];
    test.each(ORDERS)('%s', async (_, acts) => {
      const scene = await newPairedScene(service, { interests: 2 });
      const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
      await scene.firstSync();
      for (const act of acts) {
        act(wilma);
        later();
      }
      const { run } = await scene.sync();
      expect(run).toMatchObject({ state: 'done', error: null });
      expect(wilma.interests()).toEqual([false, true]);
      expect(wilma.groups()).toEqual(['Removed', 'Added']);
      const [off, on] = scene.pairs;
      expect((await wilma.base())?.interests).toEqual({ [off?.id ?? '']: false, [on?.id ?? '']: true });
      await expectNothingMore(scene, ['incremental', 'full']);
    });
  });

  test('E6: interests changed at Mailchimp change the groups', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
    await scene.firstSync();
    wilma.prefer(0, false);
    wilma.prefer(1, true);
    later();
    await scene.sync();
    expect(wilma.groups()).toEqual(['Removed', 'Added']);
    expect(wilma.civicrm.status()).toBe('Added');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('E14, E15: interest groups changed in CiviCRM change the interests, and nobody is unsubscribed', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
    await scene.firstSync();
    wilma.joinInterest(1);
    wilma.leaveInterest(0);
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ profilesChanged: 1, unsubscribed: 0, removedFromGroup: 0 });
    expect(wilma.interests()).toEqual([false, true]);
    expect(wilma.mailchimp.status()).toBe('subscribed');
    await expectNothingMore(scene, ['incremental', 'full']);
  });
});
