import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene, type PairedPerson } from '../../testing/paired-scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { connectionId } from '../domain/ids.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { approveRun } from '../queue/run-control.ts';
import { listInterests, recordPairings } from '../store/pairings.ts';

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

  test('4: unsubscribing leaves interest groups untouched, and leaving the group leaves interests untouched', async () => {
    const scene = await newPairedScene(service, { interests: 1 });
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
    const fred = scene.paired('fred', { ...BOTH_IN, on: [0], inGroups: [0] });
    await scene.firstSync();
    wilma.mailchimp.unsubscribe();
    fred.civicrm.remove();
    later();
    await scene.sync();
    expect([wilma.groups(), fred.groups()]).toEqual([['Added'], ['Added']]);
    expect([wilma.interests(), fred.interests()]).toEqual([[true], [true]]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('E12b: who joins afresh keeps their interests, whatever was agreed while they had the contact before', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
    await scene.firstSync();
    service.sandbox.civicrm.world.eraseContact(wilma.civicrm.id);
    await scene.sync({ mode: 'full' });
    expect(wilma.mailchimp.status()).toBe('unsubscribed');
    later();
    wilma.mailchimp.signUp();
    wilma.prefer(1, true);
    await scene.sync();
    await scene.sync();
    const [contact] = service.sandbox.civicrm.world.findHolders(wilma.address);
    const groups = scene.pairs.map(({ groupId }) =>
      service.sandbox.civicrm.world.statusOf(groupId, contact ?? 0),
    );
    expect({ interests: wilma.interests(), groups }).toEqual({
      interests: [true, true],
      groups: ['Added', 'Added'],
    });
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('4: what somebody brings along who comes back is taken over', async () => {
    const scene = await newPairedScene(service, { interests: 1 });
    const wilma = scene.paired('wilma', BOTH_IN);
    await scene.firstSync();
    wilma.prefer(0, true);
    wilma.mailchimp.adminUnsubscribe();
    await scene.sync();
    later();
    wilma.civicrm.add();
    await scene.sync();
    expect(wilma.mailchimp.status()).toBe('subscribed');
    await scene.sync();
    expect([wilma.interests(), wilma.groups()]).toEqual([[true], ['Added']]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('4: of two addresses the best one is read, and both are written to', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const addresses = [scene.address('wilma'), scene.address('work')];
    const work = scene.paired('work', { mailchimp: 'subscribed', on: [0] });
    const wilma = scene.paired('wilma', { ...BOTH_IN, addresses, on: [0], inGroups: [0] });
    await scene.firstSync();
    wilma.prefer(0, false);
    wilma.joinInterest(1);
    later();
    // The other address rests on a group that this run changes itself.
    await scene.sync();
    expect(wilma.groups()).toEqual(['Removed', 'Added']);
    expect([wilma.interests(), work.interests()]).toEqual([
      [false, true],
      [false, true],
    ]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('4: base none: on at one side is on at both, unless the person left the interest group later', async () => {
    const scene = await newPairedScene(service, { interests: 1 });
    const [pair] = scene.pairs;
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0] });
    const fred = scene.paired('fred', { ...BOTH_IN, inGroups: [0] });
    const barney = scene.paired('barney', { ...BOTH_IN, on: [0], inGroups: [0] });
    barney.leaveInterest(0);
    const betty = scene.paired('betty', { civicrm: 'Added', inGroups: [0] });
    await scene.firstSync();
    expect(pair).toBeDefined();
    expect([wilma, fred, barney, betty].map((person) => person.groups()[0])).toEqual([
      'Added',
      'Added',
      'Removed',
      'Added',
    ]);
    expect([wilma, fred, barney, betty].map((person) => person.interests()[0])).toEqual([
      true,
      true,
      false,
      true,
    ]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('4: whoever is added to the group gets what only CiviCRM has of them, in the next run', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const wilma = scene.paired('wilma', {
      mailchimp: 'subscribed',
      civicrm: 'none',
      on: [0],
      inGroups: [1],
    });
    await scene.firstSync();
    expect(wilma.civicrm.status()).toBe('Added');
    later();
    await scene.sync();
    expect(wilma.interests()).toEqual([true, true]);
    expect(wilma.groups()).toEqual(['Added', 'Added']);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('4: a change in CiviCRM while the update is at Mailchimp is not lost', async () => {
    const scene = await newPairedScene(service, { interests: 2 });
    const wilma = scene.paired('wilma', BOTH_IN);
    await scene.firstSync();
    wilma.joinInterest(0);
    await scene.sync();
    wilma.joinInterest(1);
    wilma.prefer(0, false);
    later();
    await scene.sync();
    expect(wilma.interests()).toEqual([false, true]);
    expect(wilma.groups()).toEqual(['Removed', 'Added']);
    await expectNothingMore(scene);
  });

  describe('a fault of one interest stops that interest only', () => {
    const faults = async (id: number) =>
      (await listInterests(service.service.store.db, connectionId(id))).map(
        ({ fault }) => fault?.code ?? null,
      );
    const ACTS = {
      'E16: its group is deleted': (groupId: number) => service.sandbox.civicrm.world.deleteGroup(groupId),
      'E16: its group is disabled': (groupId: number) => service.sandbox.civicrm.world.disableGroup(groupId),
      'E16: its group becomes smart': (groupId: number) => service.sandbox.civicrm.world.makeSmart(groupId),
      'E20: it is deleted at Mailchimp': null,
    } as const;
    test.each(Object.entries(ACTS))('%s', async (_, break_) => {
      const scene = await newPairedScene(service, { interests: 2 });
      const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0, 1], inGroups: [0, 1] });
      await scene.firstSync();
      const [first] = scene.pairs;
      if (first === undefined) throw new Error('two pairs');
      if (break_ === null) service.sandbox.mailchimp.world.audience(scene.listId).removeInterest(first.id);
      else break_(first.groupId);
      wilma.prefer(1, false);
      later();
      for (const mode of ['incremental', 'full'] as const) {
        const { run } = await scene.sync({ mode });
        expect(run).toMatchObject({ state: 'done', error: null });
      }
      expect(await faults(scene.connection.id)).toEqual([break_ === null ? 'E20' : 'E16', null]);
      const lines = await service.service.store.db.runLogLine.findMany({
        where: { level: 'warn', run: { connectionId: scene.connection.id } },
      });
      expect(lines.filter(({ text }) => text.includes(String(first.groupId)))).toHaveLength(1);
      expect(wilma.interests()[0]).toBe(break_ !== null);
      if (break_ === null) expect(wilma.groups()[0]).toBe('Added');
      expect([wilma.interests()[1], wilma.groups()[1]]).toEqual([false, 'Removed']);
      await expectNothingMore(scene);
    });

    test('E16: what changed meanwhile is kept the same once the group is enabled again', async () => {
      const scene = await newPairedScene(service, { interests: 1 });
      const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
      await scene.firstSync();
      const [pair] = scene.pairs;
      if (pair === undefined) throw new Error('a pair');
      service.sandbox.civicrm.world.disableGroup(pair.groupId);
      wilma.prefer(0, false);
      later();
      await scene.sync();
      expect(wilma.groups()).toEqual(['Added']);
      service.sandbox.civicrm.world.enableGroup(pair.groupId);
      await scene.sync();
      expect(await faults(scene.connection.id)).toEqual([null]);
      expect(wilma.groups()).toEqual(['Removed']);
      await expectNothingMore(scene);
    });
  });

  test('8: interests switched off by the many wait for approval', async () => {
    const scene = await newPairedScene(service, { interests: 1, limits: 'default' });
    const people = Array.from({ length: 6 }, (_, at) =>
      scene.paired(`person${at}`, { ...BOTH_IN, on: [0], inGroups: [0] }),
    );
    await scene.firstSync();
    for (const person of people) person.leaveInterest(0);
    const { run } = await scene.sync();
    expect(run).toMatchObject({ state: 'held' });
    expect(run.plan).toMatchObject([{ category: 'interests-off', people: 6, verdict: 'held' }]);
    expect(people.every((person) => person.interests()[0])).toBe(true);
  });

  test('8: what is paired later waits for approval once, and the rest goes on meanwhile', async () => {
    const { store, queues } = service.service;
    const scene = await newPairedScene(service, { interests: 1 });
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0], inGroups: [0] });
    const fred = scene.paired('fred', BOTH_IN);
    await scene.firstSync();
    const id = connectionId(scene.connection.id);
    const audience = service.sandbox.mailchimp.world.audience(scene.listId);
    const category = audience.interests.categories[0]?.id ?? '';
    const sailing = audience.interests.add(category, 'Sailing').id;
    const sailors = service.sandbox.civicrm.world.createGroup(`Sailors ${scene.listId}`);
    await store.transaction((tx) =>
      recordPairings(tx, id, { interests: [{ interestId: sailing, groupId: sailors }], mappings: [] }),
    );
    service.sandbox.mailchimp.world.people.editProfile(scene.listId, wilma.address, {
      interests: { [sailing]: true },
    });
    fred.joinInterest(0);
    later();
    const held = await scene.sync();
    expect(held.run).toMatchObject({ state: 'held' });
    expect(held.run.plan).toMatchObject([
      { category: 'interest-paired', people: 1, verdict: 'held' },
      { category: 'interests-on', people: 1, verdict: 'safe' },
    ]);
    const statusOf = () => service.sandbox.civicrm.world.statusOf(sailors, wilma.civicrm.id);
    expect([statusOf() ?? 'none', fred.interests()]).toEqual(['none', [true]]);
    const approved = await approveRun(store, queues, held.run.id, 'somebody');
    expect(approved.kind).toBe('started');
    await service.wait(held.run.id);
    expect(statusOf()).toBe('Added');
    expect((await listInterests(store.db, id)).map(({ syncedAt }) => syncedAt !== null)).toEqual([
      true,
      true,
    ]);
    service.sandbox.mailchimp.world.people.editProfile(scene.listId, wilma.address, {
      interests: { [sailing]: false },
    });
    later();
    expect((await scene.sync()).run).toMatchObject({ state: 'done' });
    expect(statusOf()).toBe('Removed');
    await expectNothingMore(scene, ['incremental', 'full']);
  });
});
