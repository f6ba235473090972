import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene, type Scene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';

const AGREED_IN = { sync: 'ok', rule: 'R1', base: 'in' };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ lasts: 'file' });
});

/** Wilma and Fred share an address, and both are in. */
function couple(scene: Scene) {
  const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
  const fred = scene.person('fred', { civicrm: 'Added', address: wilma.address });
  return { wilma, fred };
}

/** Wilma has two addresses, and both are in. */
function twoAddresses(scene: Scene) {
  const work = scene.person('work', { mailchimp: 'subscribed' });
  const wilma = scene.person('wilma', {
    mailchimp: 'subscribed',
    civicrm: 'Added',
    addresses: [scene.address('wilma'), scene.address('work')],
  });
  return { wilma, work };
}

describe.concurrent('1.1: an address that serves two contacts', () => {
  test('both are linked with the one member and agreed', async () => {
    const scene = await newScene(service);
    couple(scene);
    await scene.firstSync();
    expect(await scene.rows()).toEqual({ 'wilma × wilma': AGREED_IN, 'wilma × fred': AGREED_IN });
    await expectNothingMore(scene);
  });

  test('it keeps its member while one of them is in the group', async () => {
    const scene = await newScene(service);
    const { wilma, fred } = couple(scene);
    await scene.firstSync();
    wilma.civicrm.remove();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect(fred.civicrm.status()).toBe('Added');
    expect(await scene.rows()).toEqual({ 'wilma × wilma': AGREED_IN, 'wilma × fred': AGREED_IN });
    await expectNothingMore(scene);
  });

  test('its member is unsubscribed when both have left', async () => {
    const scene = await newScene(service);
    const { wilma, fred } = couple(scene);
    await scene.firstSync();
    wilma.civicrm.remove();
    await scene.sync();
    fred.civicrm.remove();
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ unsubscribed: 1 });
    expect(wilma.mailchimp.status()).toBe('unsubscribed');
    const out = { sync: 'ok', rule: 'R3a', base: 'out' };
    expect(await scene.rows()).toEqual({ 'wilma × wilma': out, 'wilma × fred': out });
    await expectNothingMore(scene);
  });

  test('its unsubscribing takes both out of the group', async () => {
    const scene = await newScene(service);
    const { wilma, fred } = couple(scene);
    await scene.firstSync();
    wilma.mailchimp.unsubscribe();
    await scene.sync();
    expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Removed', 'Removed']);
    const out = { sync: 'ok', rule: 'R4a', base: 'out' };
    expect(await scene.rows()).toEqual({ 'wilma × wilma': out, 'wilma × fred': out });
    await expectNothingMore(scene);
  });

  test('its unsubscribing leaves her in who has another address that is in', async () => {
    const scene = await newScene(service);
    const { wilma } = twoAddresses(scene);
    const fred = scene.person('fred', { civicrm: 'Added', address: wilma.address });
    await scene.firstSync();
    wilma.mailchimp.unsubscribe();
    await scene.sync();
    expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Added', 'Removed']);
    await expectNothingMore(scene);
  });

  test('a second holder who joins the group is covered, and nothing is written', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    const fred = scene.person('fred', { civicrm: 'none', address: wilma.address });
    await scene.firstSync();
    fred.civicrm.add();
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ subscribed: 0, addedToGroup: 0 });
    expect(await scene.rows()).toEqual({ 'wilma × wilma': AGREED_IN, 'wilma × fred': AGREED_IN });
    await expectNothingMore(scene);
  });

  test('3: she leaves as he joins: the member stays, for him', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    const fred = scene.person('fred', { civicrm: 'none', address: wilma.address });
    await scene.firstSync();
    wilma.civicrm.remove();
    fred.civicrm.add();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Removed', 'Added']);
    await expectNothingMore(scene);
  });

  test('3, E11: she is trashed and he is in the group: the member stays, for him', async () => {
    const scene = await newScene(service);
    const { wilma, fred } = couple(scene);
    await scene.firstSync();
    wilma.civicrm.trash();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect(fred.civicrm.status()).toBe('Added');
    await expectNothingMore(scene);
  });

  test('both are asked for with one subscription, under the shared address', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { civicrm: 'Added' });
    scene.person('fred', { civicrm: 'Added', address: wilma.address });
    const { counts } = await scene.firstSync();
    expect(counts).toMatchObject({ subscribed: 1 });
    expect(wilma.mailchimp.status()).toBe('subscribed');
    const joined = { sync: 'ok', rule: 'R4c', base: 'in' };
    expect(await scene.rows()).toEqual({ 'wilma × wilma': joined, 'wilma × fred': joined });
    await expectNothingMore(scene);
  });

  test('I2: she had left by a mail of CiviCRM, he had not: the address is asked', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { civicrm: 'Removed', method: 'Email' });
    scene.person('fred', { civicrm: 'Added', address: wilma.address });
    wilma.civicrm.joinByWeb();
    const { counts } = await scene.firstSync();
    expect(counts).toMatchObject({ subscribed: 0, pending: 1 });
    expect(wilma.mailchimp.status()).toBe('pending');
    await expectNothingMore(scene);
  });
});

