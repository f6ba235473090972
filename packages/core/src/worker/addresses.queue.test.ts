import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene, type Person, type Scene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { contactId } from '../domain/ids.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { listPersonRecords } from '../store/person-records.ts';

const IN = { sync: 'ok', rule: 'R1', base: 'in' };

/** What Mailchimp says of the addresses of these names. */
const atMailchimp = (scene: Scene, ...names: readonly string[]): readonly string[] =>
  names.map(
    (name) =>
      scene.sandbox.mailchimp.world.findMember(scene.connection.audienceId, scene.address(name))?.status ??
      'absent',
  );
const emailsOf = (scene: Scene, { civicrm }: Person) =>
  scene.sandbox.civicrm.world
    .emailsOf(civicrm.id)
    .map(({ email, is_bulkmail: isBulkmail }) => (isBulkmail ? `${email} (bulk mail)` : email));
const membersOf = (scene: Scene) =>
  [...scene.sandbox.mailchimp.world.audience(scene.connection.audienceId).members()].length;

describe.each(QUEUE_STORES)('addresses, with jobs in %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', queue });
  });

  const agreed = (scene: Scene, name = 'wilma') =>
    scene.person(name, { mailchimp: 'subscribed', civicrm: 'Added' });
  /** Her address has gone to somebody who is not in the group, and she has another one. */
  const passedOn = async () => {
    const scene = await newScene(service);
    const wilma = agreed(scene);
    const fred = scene.person('fred', { civicrm: 'none', addresses: [] });
    await scene.firstSync();
    wilma.civicrm.changeAddress(scene.address('new'));
    fred.civicrm.addAddress(wilma.address);
    return { scene, wilma, fred };
  };

  describe.concurrent('A1: a member changes their address at Mailchimp', () => {
    test('the contact gets the new one for bulk mail and keeps the old; the row is re-keyed', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(scene.address('New.Wilma'));
      await scene.sync();
      expect(emailsOf(scene, wilma)).toEqual([wilma.address, `${scene.address('new.wilma')} (bulk mail)`]);
      expect(await scene.rows()).toEqual({ 'new.wilma × wilma': { sync: 'ok', rule: 'A1', base: 'in' } });
      expect(await wilma.decisions()).toMatchObject([
        { kind: 'change', rule: 'A1', category: 'address-added', state: 'applied' },
      ]);
      expect(membersOf(scene)).toBe(1);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('in another case only: nothing is written', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(wilma.address.toUpperCase());
      await expectNothingMore(scene);
      expect(await scene.rows()).toEqual({ 'wilma × wilma': IN });
    });

    test('to one with letters beyond ASCII', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(scene.address('WÍLMA.ÜBEL'));
      await scene.sync();
      expect(emailsOf(scene, wilma)).toContain(`${scene.address('wílma.übel')} (bulk mail)`);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('and leaves: they are removed from the group and have the new address', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(scene.address('new'));
      scene.sandbox.mailchimp.world.people.unsubscribeSelf(scene.connection.audienceId, scene.address('new'));
      await scene.sync();
      expect(wilma.civicrm.status()).toBe('Removed');
      expect(emailsOf(scene, wilma)).toContain(`${scene.address('new')} (bulk mail)`);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('while staff remove her: first she is unsubscribed, then she gets the address', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(scene.address('new'));
      wilma.civicrm.remove();
      await scene.sync();
      expect(atMailchimp(scene, 'new')).toEqual(['unsubscribed']);
      await scene.sync();
      expect(emailsOf(scene, wilma)).toContain(`${scene.address('new')} (bulk mail)`);
      await expectNothingMore(scene);
    });
  });

  describe.concurrent('A2: a contact gets another address in CiviCRM', () => {
    test('the member follows, and stays the same member', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.civicrm.changeAddress(`  ${scene.address('New')} `);
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['absent', 'subscribed']);
      expect(membersOf(scene)).toBe(1);
      expect(await scene.rows()).toEqual({ 'new × wilma': { sync: 'ok', rule: 'A2', base: 'in' } });
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('so do many, in one batch', async () => {
      const scene = await newScene(service);
      const people = scene.crowd(25);
      await scene.firstSync();
      for (const [at, { civicrm }] of people.entries()) civicrm.changeAddress(scene.address(`new${at}`));
      const { run } = await scene.sync({ approval: 'all' });
      expect(run.plan).toMatchObject([{ category: 'address-moved', people: 25 }]);
      expect(atMailchimp(scene, 'new0', 'new24', 'somebody0')).toEqual([
        'subscribed',
        'subscribed',
        'absent',
      ]);
      await expectNothingMore(scene);
    });

    test('policy moveAddress=off leaves the member where they are', async () => {
      const scene = await newScene(service, ['moveAddress=off']);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.civicrm.changeAddress(scene.address('new'));
      await expectNothingMore(scene);
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['subscribed', 'absent']);
    });

    test('an address that is only put on hold has not been lost', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.civicrm.addAddress(scene.address('work'));
      wilma.civicrm.hold();
      await expectNothingMore(scene);
      expect(await scene.rows()).toEqual({ 'wilma × wilma': IN });
    });

    test('who is asked at the old address is asked at the new one instead', async () => {
      const scene = await newScene(service, ['doubleOptIn=on']);
      const wilma = scene.person('wilma', { civicrm: 'Added' });
      await scene.firstSync();
      expect(wilma.mailchimp.status()).toBe('pending');
      wilma.civicrm.changeAddress(scene.address('new'));
      await scene.sync();
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['unsubscribed', 'pending']);
      expect(wilma.civicrm.status()).toBe('Added');
      expect(scene.mails()).toBe(2);
      await expectNothingMore(scene);
    });

    test('who is out stays as they are: the table decides', async () => {
      const scene = await newScene(service);
      const wilma = scene.person('wilma', { mailchimp: 'unsubscribed', civicrm: 'Removed' });
      await scene.firstSync();
      wilma.civicrm.changeAddress(scene.address('new'));
      await expectNothingMore(scene);
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['unsubscribed', 'absent']);
    });

    test('a change that Mailchimp refuses is on record with the reason, and is not sent again', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      wilma.civicrm.changeAddress(`noreply@${scene.connection.audienceId}.test`);
      await scene.sync();
      expect(wilma.mailchimp.status()).toBe('subscribed');
      expect(await scene.rows()).toEqual({
        'wilma × wilma': { sync: 'fail', rule: 'A2', base: 'in', reason: 'rejected' },
      });
      await expectNothingMore(scene, ['incremental', 'full']);
      wilma.civicrm.changeAddress(scene.address('right'));
      await scene.sync();
      expect(atMailchimp(scene, 'right')).toEqual(['subscribed']);
      await expectNothingMore(scene);
    });

    test('E13: the address stayed on the loser of a merge: nothing changes', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      const keeper = scene.person('keeper', { civicrm: 'none' });
      await scene.firstSync();
      scene.sandbox.civicrm.world.mergeContacts(keeper.civicrm.id, wilma.civicrm.id);
      await scene.sync();
      expect(emailsOf(scene, keeper)).toEqual([keeper.address]);
      expect(atMailchimp(scene, 'wilma', 'keeper')).toEqual(['subscribed', 'absent']);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('two who shared an address get one each: one keeps the member, the other is subscribed', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      const fred = scene.person('fred', { civicrm: 'Added', address: wilma.address });
      await scene.firstSync();
      wilma.civicrm.changeAddress(scene.address('new'));
      fred.civicrm.changeAddress(scene.address('his'));
      await scene.sync();
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'new', 'his')).toEqual(['absent', 'subscribed', 'subscribed']);
      expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Added', 'Added']);
      await expectNothingMore(scene);
    });
  });

  describe.concurrent('A3: the new address is at Mailchimp already', () => {
    test.each([
      ['unsubscribe', 'unsubscribed'],
      ['archive', 'archived'],
    ])('subscribed: the old member goes, by removal=%s', async (removal, ends) => {
      const scene = await newScene(service, [`removal=${removal}`]);
      const wilma = agreed(scene);
      await scene.firstSync();
      scene.person('new', { mailchimp: 'subscribed', mailchimpDays: 0 });
      wilma.civicrm.changeAddress(scene.address('new'));
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual([ends, 'subscribed']);
      expect(wilma.civicrm.status()).toBe('Added');
      expect(await wilma.decisions()).toMatchObject([{ rule: 'A3', category: 'removed-at-mailchimp' }]);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('not subscribed: the old member stays, with a warning', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      await scene.firstSync();
      scene.person('new', { mailchimp: 'unsubscribed', mailchimpDays: 0 });
      wilma.civicrm.changeAddress(scene.address('new'));
      await expectNothingMore(scene);
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['subscribed', 'unsubscribed']);
      expect((await scene.rows())['wilma × wilma']).toEqual({
        ...IN,
        as: 'A3',
        warnings: ['address-conflict'],
      });
    });
  });

  test('R3b, A3: who joins again has got the address of a member whom another contact has: the old one goes as soon as they are covered', async () => {
    const scene = await newScene(service);
    const wilma = agreed(scene);
    const fred = agreed(scene, 'fred');
    await scene.firstSync();
    wilma.civicrm.remove();
    await scene.sync();
    wilma.civicrm.changeAddress(fred.address);
    service.sandbox.clock.advance(HOUR_MS);
    wilma.mailchimp.signUp();
    await scene.sync();
    expect(Object.keys(await scene.rows()).toSorted()).toEqual([
      'fred × fred',
      'fred × wilma',
      'wilma × wilma',
    ]);
    await scene.sync();
    expect([wilma.civicrm.status(), ...atMailchimp(scene, 'wilma', 'fred')]).toEqual([
      'Added',
      'unsubscribed',
      'subscribed',
    ]);
    expect((await wilma.decisions()).map(({ rule }) => rule)).toEqual(['R3a', 'R3b', 'A3']);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  describe.concurrent('A4: another contact holds the address now', () => {
    test('two contacts swap addresses: the members follow, nothing is written', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene, 'wilma');
      const fred = agreed(scene, 'fred');
      await scene.firstSync();
      wilma.civicrm.changeAddress(fred.address);
      fred.civicrm.changeAddress(wilma.address);
      const { run, counts } = await scene.sync();
      expect(run.plan).toEqual([]);
      expect(counts).toMatchObject({ relinked: 2, subscribed: 0, addedToGroup: 0 });
      await expectNothingMore(scene, ['incremental', 'full']);
      expect(await scene.rows()).toEqual({ 'fred × wilma': IN, 'wilma × fred': IN });
    });

    test('that is on record for both contacts, with whose the member was and what both sides said', async () => {
      const { scene, wilma, fred } = await passedOn();
      const { counts } = await scene.sync();
      expect(counts).toMatchObject({ relinked: 1, addedToGroup: 1, subscribed: 1 });
      const { store } = service.service;
      const ids = [wilma, fred].map(({ civicrm }) => contactId(civicrm.id));
      const [left, taken] = await Promise.all(
        ids.map(async (id) => {
          const query = { addressKey: '', contactIds: [id] };
          const records = await listPersonRecords(store.db, scene.connection.id, query);
          return records.flatMap(({ link, decisions }) =>
            link.civicrm?.contactId === id ? decisions.filter(({ kind }) => kind === 'relink') : [],
          );
        }),
      );
      const relinked = {
        rule: 'A4',
        state: 'recorded',
        writes: [],
        facts: {
          relink: { from: wilma.civicrm.id, to: fred.civicrm.id },
          mailchimp: { status: 'subscribed', address: wilma.address },
          base: { side: 'in' },
        },
      };
      expect([left, taken]).toMatchObject([[relinked], [relinked]]);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('swapped, and one of them has left at Mailchimp: who has that address now leaves the group', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene, 'wilma');
      const fred = agreed(scene, 'fred');
      await scene.firstSync();
      wilma.mailchimp.unsubscribe();
      await scene.sync();
      expect(wilma.civicrm.status()).toBe('Removed');
      wilma.civicrm.changeAddress(fred.address);
      fred.civicrm.changeAddress(wilma.address);
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'fred')).not.toContain('pending');
      await expectNothingMore(scene);
    });

    test('the address moves to somebody else, who is not in the group: they join it, and she goes on with her other one', async () => {
      const { scene, wilma, fred } = await passedOn();
      await scene.sync();
      expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Added', 'Added']);
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['subscribed', 'subscribed']);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('I2: she had left herself: under her new address she is asked, not subscribed', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      const fred = scene.person('fred', { civicrm: 'none', addresses: [] });
      await scene.firstSync();
      wilma.mailchimp.unsubscribe();
      wilma.civicrm.changeAddress(scene.address('new'));
      fred.civicrm.addAddress(wilma.address);
      await scene.sync();
      expect(atMailchimp(scene, 'wilma', 'new')).toEqual(['unsubscribed', 'pending']);
      await expectNothingMore(scene);
    });

    test('the member takes an address at Mailchimp that another contact has: they are that one’s', async () => {
      const scene = await newScene(service);
      const wilma = agreed(scene);
      const fred = scene.person('fred', { civicrm: 'none' });
      await scene.firstSync();
      wilma.mailchimp.changeAddress(fred.address);
      await scene.sync();
      expect(emailsOf(scene, wilma)).toEqual([wilma.address]);
      expect(fred.civicrm.status()).toBe('Added');
      expect(atMailchimp(scene, 'wilma', 'fred')).toEqual(['subscribed', 'subscribed']);
      await expectNothingMore(scene, ['incremental', 'full']);
    });
  });

  test('A5: the contact has no address any more: the member stays, with a warning', async () => {
    const scene = await newScene(service);
    const wilma = agreed(scene);
    await scene.firstSync();
    for (const { id } of scene.sandbox.civicrm.world.emailsOf(wilma.civicrm.id))
      scene.sandbox.civicrm.world.deleteEmail(id);
    await expectNothingMore(scene);
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect(await scene.rows()).toEqual({ 'wilma × wilma': { ...IN, as: 'A5', warnings: ['no-email'] } });
  });
});
