import assert from 'node:assert/strict';
import { receiveWebhooks } from '../../../testing/receive-webhooks.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ email_address: `p${n}@people.org`, status: 'subscribed' }));

/** Section 2. */
export const LIMITS: readonly Behaviour[] = [
  behaviour('2 the 11th simultaneous request of an account gets 429, whatever its key', async (mailchimp) => {
    const { call, faults, world, account } = mailchimp;
    const second = { authorization: `Bearer ${world.addKey(account.id)}` };
    faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 200, times: 10 });
    const asked = Array.from({ length: 11 }, (_, n) =>
      call('GET', '/ping', undefined, n % 2 === 0 ? {} : second),
    );
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ status }) => status === 429);
    assert.deepEqual([refused.length, refused[0]?.json.title], [1, 'Too Many Requests']);
    assert.equal(refused[0]?.headers.get('retry-after'), null);
    assert.equal((await call('GET', '/ping')).status, 200);
  }),
  behaviour('2 there are no rate headers', async ({ call }) => {
    const { headers } = await call('GET', '/ping');
    assert.deepEqual(
      [...headers.keys()].filter((name) => /rate|retry/.test(name)),
      [],
    );
  }),
  behaviour(
    '2 count is 10 if not said, and more than 1,000 is cut to 1,000 without a word',
    async ({ list, world, audience }) => {
      for (let n = 0; n < 1001; n += 1) world.seedMember(audience.id, { email: `p${n}@people.org` });
      const lengthOf = async (query: string) =>
        (await list('GET', `/members?fields=members.id${query}`)).json.members.length;
      assert.deepEqual(
        [await lengthOf(''), await lengthOf('&count=5000'), await lengthOf('&count=3')],
        [10, 1000, 3],
      );
    },
  ),
  behaviour('2 POST /lists/{id} takes 500 members and no more', async ({ list, audience }) => {
    assert.equal((await list('POST', '', { members: people(500) })).json.total_created, 500);
    const { status, json } = await list('POST', '', { members: people(501) });
    assert.deepEqual([status, json.title, audience.size], [400, 'Invalid Resource', 500]);
  }),
  behaviour('2 a segment takes 500 addresses to add and 500 to remove a call', async ({ list }) => {
    const { id } = (await list('POST', '/segments', { name: 'Board' })).json;
    const emails = people(501).map(({ email_address }) => email_address);
    for (const name of ['members_to_add', 'members_to_remove']) {
      assert.equal((await list('POST', `/segments/${id}`, { [name]: emails.slice(1) })).status, 200);
      assert.equal((await list('POST', `/segments/${id}`, { [name]: emails })).status, 400);
    }
  }),
  behaviour(
    '2 more than 500 pending batches of an account get 429',
    async ({ call, world, account, service }) => {
      const operation = {
        method: 'GET',
        path: '/ping',
        query: new URLSearchParams(),
        bodyText: '',
        operationId: null,
      } as const;
      for (let n = 0; n < 500; n += 1) service.batches.submit(account, [operation]);
      const body = { operations: [{ method: 'GET', path: '/ping' }] };
      const { status, json } = await call('POST', '/batches', body);
      assert.deepEqual([status, json.title], [429, 'Too Many Requests']);
      const other = { authorization: `Bearer ${world.addKey(world.addAccount().id)}` };
      assert.equal((await call('POST', '/batches', body, other)).status, 200);
    },
  ),
  behaviour(
    '2 more than so many undelivered batch events get 429 as well',
    async ({ call, clock }) => {
      const receiver = await receiveWebhooks();
      receiver.answerWith(500);
      await call('POST', '/batch-webhooks', { url: receiver.url });
      const body = { operations: [{ method: 'GET', path: '/ping' }] };
      for (let n = 0; n < 2; n += 1) {
        assert.equal((await call('POST', '/batches', body)).status, 200);
        clock.advance(1000);
      }
      await receiver.received(2);
      assert.equal((await call('POST', '/batches', body)).status, 429);
      await receiver.close();
    },
    { maxPendingBatches: 2 },
  ),
  behaviour('2 an account has 20 batch webhooks at most', async ({ call }) => {
    const receiver = await receiveWebhooks();
    for (let n = 0; n < 20; n += 1) {
      assert.equal((await call('POST', '/batch-webhooks', { url: `${receiver.url}/${n}` })).status, 200);
    }
    assert.equal((await call('POST', '/batch-webhooks', { url: `${receiver.url}/20` })).status, 400);
    await receiver.close();
  }),
  behaviour('2 text is cut at 255 bytes without a word, and not inside a character', async ({ list }) => {
    const merge_fields = { FNAME: 'a'.repeat(300), LNAME: 'é'.repeat(200) };
    const { json } = await list('POST', '/members', {
      email_address: 'a@people.org',
      status: 'subscribed',
      merge_fields,
    });
    assert.deepEqual([json.merge_fields.FNAME.length, json.merge_fields.LNAME.length], [255, 127]);
  }),
  behaviour('2 merge_field_limit tells how many fields an audience may have', async ({ list }) => {
    const { merge_field_limit: limit, total_items: total } = (await list('GET', '/merge-fields')).json;
    for (let n = total; n < limit; n += 1) {
      assert.equal((await list('POST', '/merge-fields', { name: `Field ${n}`, type: 'text' })).status, 200);
    }
    assert.equal((await list('POST', '/merge-fields', { name: 'One more', type: 'text' })).status, 400);
  }),
  behaviour(
    '2 a member object shows 50 tags, and tags_count is the true number',
    async ({ list, world, audience }) => {
      const tags = Array.from({ length: 60 }, (_, n) => `tag ${n}`);
      world.seedMember(audience.id, { email: 'a@people.org', tags });
      const { json } = await list('GET', '/members/a@people.org');
      assert.deepEqual([json.tags.length, json.tags_count], [50, 60]);
      assert.equal((await list('GET', '/members/a@people.org/tags?count=100')).json.tags.length, 60);
    },
  ),
];
