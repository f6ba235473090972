import assert from 'node:assert/strict';
import type { Json, TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const CATEGORIES = '/interest-categories';

async function made({ list }: TestMailchimp, ...names: readonly string[]) {
  const category = (await list('POST', CATEGORIES, { title: 'Topics', type: 'hidden' })).json.id;
  const interests: string[] = [];
  for (const name of names) {
    interests.push((await list('POST', `${CATEGORIES}/${category}/interests`, { name })).json.id);
  }
  return { category, path: `${CATEGORIES}/${category}`, interests };
}

/** Section 8.1. */
export const GROUPS: readonly Behaviour[] = [
  behaviour('8.1 title and type are required, and of four types', async ({ list }) => {
    assert.equal((await list('POST', CATEGORIES, { title: 'Topics' })).status, 400);
    assert.equal((await list('POST', CATEGORIES, { type: 'radio' })).status, 400);
    assert.equal((await list('POST', CATEGORIES, { title: 'Topics', type: 'novel' })).status, 400);
    for (const type of ['checkboxes', 'dropdown', 'radio', 'hidden']) {
      assert.equal((await list('POST', CATEGORIES, { title: type, type })).json.type, type);
    }
    const { json } = await list('GET', `${CATEGORIES}?type=radio`);
    assert.deepEqual(
      json.categories.map(({ title }: Json) => title),
      ['radio'],
    );
  }),
  behaviour('8.1 ids are 10 hex and stable on renaming', async (mailchimp) => {
    const {
      category,
      path,
      interests: [interest],
    } = await made(mailchimp, 'Bears');
    const { list } = mailchimp;
    assert.match(category, /^[0-9a-f]{10}$/);
    const renamed = (await list('PATCH', path, { title: 'Themes', type: 'checkboxes' })).json;
    assert.deepEqual([renamed.id, renamed.title, renamed.type], [category, 'Themes', 'checkboxes']);
    const { json } = await list('PATCH', `${path}/interests/${interest}`, {
      name: 'Lions',
      display_order: 7,
    });
    assert.deepEqual([json.id, json.name, json.display_order], [interest, 'Lions', 7]);
    assert.equal((await list('PATCH', `${path}/interests/${interest}`, {})).status, 400);
  }),
  behaviour('8.1 subscriber_count is a text', async (mailchimp) => {
    const {
      path,
      interests: [interest = ''],
    } = await made(mailchimp, 'Bears');
    mailchimp.world.seedMember(mailchimp.audience.id, { email: EMAIL, interests: new Set([interest]) });
    assert.equal((await mailchimp.list('GET', `${path}/interests/${interest}`)).json.subscriber_count, '1');
  }),
  behaviour('8.1 only the mentioned ids change, and an unknown id gets 400', async (mailchimp) => {
    const {
      interests: [x = '', y = ''],
    } = await made(mailchimp, 'X', 'Y');
    const { list } = mailchimp;
    await list('POST', '/members', { email_address: EMAIL, status: 'subscribed', interests: { [x]: true } });
    const { json } = await list('PATCH', `/members/${EMAIL}`, { interests: { [y]: true } });
    assert.deepEqual(json.interests, { [x]: true, [y]: true });
    assert.equal((await list('PATCH', `/members/${EMAIL}`, { interests: { abc: true } })).status, 400);
  }),
  behaviour(
    '8.1 a deleted interest, and a deleted category, are gone from all members',
    async (mailchimp) => {
      const {
        path,
        interests: [x = '', y = ''],
      } = await made(mailchimp, 'X', 'Y');
      const { list, world, audience } = mailchimp;
      world.seedMember(audience.id, { email: EMAIL, interests: new Set([x, y]) });
      const interests = async () => (await list('GET', `/members/${EMAIL}`)).json.interests;
      assert.equal((await list('DELETE', `${path}/interests/${x}`)).status, 204);
      assert.deepEqual(await interests(), { [y]: true });
      assert.equal((await list('DELETE', path)).status, 204);
      assert.deepEqual([await interests(), (await list('GET', path)).status], [undefined, 404]);
    },
  ),
  behaviour(
    '8.1 categories and interests come ten at a time unless more are asked for',
    async (mailchimp) => {
      const names = Array.from({ length: 12 }, (_, n) => `Topic ${n}`);
      const { path } = await made(mailchimp, ...names);
      const { list } = mailchimp;
      for (const title of names) await list('POST', CATEGORIES, { title, type: 'hidden' });
      const lengths = async (query: string) => [
        (await list('GET', `${CATEGORIES}${query}`)).json.categories.length,
        (await list('GET', `${path}/interests${query}`)).json.interests.length,
      ];
      assert.deepEqual(
        [await lengths(''), await lengths('?count=1000')],
        [
          [10, 10],
          [13, 12],
        ],
      );
    },
  ),
];
