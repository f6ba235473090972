import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene, type PairedPerson, type PairedScene } from '../../testing/paired-scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { approveRun } from '../queue/run-control.ts';
import { planUndoNow } from './plan-undo-now.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added', inGroups: [0], on: [0] } as const;
const MAPPINGS = [
  { fieldPath: 'first_name', mergeTag: 'FNAME', direction: 'both' },
  { fieldPath: 'tag:donor', mergeTag: 'tag:donor', direction: 'civicrm-to-mailchimp' },
] as const;

/** Nobody waits a run for what section 6 has to say because something of sections 4 and 5 is to be written, or the other way round (I1). */
describe.each(QUEUE_STORES)(
  'an address together with names, interests and tags, with jobs in %s',
  (queue) => {
    let service: TestService;
    beforeAll(async () => {
      service = await startTestService({ lasts: 'file', queue });
    });
    const later = () => service.sandbox.clock.advance(HOUR_MS);
    const newPairs = () => newPairedScene(service, { interests: 1, mappings: MAPPINGS });

    /** What Mailchimp says of whoever has an address now. */
    const memberAt = ({ listId, pairs }: PairedScene, address: string) => {
      const { world } = service.sandbox.mailchimp;
      const member = world.findMember(listId, address);
      return (
        member && {
          status: member.status,
          name: member.mergeValues['FNAME'],
          isOn: member.interests.has(pairs[0]?.id ?? ''),
          tags: member.tags.map(({ id }) => world.audience(listId).tags.get(id).name),
        }
      );
    };
    /** Staff rename her, tag her, take her from the interest group and give her another address. */
    const change = (scene: PairedScene, wilma: PairedPerson) => {
      const { world } = service.sandbox.civicrm;
      world.editContact(wilma.civicrm.id, { firstName: 'Betty' });
      world.tagContact(wilma.civicrm.id, 'donor');
      wilma.leaveInterest(0);
      wilma.civicrm.changeAddress(scene.address('new'));
      later();
    };
    const CHANGED = { status: 'subscribed', name: 'Betty', isOn: false, tags: ['donor'] };

    test('A2: one sync and one update, and nothing more', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      change(scene, wilma);
      const { run, counts } = await scene.sync({ mode: 'full' });
      expect(run).toMatchObject({ state: 'done', error: null });
      expect(counts).toMatchObject({ addressesMoved: 1, profilesChanged: 0 });
      expect(memberAt(scene, scene.address('new'))).toEqual(CHANGED);
      expect(await wilma.decisions()).toMatchObject([
        { rule: '5' },
        { rule: 'A2', category: 'address-moved' },
      ]);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('A2 of somebody who has just joined at Mailchimp: two syncs', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      wilma.civicrm.remove();
      await scene.sync();
      wilma.mailchimp.signUp();
      change(scene, wilma);
      await scene.sync({ mode: 'full' });
      await scene.sync();
      expect(memberAt(scene, scene.address('new'))).toEqual(CHANGED);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('A2 is undone together with them', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      change(scene, wilma);
      const { run } = await scene.sync({ mode: 'full' });
      const { runId, putBack, stays } = await planUndoNow(service.service.environment, run.id, 'somebody');
      expect({ putBack, stays }).toEqual({ putBack: 4, stays: {} });
      await approveRun(service.service.store, service.service.queues, runId, 'somebody');
      await service.wait(runId);
      expect(memberAt(scene, wilma.address)).toEqual({
        status: 'subscribed',
        name: 'wilma',
        isOn: true,
        tags: [],
      });
      expect(memberAt(scene, scene.address('new'))).toBeUndefined();
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('A1: the contact has the address, and the member the name, after one sync', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      wilma.mailchimp.changeAddress(scene.address('new'));
      service.sandbox.civicrm.world.editContact(wilma.civicrm.id, { firstName: 'Betty' });
      later();
      await scene.sync();
      expect(service.sandbox.civicrm.world.emailsOf(wilma.civicrm.id).map(({ email }) => email)).toContain(
        scene.address('new'),
      );
      expect(memberAt(scene, scene.address('new'))).toMatchObject({ name: 'Betty' });
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('A1: the contact has the address and the name, and our row knows of both', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      wilma.edit({ FNAME: 'Betty' });
      wilma.mailchimp.changeAddress(scene.address('new'));
      later();
      const { counts } = await scene.sync();
      expect(counts).toMatchObject({ addressesAdded: 1, fieldsWritten: 1 });
      const row = await service.service.store.db.member.findFirst({
        where: { connectionId: scene.connection.id, contactId: wilma.civicrm.id },
      });
      expect(row?.contactAddresses).toEqual([scene.address('new'), wilma.address]);
      expect(wilma.field('first_name')).toBe('Betty');
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('A2: a name that they have changed at Mailchimp meanwhile is the contact’s after the next sync', async () => {
      const scene = await newPairs();
      const wilma = scene.paired('wilma', BOTH_IN);
      await scene.firstSync();
      wilma.edit({ FNAME: 'Betty' });
      wilma.civicrm.changeAddress(scene.address('new'));
      later();
      await scene.sync();
      expect(memberAt(scene, scene.address('new'))).toMatchObject({ name: 'Betty' });
      await scene.sync();
      expect(wilma.field('first_name')).toBe('Betty');
      await expectNothingMore(scene, ['incremental', 'full']);
    });
  },
);
