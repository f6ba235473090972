import assert from 'node:assert/strict';
import type { Json, TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const OTHER = 'fred@flintstone.org';

const names = (json: Json): readonly string[] => json.tags.map(({ name }: Json) => name);

/** Seeds a member and gives a way to change its tags. */
function tagging({ world, audience, list }: TestMailchimp, status: 'subscribed' | 'archived' = 'subscribed') {
  const { hash } = world.seedMember(audience.id, { email: EMAIL, status });
  return (tags: Readonly<Record<string, 'active' | 'inactive'>>, more: object = {}) =>
    list('POST', `/members/${hash}/tags`, {
      tags: Object.entries(tags).map(([name, state]) => ({ name, status: state })),
      ...more,
    });
}

/** Sections 8.3 and 8.4. */
export const TAGS: readonly Behaviour[] = [
  behaviour(
    '8.3 active names are created and added, inactive ones taken off, the others stay',
    async (mailchimp) => {
      const tag = tagging(mailchimp);
      const { status, text } = await tag({ A: 'active', B: 'active' });
      assert.deepEqual([status, text], [204, '']);
      await tag({ C: 'active', A: 'inactive' }, { is_syncing: true });
      const { json } = await mailchimp.list('GET', `/members/${EMAIL}/tags`);
      assert.deepEqual([names(json), json.total_items], [['B', 'C'], 2]);
      assert.equal(
        (await mailchimp.list('GET', `/members/${EMAIL}/tags?count=1&offset=1`)).json.tags[0].name,
        'C',
      );
    },
  ),
  behaviour('8.3 tags work on archived members, and nobody is 404', async (mailchimp) => {
    const tag = tagging(mailchimp, 'archived');
    await tag({ A: 'active' });
    assert.deepEqual(names((await mailchimp.list('GET', `/members/${EMAIL}/tags`)).json), ['A']);
    assert.equal((await mailchimp.list('POST', `/members/${'0'.repeat(32)}/tags`, { tags: [] })).status, 404);
  }),
  behaviour('8.3 name and status are required, and the status is active or inactive', async (mailchimp) => {
    const { hash } = mailchimp.world.seedMember(mailchimp.audience.id, { email: EMAIL });
    const post = async (tag: object) =>
      (await mailchimp.list('POST', `/members/${hash}/tags`, { tags: [tag] })).status;
    assert.deepEqual(
      [await post({ name: 'A' }), await post({ status: 'active' }), await post({ name: 'A', status: 'on' })],
      [400, 400, 400],
    );
  }),
  behaviour('8.3 names are compared without case, and the first spelling stays', async (mailchimp) => {
    const tag = tagging(mailchimp);
    await tag({ Donor: 'active' });
    await tag({ DONOR: 'active' });
    assert.deepEqual(names((await mailchimp.list('GET', `/members/${EMAIL}/tags`)).json), ['Donor']);
    await tag({ dOnOr: 'inactive' });
    assert.deepEqual(names((await mailchimp.list('GET', `/members/${EMAIL}/tags`)).json), []);
  }),
  behaviour('8.3 tag-search finds by the beginning of the name', async (mailchimp) => {
    await tagging(mailchimp)({ Donor: 'active', Doctor: 'active', Friend: 'active' });
    assert.deepEqual(names((await mailchimp.list('GET', '/tag-search?name=DO')).json), ['Donor', 'Doctor']);
  }),
  behaviour(
    '8.3 a tag is a static segment under the same id, by which its members are listed',
    async (mailchimp) => {
      await tagging(mailchimp)({ Donor: 'active' });
      const { list } = mailchimp;
      const [tag] = (await list('GET', `/members/${EMAIL}/tags`)).json.tags;
      const segment = (await list('GET', `/segments/${tag.id}`)).json;
      assert.deepEqual([segment.name, segment.type, segment.member_count], ['Donor', 'static', 1]);
      const { json } = await list('GET', `/segments/${tag.id}/members`);
      assert.deepEqual(
        json.members.map(({ email_address }: Json) => email_address),
        [EMAIL],
      );
    },
  ),
  behaviour(
    '8.4 a static segment takes addresses, those outside the audience are ignored',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      const { json } = await list('POST', '/segments', {
        name: 'Board',
        static_segment: [EMAIL, 'nobody@people.org'],
      });
      assert.deepEqual([json.name, json.member_count], ['Board', 1]);
      assert.deepEqual(names((await list('GET', `/members/${EMAIL}/tags`)).json), ['Board']);
      assert.equal((await list('POST', '/segments', { name: 'board' })).status, 400);
      assert.equal((await list('POST', '/segments', {})).status, 400);
    },
  ),
  behaviour(
    '8.4 PATCH renames it and replaces its members, DELETE takes it from everybody',
    async ({ list, world, audience }) => {
      for (const email of [EMAIL, OTHER]) world.seedMember(audience.id, { email });
      const { id } = (await list('POST', '/segments', { name: 'Board', static_segment: [EMAIL] })).json;
      const { json } = await list('PATCH', `/segments/${id}`, { name: 'Trustees', static_segment: [OTHER] });
      assert.deepEqual([json.id, json.name, json.member_count], [id, 'Trustees', 1]);
      assert.deepEqual(names((await list('GET', `/members/${EMAIL}/tags`)).json), []);
      assert.equal((await list('DELETE', `/segments/${id}`)).status, 204);
      assert.equal((await list('GET', `/segments/${id}`)).status, 404);
      assert.equal((await list('GET', `/members/${OTHER}`)).json.tags_count, 0);
    },
  ),
  behaviour(
    '8.4 POST adds and removes many, and tells which addresses are not there',
    async ({ list, world, audience }) => {
      for (const email of [EMAIL, OTHER]) world.seedMember(audience.id, { email });
      const { id } = (await list('POST', '/segments', { name: 'Board', static_segment: [EMAIL] })).json;
      const { json } = await list('POST', `/segments/${id}`, {
        members_to_add: [OTHER, 'nobody@people.org'],
        members_to_remove: [EMAIL],
      });
      assert.deepEqual([json.total_added, json.total_removed, json.error_count], [1, 1, 1]);
      assert.deepEqual(
        [json.members_added[0].email_address, json.members_removed[0].email_address],
        [OTHER, EMAIL],
      );
      assert.deepEqual(json.errors[0].email_addresses, ['nobody@people.org']);
    },
  ),
  behaviour(
    '8.4 members of a segment are added and removed one by one',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      const { id } = (await list('POST', '/segments', { name: 'Board' })).json;
      assert.equal(
        (await list('POST', `/segments/${id}/members`, { email_address: EMAIL })).json.email_address,
        EMAIL,
      );
      assert.equal((await list('POST', `/segments/${id}/members`, { email_address: OTHER })).status, 404);
      assert.equal((await list('DELETE', `/segments/${id}/members/${EMAIL}`)).status, 204);
      assert.equal((await list('DELETE', `/segments/${id}/members/${EMAIL}`)).status, 404);
    },
  ),
  behaviour(
    '8.4 the subscribed are counted, others where they are asked for',
    async ({ list, world, audience }) => {
      for (const status of ['subscribed', 'unsubscribed', 'cleaned', 'transactional', 'archived'] as const) {
        world.seedMember(audience.id, { email: `${status}@people.org`, status, tags: ['Donor'] });
      }
      const id = audience.tags.find('Donor')?.id;
      const count = async (query: string) =>
        (await list('GET', `/segments/${id}/members?${query}`)).json.total_items;
      assert.deepEqual(
        [
          await count(''),
          await count('include_unsubscribed=true'),
          await count('include_cleaned=1&include_transactional=1'),
        ],
        [1, 2, 3],
      );
    },
  ),
  behaviour('8.4 segments are filtered by type and by time', async ({ list, clock }) => {
    await list('POST', '/segments', { name: 'Old' });
    clock.advance(60_000);
    await list('POST', '/segments', { name: 'New' });
    const found = async (query: string) =>
      (await list('GET', `/segments?${query}`)).json.segments.map(({ name }: Json) => name);
    assert.deepEqual(await found('type=static'), ['Old', 'New']);
    assert.deepEqual(await found('type=saved'), []);
    assert.deepEqual(await found('exclude_type=static'), []);
    assert.deepEqual(await found('since_created_at=2026-03-02T09:30:00Z'), ['New']);
    assert.deepEqual(await found('before_updated_at=2026-03-02T09:31:00Z'), ['Old']);
  }),
];