describe.concurrent('1.1: a contact with two addresses', () => {
  test('one of them unsubscribing changes nothing in the group', async () => {
    const scene = await newScene(service);
    const { wilma } = twoAddresses(scene);
    await scene.firstSync();
    wilma.mailchimp.unsubscribe();
    await scene.sync();
    expect(wilma.civicrm.status()).toBe('Added');
    expect(await scene.rows()).toEqual({ 'wilma × wilma': AGREED_IN, 'work × wilma': AGREED_IN });
    await expectNothingMore(scene);
  });

  test('the second one unsubscribing too takes her out of the group', async () => {
    const scene = await newScene(service);
    const { wilma, work } = twoAddresses(scene);
    await scene.firstSync();
    wilma.mailchimp.unsubscribe();
    await scene.sync();
    work.mailchimp.unsubscribe();
    await scene.sync();
    expect(wilma.civicrm.status()).toBe('Removed');
    await expectNothingMore(scene);
  });

  test('E3: both found dead take her out of the group, and are put on hold', async () => {
    const scene = await newScene(service);
    const { wilma, work } = twoAddresses(scene);
    await scene.firstSync();
    wilma.mailchimp.bounce();
    work.mailchimp.bounce();
    const { run, counts } = await scene.sync();
    expect(run).toMatchObject({ state: 'done', error: null });
    expect(counts).toMatchObject({ removedFromGroup: 1 });
    expect(scene.sandbox.civicrm.world.emailsOf(wilma.civicrm.id).map(({ on_hold: hold }) => hold)).toEqual([
      1, 1,
    ]);
    await expectNothingMore(scene);
  });

  test('leaving the group unsubscribes both', async () => {
    const scene = await newScene(service);
    const { wilma, work } = twoAddresses(scene);
    await scene.firstSync();
    wilma.civicrm.remove();
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ unsubscribed: 2 });
    expect([wilma.mailchimp.status(), work.mailchimp.status()]).toEqual(['unsubscribed', 'unsubscribed']);
    await expectNothingMore(scene);
  });

  test('leaving the group keeps the one that another contact in the group holds', async () => {
    const scene = await newScene(service);
    const { wilma, work } = twoAddresses(scene);
    scene.person('fred', { civicrm: 'Added', address: work.address });
    await scene.firstSync();
    wilma.civicrm.remove();
    await scene.sync();
    expect([wilma.mailchimp.status(), work.mailchimp.status()]).toEqual(['unsubscribed', 'subscribed']);
    await expectNothingMore(scene);
  });

  test('2.4: joining subscribes the best one only: bulk mail before primary', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', {
      civicrm: 'Added',
      addresses: [scene.address('wilma'), { email: scene.address('work'), isBulkmail: true }],
    });
    const work = scene.person('work');
    await scene.firstSync();
    expect([wilma.mailchimp.status(), work.mailchimp.status()]).toEqual(['absent', 'subscribed']);
    await expectNothingMore(scene);
  });

  test('2.3: coming back, the best address counts, not the one that was in before', async () => {
    const scene = await newScene(service);
    const { wilma, work } = twoAddresses(scene);
    await scene.firstSync();
    wilma.civicrm.remove();
    await scene.sync();
    wilma.civicrm.add();
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ subscribed: 1 });
    expect([wilma.mailchimp.status(), work.mailchimp.status()]).toEqual(['subscribed', 'unsubscribed']);
    await expectNothingMore(scene);
  });

  test('I2: the other address was unsubscribed by herself: she is asked', async () => {
    const scene = await newScene(service);
    const work = scene.person('work', { mailchimp: 'unsubscribed', mailchimpDays: 50 });
    const wilma = scene.person('wilma', {
      civicrm: 'Added',
      civicrmDays: 10,
      addresses: [scene.address('wilma'), scene.address('work')],
    });
    await scene.firstSync();
    expect([wilma.mailchimp.status(), work.mailchimp.status()]).toEqual(['pending', 'unsubscribed']);
    await expectNothingMore(scene);
  });

  test('another best address does not by itself change anything at Mailchimp', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    await scene.firstSync();
    wilma.civicrm.addAddress(scene.address('work'));
    wilma.civicrm.hold();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect(await scene.rows()).toEqual({ 'wilma × wilma': AGREED_IN });
    await expectNothingMore(scene);
  });
});

