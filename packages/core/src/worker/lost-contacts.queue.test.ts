import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene, type Person, type Scene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;

/** Staff merge two contacts: the second goes. `erased`: on a site without a trash, where nothing tells of it. */
function merge(scene: Scene, kept: Person, lost: Person, how: 'trashed' | 'erased' = 'trashed'): void {
  const { world } = scene.sandbox.civicrm;
  world.trash = how === 'trashed' ? 'on' : 'off';
  world.mergeContacts(kept.civicrm.id, lost.civicrm.id);
  world.trash = 'on';
}

/** As recorded of 6.13, and of the versions before 6.7, where trashing leaves no date; all the rules hold on both. */
describe.each(['6.13.3', '6.6.0', '5.81.0'])('on CiviCRM %s', (version) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', sandbox: { civicrmVersion: version } });
  });

  describe.concurrent('E11', () => {
    test('a contact in the trash is found, and its member unsubscribed', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      await scene.firstSync();
      wilma.civicrm.trash();
      await scene.sync();
      expect(await wilma.look()).toEqual({
        mailchimp: 'unsubscribed',
        civicrm: 'trashed',
        sync: 'ok',
        rule: 'E11',
        base: 'out',
      });
      await expectNothingMore(scene);
      wilma.civicrm.restore();
      await scene.sync();
      expect(await wilma.look()).toMatchObject({ mailchimp: 'subscribed', civicrm: 'Added', base: 'in' });
      await expectNothingMore(scene);
    });
  });

  test('3: two contacts in the trash shared a member, and a third one in the group takes it over', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', BOTH_IN);
    const double = scene.person('double', { civicrm: 'Added', address: wilma.address });
    await scene.firstSync();
    wilma.civicrm.trash();
    double.civicrm.trash();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('unsubscribed');
    const third = scene.person('third', { civicrm: 'none', address: wilma.address });
    third.civicrm.add();
    const { run } = await scene.sync({ mode: 'full' });
    expect(run.error).toBeNull();
    expect(third.mailchimp.status()).toBe('subscribed');
    await expectNothingMore(scene);
  });

  describe.concurrent('E13', () => {
    test('a merged contact’s row follows the survivor, though the address stays behind in the trash', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const other = scene.person('other', { civicrm: 'none' });
      await scene.firstSync();
      merge(scene, other, wilma);
      const { counts } = await scene.sync({ mode: 'full' });
      expect(counts).toMatchObject({ unsubscribed: 0, subscribed: 0, created: 0 });
      expect(wilma.mailchimp.status()).toBe('subscribed');
      expect(await scene.rows()).toEqual({ 'wilma × other': { sync: 'ok', rule: 'R1', base: 'in' } });
      await expectNothingMore(scene);
    });

    test('two members of two contacts become two addresses of one', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const other = scene.person('other', BOTH_IN);
      await scene.firstSync();
      merge(scene, other, wilma);
      await scene.sync({ mode: 'full' });
      expect([wilma.mailchimp.status(), other.mailchimp.status()]).toEqual(['subscribed', 'subscribed']);
      const agreed = { sync: 'ok', rule: 'R1', base: 'in' };
      expect(await scene.rows()).toEqual({ 'other × other': agreed, 'wilma × other': agreed });
      await expectNothingMore(scene);
    });

    test('two contacts of one member become one, and so do their rows', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const double = scene.person('double', { civicrm: 'Added', address: wilma.address });
      await scene.firstSync();
      merge(scene, double, wilma);
      await scene.sync({ mode: 'full' });
      expect(wilma.mailchimp.status()).toBe('subscribed');
      expect(await scene.rows()).toEqual({ 'wilma × double': { sync: 'ok', rule: 'R1', base: 'in' } });
      await expectNothingMore(scene);
    });

    test('two contacts of one member go into a third, who had nothing to do with it', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const double = scene.person('double', { civicrm: 'Added', address: wilma.address });
      const other = scene.person('other', { civicrm: 'none' });
      await scene.firstSync();
      merge(scene, other, wilma);
      merge(scene, other, double);
      const { run, counts } = await scene.sync({ mode: 'full' });
      expect(run.error).toBeNull();
      expect(counts).toMatchObject({ unsubscribed: 0, subscribed: 0, created: 0 });
      expect(await scene.rows()).toEqual({ 'wilma × other': { sync: 'ok', rule: 'R1', base: 'in' } });
      await expectNothingMore(scene);
    });

    test('two contacts are merged into each other, one after the other was restored: nobody is removed', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const double = scene.person('double', { civicrm: 'Added', address: wilma.address });
      await scene.firstSync();
      merge(scene, double, wilma);
      wilma.civicrm.restore();
      merge(scene, wilma, double);
      const { run } = await scene.sync({ mode: 'full' });
      expect(run.error).toBeNull();
      expect(wilma.mailchimp.status()).toBe('subscribed');
      await expectNothingMore(scene);
    });

    test('on a site without a trash, a live holder of the address in the group shows the merge', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      const double = scene.person('double', { civicrm: 'none', address: wilma.address });
      await scene.firstSync();
      merge(scene, double, wilma, 'erased');
      await scene.sync({ mode: 'full' });
      expect(wilma.mailchimp.status()).toBe('subscribed');
      expect(double.civicrm.status()).toBe('Added');
      expect(await scene.rows()).toEqual({ 'wilma × double': { sync: 'ok', rule: 'R1', base: 'in' } });
      await expectNothingMore(scene);
    });

    test('E12: a holder of the address who is not in the group shows no merge: unsubscribed', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', BOTH_IN);
      scene.person('double', { civicrm: 'none', address: wilma.address });
      await scene.firstSync();
      wilma.civicrm.erase();
      await scene.sync({ mode: 'full' });
      expect(wilma.mailchimp.status()).toBe('unsubscribed');
      await expectNothingMore(scene);
    });
  });
});
