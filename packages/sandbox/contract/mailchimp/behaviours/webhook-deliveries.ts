import assert from 'node:assert/strict';
import type { Behaviour } from '../behaviour.ts';
import { received, settled } from './receiving.ts';

const EMAIL = 'wilma@flintstone.org';
const MINUTE = 60_000;

/** Section 7.1: what comes of an event on its way. */
export const WEBHOOK_DELIVERIES: readonly Behaviour[] = [
  received(
    '7.1 without 2xx it is tried again at growing intervals for 75 minutes, and then given up',
    async (mailchimp, receiver) => {
      const { clock, service, world, audience } = mailchimp;
      receiver.answerWith(500);
      world.people.signUp(audience.id, { email: EMAIL });
      for (const [n, minutes] of [0, 1, 2, 4, 8, 15, 20, 25].entries()) {
        clock.advance(minutes * MINUTE - (minutes > 0 ? 1 : 0));
        if (minutes > 0) {
          assert.equal(receiver.posts.length, n);
          clock.advance(1);
        }
        await receiver.received(n + 1);
        await settled(service.sender, n + 1);
      }
      assert.equal(new Set(receiver.posts.map(({ body }) => body)).size, 1);
      assert.equal(service.sender.deliveries()[0]?.state, 'given-up');
      clock.advance(24 * 60 * MINUTE);
      assert.equal(receiver.posts.length, 8);
    },
  ),
  received(
    '7.1 one step of the clock makes up for all tries that came due on the way',
    async ({ clock, world, audience }, receiver) => {
      receiver.answerWith(500);
      world.people.signUp(audience.id, { email: EMAIL });
      await receiver.received(1);
      receiver.answerWith(503);
      clock.advance(75 * MINUTE);
      assert.equal((await receiver.received(8)).length, 8);
    },
  ),
  received(
    '7.1 once it is answered with 2xx it is delivered',
    async ({ clock, world, audience, service }, receiver) => {
      receiver.answerWith(500);
      world.people.signUp(audience.id, { email: EMAIL });
      await receiver.received(1);
      await settled(service.sender, 1);
      receiver.answerWith(204);
      clock.advance(MINUTE);
      await receiver.received(2);
      await settled(service.sender, 2);
      assert.equal(service.sender.deliveries()[0]?.state, 'delivered');
    },
  ),
  received(
    '7.1 an answer that does not come in time counts as none',
    async ({ world, audience, service }, receiver) => {
      receiver.answerWith(0);
      world.people.signUp(audience.id, { email: EMAIL });
      await receiver.received(1);
      await settled(service.sender, 1);
      assert.equal(service.sender.deliveries()[0]?.state, 'waiting');
    },
    { webhookTimeoutMs: 50 },
  ),
  received('7.1 410 switches the webhook off for good', async (mailchimp, receiver) => {
    const { world, audience, clock, service } = mailchimp;
    receiver.answerWith(410);
    world.people.signUp(audience.id, { email: EMAIL });
    await receiver.received(1);
    await settled(service.sender, 1);
    receiver.answerWith(200);
    world.people.unsubscribeSelf(audience.id, EMAIL);
    clock.advance(75 * MINUTE);
    assert.equal(service.sender.deliveries().length, 1);
    assert.equal(receiver.posts.length, 1);
  }),
  received(
    '7.1 long failure switches it off as well (after how much is a guess)',
    async ({ world, audience, service }, receiver, webhook) => {
      receiver.answerWith(500);
      for (const n of [1, 2]) {
        world.people.signUp(audience.id, { email: `p${n}@people.org` });
        await receiver.received(n);
        await settled(service.sender, 1);
      }
      assert.equal(service.webhooks.ofAudience(audience.id).find(({ id }) => id === webhook.id)?.isOn, false);
    },
    { webhookRetryMs: [], webhookOffAfter: 2 },
  ),
  received(
    '7.1 events can come twice',
    async ({ world, audience }, receiver) => {
      world.people.signUp(audience.id, { email: EMAIL });
      const [first, second] = await receiver.received(2);
      assert.equal(first?.body, second?.body);
    },
    { webhookDuplicateShare: 1 },
  ),
  received(
    '7.1 events can come late and in no order',
    async ({ world, audience, clock }, receiver) => {
      for (let n = 0; n < 20; n += 1) world.people.signUp(audience.id, { email: `p${n}@people.org` });
      assert.equal(receiver.posts.length, 0);
      clock.advance(20 * MINUTE);
      const emails = (await receiver.received(20)).map(({ form }) => form.get('data[email]'));
      assert.equal(new Set(emails).size, 20);
      assert.notDeepEqual(
        emails,
        Array.from({ length: 20 }, (_, n) => `p${n}@people.org`),
      );
    },
    { webhookSpreadMs: 20 * MINUTE },
  ),
];
