import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { receiveWebhooks } from '../../../testing/receive-webhooks.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const PING = { operations: [{ method: 'GET', path: '/ping' }] };

/** Section 7.2. */
export const BATCH_WEBHOOKS: readonly Behaviour[] = [
  behaviour(
    '7.2 every batch of the account fires, whoever started it, signed like the others',
    async ({ call, clock, world, account }) => {
      const receiver = await receiveWebhooks();
      const { signing_secret: secret } = (await call('POST', '/batch-webhooks', { url: receiver.url })).json;
      const { id } = (
        await call('POST', '/batches', PING, { authorization: `Bearer ${world.addKey(account.id)}` })
      ).json;
      clock.advance(1000);
      const [post] = await receiver.received(1);
      const batch = (await call('GET', `/batches/${id}`)).json;
      assert.equal(post?.form.get('type'), 'batch_operation_completed');
      for (const name of [
        'id',
        'status',
        'total_operations',
        'finished_operations',
        'errored_operations',
        'submitted_at',
        'completed_at',
      ]) {
        assert.equal(post?.form.get(`data[${name}]`), String(batch[name]), name);
      }
      assert.equal((await fetch(post?.form.get('data[response_body_url]') ?? '')).status, 200);
      const [, t, v1] = /^t=(\d+),v1=(.+)$/.exec(String(post?.headers['x-mailchimp-signature'])) ?? [];
      assert.equal(v1, createHmac('sha256', secret).update(`${t}.${post?.body}`).digest('hex'));
      await receiver.close();
    },
  ),
  behaviour('7.2 the URL is asked by GET first', async ({ call }) => {
    const receiver = await receiveWebhooks({ getStatus: 500 });
    assert.equal((await call('POST', '/batch-webhooks', { url: receiver.url })).status, 400);
    assert.equal(receiver.gets.length, 1);
    await receiver.close();
  }),
  behaviour(
    '7.2 one that is not enabled, and the batches of another account, fire nothing',
    async ({ call, clock, world }) => {
      const receiver = await receiveWebhooks();
      const { id } = (await call('POST', '/batch-webhooks', { url: receiver.url, enabled: false })).json;
      await call('POST', '/batches', PING);
      clock.advance(1000);
      await call('PATCH', `/batch-webhooks/${id}`, { enabled: true });
      const other = { authorization: `Bearer ${world.addKey(world.addAccount().id)}` };
      await call('POST', '/batches', PING, other);
      clock.advance(1000);
      const ours = (await call('POST', '/batches', PING)).json.id;
      clock.advance(1000);
      const [post] = await receiver.received(1);
      assert.equal(post?.form.get('data[id]'), ours);
      await receiver.close();
    },
  ),
];
