import { describe, expect, test } from 'vitest';
import { mailchimpContext } from '../../testing/drive-run.ts';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene, type Scene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { subscriberHash } from '../domain/email.ts';
import { DAY_MS, HOUR_MS } from '../domain/instant.ts';
import type { MemberCall } from '../domain/mailchimp-call.ts';

/** Nobody hears what came of the next change for Mailchimp, and nothing has come of it yet. */
const loseNext = ({ sandbox }: Scene, method: 'PUT' | 'PATCH') =>
  void sandbox.faults.inject({ system: 'mailchimp', kind: 'reset', method, path: '/members/' });

/** Mailchimp carries out at last what nobody waits for any more. */
async function carryOutLate({ service }: TestService, scene: Scene, call: MemberCall): Promise<void> {
  const { mailchimpWriter, signal } = await mailchimpContext(service.environment, scene.connection.id);
  const outcome = await mailchimpWriter.sendCall(scene.connection.audienceId, call, signal);
  expect(outcome.kind).toBe('done');
}
const subscribing = (address: string): MemberCall => ({
  kind: 'put',
  key: subscriberHash(address),
  body: { email_address: address, status_if_new: 'subscribed' },
});

/** Requests about one batch that have reached Mailchimp. */
const batchRequests = ({ sandbox }: TestService, wanted: 'GET' | 'DELETE'): number =>
  sandbox.requests
    .recent(1000)
    .filter(({ method, path }) => method === wanted && /\/batches\/[0-9a-f]+$/.test(path)).length;

describe.each(QUEUE_STORES)(
  'E28: an update that was given up is carried out late, with jobs in %s',
  (queue) => {
    /** Wilma is in the group; her subscription is lost, and she leaves the group before it is tried again. */
    async function lostSubscription() {
      const service = await startTestService({ queue });
      const scene = await newScene(service);
      const wilma = scene.person('wilma', { civicrm: 'Added' });
      loseNext(scene, 'PUT');
      await scene.firstSync();
      expect(wilma.mailchimp.status()).toBe('absent');
      wilma.civicrm.remove();
      await scene.sync();
      return { service, scene, wilma };
    }

    test('who turns subscribed by it is taken out again: that is nobody’s joining', async () => {
      const { service, scene, wilma } = await lostSubscription();
      await carryOutLate(service, scene, subscribing(wilma.address));
      await scene.sync();
      expect([wilma.mailchimp.status(), wilma.civicrm.status()]).toEqual(['unsubscribed', 'Removed']);
      expect((await wilma.decisions()).at(-1)).toMatchObject({ as: 'E28', category: 'removed-at-mailchimp' });
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('who signs up by a form has done it themselves', async () => {
      const { scene, wilma } = await lostSubscription();
      wilma.mailchimp.signUp();
      await scene.sync();
      expect([wilma.mailchimp.status(), wilma.civicrm.status()]).toEqual(['subscribed', 'Added']);
      await expectNothingMore(scene, ['incremental', 'full']);
    });

    test('after 7 days it counts as theirs', async () => {
      const { service, scene, wilma } = await lostSubscription();
      service.sandbox.clock.advance(8 * DAY_MS);
      await carryOutLate(service, scene, subscribing(wilma.address));
      await scene.sync();
      expect(wilma.civicrm.status()).toBe('Added');
      await expectNothingMore(scene);
    });

    test('who turns out by it has left, as far as anybody can tell, and is listed', async () => {
      const service = await startTestService({ queue });
      const scene = await newScene(service);
      const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
      await scene.firstSync();
      const member = service.sandbox.mailchimp.world.findMember(scene.connection.audienceId, wilma.address);
      loseNext(scene, 'PATCH');
      wilma.civicrm.remove();
      await scene.sync();
      wilma.civicrm.add();
      await scene.sync();
      expect(wilma.mailchimp.status()).toBe('subscribed');
      const key = member?.contactId ?? '';
      await carryOutLate(service, scene, { kind: 'patch', key, body: { status: 'unsubscribed' } });
      await scene.sync();
      expect(await wilma.look()).toEqual({
        mailchimp: 'unsubscribed',
        civicrm: 'Removed',
        sync: 'ok',
        rule: 'R4a',
        base: 'out',
        warnings: ['given-up-removal'],
      });
    });

    test('an overdue batch is deleted at Mailchimp and seen gone before its updates are given up', async () => {
      const service = await startTestService({ queue });
      const scene = await newScene(service);
      const people = Array.from({ length: 21 }, (_, at) => scene.person(`new${at}`, { civicrm: 'Added' }));
      service.sandbox.faults.inject({ system: 'mailchimp', kind: 'stuck-batch' });
      const run = await service.start(scene.connection, { approval: 'all', mode: 'full' });
      await expect.poll(() => batchRequests(service, 'GET'), { timeout: 60_000 }).toBeGreaterThan(0);
      service.sandbox.clock.advance(25 * HOUR_MS);
      const { counts } = await service.wait(run);
      expect(counts).toMatchObject({ subscribed: 0, open: 0 });
      const batches = await service.service.store.db.batch.findMany();
      expect(batches.map(({ state }) => state)).toEqual(['lost']);
      expect(batchRequests(service, 'DELETE')).toBe(1);
      await scene.sync({ approval: 'all' });
      expect(people.map(({ mailchimp }) => mailchimp.status())).toEqual(people.map(() => 'subscribed'));
      await expectNothingMore(scene);
    });
  },
);
