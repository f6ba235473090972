import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { receiveWebhooks } from '../../../testing/receive-webhooks.ts';
import type { TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';
import { EVENTS, last, received, SOURCES } from './receiving.ts';
import { ACTS, EMAIL, seed } from './webhook-acts.ts';

const types = (posts: readonly { readonly form: URLSearchParams }[]) =>
  posts.map(({ form }) => form.get('type'));

/** Section 7.1. */
export const WEBHOOKS: readonly Behaviour[] = [
  received(
    '7.1 before saving, the URL is asked by GET, without a signature',
    async (_mailchimp, { gets }, webhook) => {
      assert.equal(gets.length, 1);
      assert.equal(gets[0]?.headers['x-mailchimp-signature'], undefined);
      assert.match(webhook.id, /^[0-9a-f]{10}$/);
    },
  ),
  behaviour('7.1 a URL that does not answer 200 cannot be registered', async ({ list }) => {
    const receiver = await receiveWebhooks({ getStatus: 404 });
    assert.equal((await list('POST', '/webhooks', { url: receiver.url })).json.title, 'Invalid Resource');
    await receiver.close();
    assert.equal((await list('POST', '/webhooks', { url: receiver.url })).status, 400);
    assert.equal((await list('POST', '/webhooks', { url: 'nonsense' })).status, 400);
    assert.equal((await list('GET', '/webhooks')).json.total_items, 0);
  }),
  received('7.1 the same URL twice is refused', async ({ list }, { url }) => {
    assert.match((await list('POST', '/webhooks', { url })).json.detail, /can't set up multiple WebHooks/);
  }),
  received('7.1 the signing secret is shown once, on creation', async ({ list }, _receiver, webhook) => {
    assert.equal(webhook.signing_enabled, true);
    assert.match(webhook.signing_secret, /^[0-9a-f]{32}$/);
    const { json } = await list('GET', `/webhooks/${webhook.id}`);
    assert.deepEqual([json.signing_enabled, json.signing_secret], [true, undefined]);
  }),
  received(
    '7.1 a webhook made earlier is unsigned',
    async (mailchimp, receiver, webhook) => {
      assert.deepEqual([webhook.signing_enabled, webhook.signing_secret], [false, undefined]);
      const [post] = await last(mailchimp, receiver, 1);
      assert.equal(post?.headers['x-mailchimp-signature'], undefined);
    },
    { webhookSigning: 'unsigned' },
  ),
  received(
    '7.1 the signature is the HMAC-SHA256 of time and raw body',
    async (mailchimp, receiver, webhook) => {
      const [post] = await last(mailchimp, receiver, 1);
      const [, t, v1] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(post?.headers['x-mailchimp-signature'])) ?? [];
      assert.equal(Number(t), mailchimp.clock.now() / 1000);
      assert.equal(
        v1,
        createHmac('sha256', webhook.signing_secret).update(`${t}.${post?.body}`).digest('hex'),
      );
    },
  ),
  received(
    '7.1 an event is a form with its type and the time it was fired, in UTC',
    async (mailchimp, receiver) => {
      const [post] = await last(mailchimp, receiver, 1);
      assert.match(String(post?.headers['content-type']), /^application\/x-www-form-urlencoded/);
      assert.deepEqual(
        [post?.form.get('type'), post?.form.get('fired_at')],
        ['subscribe', '2026-03-02 09:30:00'],
      );
    },
  ),
  received(
    '7.1 subscribe tells of the member, its merge values and its interests',
    async (mailchimp, receiver) => {
      const { audience, world, list } = mailchimp;
      const category = audience.interests.addCategory('Topics', 'checkboxes');
      const interests = Object.fromEntries(
        ['Bears', 'Lions, tigers'].map((name) => [audience.interests.add(category.id, name).id, true]),
      );
      world.people.signUp(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma' }, interests });
      const [post] = await receiver.received(1);
      const { json } = await list('GET', `/members/${EMAIL}`);
      const data = (name: string) => post?.form.get(`data${name}`);
      assert.deepEqual(
        [
          '[id]',
          '[list_id]',
          '[email]',
          '[email_type]',
          '[web_id]',
          '[merges][EMAIL]',
          '[merges][FNAME]',
          '[merges][LNAME]',
          '[merges][INTERESTS]',
        ].map(data),
        [
          json.unique_email_id,
          audience.id,
          EMAIL,
          'html',
          String(json.web_id),
          EMAIL,
          'Wilma',
          '',
          'Bears, Lions\\, tigers',
        ],
      );
      assert.deepEqual([data('[ip_opt]'), data('[ip_signup]')], [json.ip_opt, json.ip_signup]);
      assert.deepEqual(
        [
          data('[merges][GROUPINGS][0][unique_id]'),
          data('[merges][GROUPINGS][0][name]'),
          data('[merges][GROUPINGS][0][groups]'),
        ],
        [category.id, 'Topics', 'Bears, Lions\\, tigers'],
      );
    },
  ),
  ...(
    [
      [
        'manual',
        (mailchimp: TestMailchimp) =>
          mailchimp.world.people.unsubscribeSelf(mailchimp.audience.id, EMAIL, { campaignId: 'c1' }),
      ],
      [
        'abuse',
        (mailchimp: TestMailchimp) => mailchimp.world.people.complain(mailchimp.audience.id, EMAIL, 'c1'),
      ],
    ] as const
  ).map(([reason, act]) =>
    received(
      `7.1 unsubscribe tells action, campaign and the reason ${reason}`,
      async (mailchimp, receiver) => {
        seed(mailchimp);
        act(mailchimp);
        const [post] = await receiver.received(1);
        const told = ['action', 'reason', 'campaign_id', 'email'].map((name) =>
          post?.form.get(`data[${name}]`),
        );
        assert.deepEqual(told, ['unsub', reason, 'c1', EMAIL]);
      },
    ),
  ),
  received('7.1 upemail tells the old and the new address', async (mailchimp, receiver) => {
    seed(mailchimp);
    mailchimp.world.people.changeAddress(mailchimp.audience.id, EMAIL, 'b@people.org');
    const post = (await receiver.received(2)).find(({ form }) => form.get('type') === 'upemail');
    const { json } = await mailchimp.list('GET', '/members/b@people.org');
    const told = ['list_id', 'new_id', 'new_email', 'old_email'].map((name) =>
      post?.form.get(`data[${name}]`),
    );
    assert.deepEqual(told, [mailchimp.audience.id, json.unique_email_id, 'b@people.org', EMAIL]);
  }),
  received('7.1 cleaned tells the reason and the address', async (mailchimp, receiver) => {
    seed(mailchimp);
    mailchimp.world.people.bounce(mailchimp.audience.id, EMAIL);
    const [post] = await receiver.received(1);
    assert.deepEqual(
      ['list_id', 'reason', 'email'].map((name) => post?.form.get(`data[${name}]`)),
      [mailchimp.audience.id, 'hard', EMAIL],
    );
  }),
  ...ACTS.map(([what, source, kinds, act]) =>
    received(
      `7.1 ${what} fires ${kinds.join(' and ')} under the source ${source} alone`,
      async (mailchimp, receiver, webhook) => {
        const others = await receiveWebhooks();
        const rest = Object.fromEntries(Object.keys(SOURCES).map((name) => [name, name !== source]));
        const only = Object.fromEntries(Object.keys(SOURCES).map((name) => [name, name === source]));
        await mailchimp.list('PATCH', `/webhooks/${webhook.id}`, { sources: only });
        await mailchimp.list('POST', '/webhooks', { url: others.url, events: EVENTS, sources: rest });
        seed(mailchimp);
        await act(mailchimp);
        assert.deepEqual(types(await receiver.received(kinds.length)).sort(), [...kinds].sort());
        // Whoever comes by another source is the first that the others hear of.
        const { people } = mailchimp.world;
        if (source === 'admin') people.signUp(mailchimp.audience.id, { email: 'last@people.org' });
        else people.adminSubscribe(mailchimp.audience.id, 'last@people.org');
        const [first] = await others.received(1);
        assert.equal(first?.form.get('data[email]'), 'last@people.org');
        await others.close();
      },
    ),
  ),
  received(
    '7.1 an event that the webhook does not want is not sent',
    async (mailchimp, receiver, webhook) => {
      await mailchimp.list('PATCH', `/webhooks/${webhook.id}`, { events: { profile: false } });
      seed(mailchimp);
      mailchimp.world.people.editProfile(mailchimp.audience.id, EMAIL, { mergeValues: { FNAME: 'W' } });
      assert.deepEqual(types(await last(mailchimp, receiver, 1)), ['subscribe']);
    },
  ),
  received('7.1 tags fire nothing, and archiving nothing by itself', async (mailchimp, receiver) => {
    const { world, audience } = mailchimp;
    seed(mailchimp);
    world.people.tag(audience.id, EMAIL, { on: ['Donor'] });
    await mailchimp.list('DELETE', `/members/${EMAIL}`);
    assert.deepEqual(types(await last(mailchimp, receiver, 1)), ['subscribe']);
  }),
  received(
    '7.1 unless a setting says that archiving and erasing fire unsubscribe with the action delete',
    async (mailchimp, receiver) => {
      seed(mailchimp);
      await mailchimp.list('DELETE', `/members/${EMAIL}`);
      mailchimp.world.people.deletePermanently(mailchimp.audience.id, EMAIL);
      const posts = await receiver.received(2);
      assert.deepEqual(
        posts.map(({ form }) => form.get('data[action]')),
        ['delete', 'delete'],
      );
    },
    { removalWebhook: 'unsubscribe' },
  ),
  received('7.1 a deleted webhook gets nothing more', async (mailchimp, receiver, webhook) => {
    const other = await receiveWebhooks();
    await mailchimp.list('POST', '/webhooks', { url: other.url, events: EVENTS, sources: SOURCES });
    assert.equal((await mailchimp.list('DELETE', `/webhooks/${webhook.id}`)).status, 204);
    await last(mailchimp, other, 1);
    await other.close();
    assert.deepEqual(receiver.posts, []);
  }),
];
