import { expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';

const EMAIL = 'wilma@flintstone.org';

async function withInterests() {
  const mailchimp = await serveMailchimp();
  const category = await mailchimp.list('POST', '/interest-categories', { title: 'Topics', type: 'hidden' });
  const path = `/interest-categories/${category.json.id}/interests`;
  const bears: string = (await mailchimp.list('POST', path, { name: 'Bears' })).json.id;
  const wolves: string = (await mailchimp.list('POST', path, { name: 'Wolves' })).json.id;
  mailchimp.world.seedMember(mailchimp.audience.id, { email: EMAIL, interests: new Set([bears]) });
  return { ...mailchimp, category: category.json.id, path, bears, wolves };
}

test('categories and their interests are listed under their own keys, the count as a string', async () => {
  const { list, category, path, bears } = await withInterests();
  const categories = (await list('GET', '/interest-categories')).json;
  expect(categories.categories).toMatchObject([{ id: category, title: 'Topics', type: 'hidden' }]);
  expect((await list('GET', '/interest-categories?type=radio')).json.total_items).toBe(0);
  const interests = (await list('GET', path)).json;
  expect(interests.interests.map((interest: { name: string }) => interest.name)).toEqual(['Bears', 'Wolves']);
  expect((await list('GET', `${path}/${bears}`)).json.subscriber_count).toBe('1');
  expect((await list('POST', path, { name: 'Bears' })).status).toBe(400);
  expect((await list('GET', '/interest-categories/nosuch/interests')).status).toBe(404);
});

test('a write changes only the interests it mentions, and every interest of the audience is shown', async () => {
  const { list, bears, wolves } = await withInterests();
  const { json } = await list('PATCH', `/members/${EMAIL}`, { interests: { [wolves]: true } });
  expect(json.interests).toEqual({ [bears]: true, [wolves]: true });
});

test('an unknown interest id refuses the write', async () => {
  const { list, bears } = await withInterests();
  const { status, json } = await list('PATCH', `/members/${EMAIL}`, {
    interests: { [bears]: false, nosuch: true },
  });
  expect([status, json.detail]).toEqual([400, '"nosuch" is an invalid interest id.']);
  expect((await list('GET', `/members/${EMAIL}`)).json.interests[bears]).toBe(true);
});

test('a deleted interest is gone from all members and moves nobody', async () => {
  const { list, path, bears, wolves } = await withInterests();
  const before = (await list('GET', `/members/${EMAIL}`)).json.last_changed;
  expect((await list('DELETE', `${path}/${bears}`)).status).toBe(204);
  const { json } = await list('GET', `/members/${EMAIL}`);
  expect([json.interests, json.last_changed]).toEqual([{ [wolves]: false }, before]);
});