describe.concurrent('1.1: links that want opposite things', () => {
  test('the one with a base speaks: a new second address does not undo her leaving', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    await scene.firstSync();
    // Unsubscribed at the one that was agreed; the other turns up at Mailchimp, unsubscribed long before she joined the group.
    wilma.mailchimp.unsubscribe();
    wilma.civicrm.addAddress(scene.address('work'));
    scene.person('work', {
      mailchimp: { status: 'unsubscribed', unsubscribedBy: 'admin' },
      mailchimpDays: 300,
    });
    await scene.sync();
    expect(wilma.civicrm.status()).toBe('Removed');
    await expectNothingMore(scene);
  });

  test('between equals nothing is written, and it is listed', async () => {
    const scene = await newScene(service);
    // One address left after she was added, the other before: by themselves, out and in.
    scene.person('work', {
      mailchimp: { status: 'unsubscribed', unsubscribedBy: 'admin' },
      mailchimpDays: 80,
    });
    const wilma = scene.person('wilma', {
      mailchimp: { status: 'unsubscribed', unsubscribedBy: 'admin' },
      mailchimpDays: 10,
      civicrm: 'Added',
      civicrmDays: 40,
      addresses: [scene.address('wilma'), scene.address('work')],
    });
    const { counts } = await scene.firstSync();
    expect(counts).toMatchObject({ subscribed: 0, removedFromGroup: 0, pending: 0 });
    expect(wilma.civicrm.status()).toBe('Added');
    const listed = { sync: 'fail', rule: '1.1', base: null, reason: 'links-disagree' };
    expect(await scene.rows()).toEqual({ 'wilma × wilma': listed, 'work × wilma': listed });
    await expectNothingMore(scene);
  });
});

describe.concurrent('3: whose contact is it', () => {
  test('the one in the group, not the first; in whatever case the address is written', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed' });
    scene.person('first', { civicrm: 'none', address: wilma.address });
    scene.person('second', { civicrm: 'Added', addresses: [wilma.address.toUpperCase()] });
    await scene.firstSync();
    expect(await scene.rows()).toEqual({ 'wilma × second': AGREED_IN });
    await expectNothingMore(scene);
  });

  test('then the one with any history in the group, then the one without flags', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', mailchimpDays: 10 });
    scene.person('first', { civicrm: 'none', address: wilma.address });
    scene.person('past', { civicrm: 'Removed', civicrmDays: 50, address: wilma.address });
    const betty = scene.person('betty', { mailchimp: 'subscribed' });
    scene.person('flagged', { civicrm: 'none', address: betty.address, flags: { doNotEmail: true } });
    scene.person('plain', { civicrm: 'none', address: betty.address });
    await scene.firstSync();
    expect(await scene.rows()).toEqual({
      'betty × plain': { sync: 'ok', rule: 'R3c', base: 'in' },
      'wilma × past': { sync: 'ok', rule: 'R3d', as: 'R3b', base: 'in' },
    });
    await expectNothingMore(scene);
  });

  test('a contact in the trash is nobody while a live one is there', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    wilma.civicrm.trash();
    scene.person('live', { civicrm: 'none', address: wilma.address });
    await scene.firstSync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    expect((await scene.rows())['wilma × live']).toEqual({ sync: 'ok', rule: 'R3c', base: 'in' });
    await expectNothingMore(scene);
  });
});
