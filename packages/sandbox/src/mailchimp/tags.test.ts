import { expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { NOW } from '../../testing/start-mailchimp.ts';

const EMAIL = 'wilma@flintstone.org';

async function withWilma(status: 'subscribed' | 'archived' = 'subscribed') {
  const mailchimp = await serveMailchimp();
  const { hash } = mailchimp.world.seedMember(mailchimp.audience.id, {
    email: EMAIL,
    status,
    tags: ['Donor'],
    lastChangedAt: NOW - 60_000,
  });
  const post = (tags: unknown) => mailchimp.list('POST', `/members/${hash}/tags`, { tags });
  const names = async () =>
    (await mailchimp.list('GET', `/members/${hash}/tags`)).json.tags.map((tag: { name: string }) => tag.name);
  return { ...mailchimp, hash, post, names };
}

test('tags are put on and taken off by name in any case, others stay, and last_changed moves', async () => {
  const { post, names, list } = await withWilma('archived');
  const answer = await post([{ name: 'Walker', status: 'active' }]);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(await names()).toEqual(['Donor', 'Walker']);
  await post([
    { name: 'DONOR', status: 'inactive' },
    { name: 'nosuch', status: 'inactive' },
  ]);
  expect(await names()).toEqual(['Walker']);
  expect((await list('GET', `/members/${EMAIL}`)).json.last_changed).toBe('2026-03-02T09:30:00+00:00');
});

test('a member shows fifty tags at most and says how many there are', async () => {
  const { post, list } = await withWilma();
  await post(Array.from({ length: 60 }, (_, n) => ({ name: `Tag ${n}`, status: 'active' })));
  const { json } = await list('GET', `/members/${EMAIL}`);
  expect([json.tags_count, json.tags.length]).toEqual([61, 50]);
  expect((await list('GET', `/members/${EMAIL}/tags?count=100`)).json.total_items).toBe(61);
  expect((await list('GET', '/tag-search?name=tag 5')).json.total_items).toBe(11);
});

test('a tag without a name or with another status is refused', async () => {
  const { post } = await withWilma();
  expect((await post([{ status: 'active' }])).status).toBe(400);
  expect((await post([{ name: 'Walker', status: 'on' }])).status).toBe(400);
  expect((await post(['Walker'])).status).toBe(400);
});
