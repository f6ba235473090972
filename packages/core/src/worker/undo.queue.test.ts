import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene, type PairedPerson } from '../../testing/paired-scene.ts';
import type { Scene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import type { RunId } from '../domain/ids.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { approveRun } from '../queue/run-control.ts';
import { planUndoNow } from './plan-undo-now.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;
const NAMES = [
  { fieldPath: 'first_name', mergeTag: 'FNAME', direction: 'both' },
  { fieldPath: 'last_name', mergeTag: 'LNAME', direction: 'both' },
] as const;
const ADVENTURER = {
  fieldPath: 'tag:adventurer',
  mergeTag: 'tag:adventurer',
  direction: 'civicrm-to-mailchimp',
};

describe.each(QUEUE_STORES)('on %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', queue });
  });
  const world = () => service.sandbox.civicrm.world;
  const later = () => service.sandbox.clock.advance(HOUR_MS);

  const planUndo = async (run: RunId) => {
    later();
    return await planUndoNow(service.service.environment, run, 'somebody');
  };
  const approve = async (run: RunId) => {
    const { store, queues } = service.service;
    expect((await approveRun(store, queues, run, 'somebody')).kind).toBe('started');
    return await service.wait(run);
  };
  /** Both sides and the base of fields and interests. */
  const said = (person: PairedPerson) => ({
    interests: person.interests(),
    groups: person.groups(),
    names: [
      person.merge('FNAME'),
      person.field('first_name'),
      person.merge('LNAME'),
      person.field('last_name'),
    ],
    tags: person.tags(),
  });
  const writesOf = async ({ counts }: Awaited<ReturnType<Scene['sync']>>) => [
    counts.profilesChanged,
    counts.fieldsWritten,
    counts.addedToInterestGroups,
    counts.removedFromInterestGroups,
  ];

  /** Somebody with four interests, names and a tag; each of them is changed on one side. */
  async function changed() {
    const scene = await newPairedScene(service, { interests: 4, mappings: [...NAMES, ADVENTURER] });
    const merge = { FNAME: 'wilma', LNAME: 'Slate' };
    const wilma = scene.paired('wilma', { ...BOTH_IN, on: [0, 2], inGroups: [0, 2], merge });
    world().editContact(wilma.civicrm.id, { lastName: 'Slate' });
    await scene.firstSync();
    const before = said(wilma);
    wilma.prefer(0, false);
    wilma.prefer(1, true);
    wilma.leaveInterest(2);
    wilma.joinInterest(3);
    wilma.edit({ LNAME: 'Flintstone' });
    world().editContact(wilma.civicrm.id, { firstName: 'Wilma' });
    world().tagContact(wilma.civicrm.id, 'adventurer');
    later();
    const { run } = await scene.sync({ mode: 'full' });
    expect(run).toMatchObject({ state: 'done', error: null });
    expect(said(wilma)).toEqual({
      interests: [false, true, false, true],
      groups: ['Removed', 'Added', 'Removed', 'Added'],
      names: ['Wilma', 'Wilma', 'Flintstone', 'Flintstone'],
      tags: ['adventurer'],
    });
    return { scene, wilma, before, run };
  }

  test('undo puts back interests, groups, fields and tags, and the next syncs leave both sides as they are', async () => {
    const { scene, wilma, run } = await changed();
    const { runId, putBack, stays } = await planUndo(run.id);
    expect({ putBack, stays }).toEqual({ putBack: 4, stays: {} });
    expect((await approve(runId)).run).toMatchObject({ state: 'done', error: null });
    expect(said(wilma)).toEqual({
      interests: [false, true, true, false],
      groups: ['Added', 'Removed', 'Removed', 'Added'],
      names: ['wilma', 'Wilma', 'Flintstone', 'Slate'],
      tags: [],
    });
    await expectNothingMore(scene, ['incremental', 'full']);
    expect(await wilma.look()).toMatchObject({ sync: 'ok', warnings: ['put-back'] });
  });

  test('what changes after an undoing goes by the rules, and whoever makes both the same has agreed', async () => {
    const { scene, wilma, run } = await changed();
    await approve((await planUndo(run.id)).runId);
    wilma.prefer(1, false);
    wilma.joinInterest(2);
    wilma.edit({ FNAME: 'Willie' });
    world().editContact(wilma.civicrm.id, { lastName: 'Rubble' });
    later();
    const synced = await scene.sync();
    expect(synced.run).toMatchObject({ state: 'done', error: null });
    expect(await writesOf(synced)).toEqual([1, 1, 0, 0]);
    expect(said(wilma)).toMatchObject({
      interests: [false, false, true, false],
      groups: ['Added', 'Removed', 'Added', 'Added'],
      names: ['Willie', 'Willie', 'Rubble', 'Rubble'],
    });
    wilma.leaveInterest(2);
    later();
    await scene.sync();
    expect(wilma.interests()).toEqual([false, false, false, false]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('an undoing can be undone', async () => {
    const { scene, wilma, run } = await changed();
    const after = said(wilma);
    const first = await planUndo(run.id);
    await approve(first.runId);
    const second = await planUndo(first.runId);
    expect(second.stays).toEqual({});
    await approve(second.runId);
    expect(said(wilma)).toEqual(after);
    expect((await planUndo(first.runId)).putBack).toBe(0);
    await expectNothingMore(scene, ['incremental', 'full']);
    expect(await wilma.look()).toEqual(expect.not.objectContaining({ warnings: expect.anything() }));
  });

  test('what somebody changed since, or between the plan and its approval, stays; and nothing is written to who is out', async () => {
    const { scene, wilma, run, before } = await changed();
    wilma.prefer(2, true);
    wilma.leaveInterest(1);
    wilma.edit({ FNAME: 'Willie' });
    later();
    await scene.sync();
    const { runId, stays } = await planUndo(run.id);
    expect(stays).toEqual({ 'changed-since': 3 });
    wilma.leaveInterest(3);
    await approve(runId);
    expect(wilma.groups()).toEqual(['Removed', 'Removed', 'Added', 'Removed']);
    wilma.mailchimp.unsubscribe();
    later();
    await scene.sync();
    expect((await planUndo(run.id)).stays).toMatchObject({ 'not-in': 4 });
    expect(said(wilma)).not.toEqual(before);
  });

  test('E3: an address that was put on hold is taken off hold, and the contact is in the group again', async () => {
    const scene = await newPairedScene(service);
    const wilma = scene.paired('wilma', BOTH_IN);
    const fred = scene.paired('fred', BOTH_IN);
    await scene.firstSync();
    for (const person of [wilma, fred]) person.mailchimp.bounce();
    later();
    const { run } = await scene.sync();
    const held = () =>
      [wilma, fred].map(({ civicrm }) =>
        world()
          .emailsOf(civicrm.id)
          .map(({ on_hold }) => on_hold),
      );
    expect([wilma.civicrm.status(), ...held()]).toEqual(['Removed, on hold', [1], [1]]);
    service.sandbox.clock.advance(2 * HOUR_MS);
    fred.civicrm.unhold();
    fred.civicrm.hold();
    const { runId, putBack, stays } = await planUndo(run.id);
    expect({ putBack, stays }).toEqual({ putBack: 3, stays: { 'changed-since': 1 } });
    await approve(runId);
    expect([wilma.civicrm.status(), fred.civicrm.status()]).toEqual(['Added', 'Added, on hold']);
    expect(held()).toEqual([[0], [1]]);
    expect(await wilma.look()).toMatchObject({ mailchimp: 'cleaned' });
    await expectNothingMore(scene, ['incremental', 'full']);
    expect(await wilma.look()).toMatchObject({ sync: 'fail', reason: 'cleaned' });

    const again = await planUndo(runId);
    await approve(again.runId);
    expect(wilma.civicrm.status()).toBe('Removed, on hold');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('what CiviCRM had accepted is put back, though Mailchimp’s half was not sent any more', async () => {
    const scene = await newPairedScene(service, { mappings: NAMES });
    const wilma = scene.paired('wilma', { civicrm: 'none' });
    await scene.firstSync();
    wilma.mailchimp.signUp();
    later();
    const { run } = await scene.sync();
    expect([wilma.civicrm.status(), wilma.merge('FNAME')]).toEqual(['Added', 'wilma']);
    // As it is where somebody changes a name between the two halves.
    const { db } = service.service.store;
    const [decision] = await db.decision.findMany({ where: { runId: run.id, state: 'applied' } });
    await db.update.deleteMany({ where: { decisionId: decision?.id ?? 0 } });
    await db.decision.update({ where: { id: decision?.id ?? 0 }, data: { state: 'stale' } });
    const { runId, putBack, stays } = await planUndo(run.id);
    expect({ putBack, stays }).toEqual({ putBack: 1, stays: {} });
    await approve(runId);
    expect(wilma.civicrm.status()).toBe('Removed');
    expect(wilma.mailchimp.status()).toBe('subscribed');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('A1: an address that was added is taken away, the one before it is the best again, and Mailchimp keeps the new one', async () => {
    const scene = await newPairedScene(service);
    const work = scene.address('work');
    const addresses = [scene.address('home'), { email: work, isBulkmail: true }];
    const wilma = scene.paired('wilma', { ...BOTH_IN, address: work, addresses });
    const marks = () =>
      world()
        .emailsOf(wilma.civicrm.id)
        .map(({ email, is_bulkmail: isBulk }) => (isBulk ? `${email}*` : email));
    await scene.firstSync();
    wilma.mailchimp.changeAddress(scene.address('new'));
    later();
    const { run } = await scene.sync();
    expect(marks()).toEqual([scene.address('home'), work, `${scene.address('new')}*`]);
    const { runId, stays } = await planUndo(run.id);
    expect(stays).toEqual({});
    await approve(runId);
    expect(marks()).toEqual([scene.address('home'), `${work}*`]);
    await expectNothingMore(scene, ['incremental', 'full']);
    const member = service.sandbox.mailchimp.world.findMember(scene.listId, scene.address('new'));
    expect(member?.status).toBe('subscribed');

    // It is theirs to change, and only from then on the rules have a say again.
    world().addEmail(wilma.civicrm.id, { email: scene.address('third') });
    later();
    await scene.sync();
    expect(marks()).toEqual([
      scene.address('home'),
      work,
      scene.address('third'),
      `${scene.address('new')}*`,
    ]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });
});
