import assert from 'node:assert/strict';
import { type Behaviour, behaviour } from '../behaviour.ts';

const MINUTE = 60_000;

/** Sections 3.1 and 3.2. */
export const AUDIENCES: readonly Behaviour[] = [
  behaviour(
    '3.1 fields and exclude_fields choose by dots, and together they are an error',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: 'a@people.org' });
      const some = (await list('GET', '/members?fields=members.id,members.stats.avg_open_rate,total_items'))
        .json;
      assert.deepEqual(Object.keys(some).sort(), ['members', 'total_items']);
      assert.deepEqual(Object.keys(some.members[0]), ['id', 'stats']);
      assert.deepEqual(some.members[0].stats, { avg_open_rate: 0 });
      const rest = (await list('GET', '/members?exclude_fields=members._links,_links')).json;
      assert.deepEqual(
        [rest._links, rest.members[0]._links, rest.members[0].status],
        [undefined, undefined, 'subscribed'],
      );
      assert.equal((await list('GET', '/members?fields=total_items&exclude_fields=_links')).status, 400);
    },
  ),
  behaviour(
    '3.1 an offset beyond the end gives nobody, and total_items is unchanged',
    async ({ list, world, audience }) => {
      for (const n of [1, 2, 3]) world.seedMember(audience.id, { email: `p${n}@people.org` });
      const { json, status } = await list('GET', '/members?offset=50');
      assert.deepEqual([status, json.members, json.total_items], [200, [], 3]);
    },
  ),
  behaviour('3.1 total_items counts what the filter leaves', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: 'a@people.org' });
    world.seedMember(audience.id, { email: 'b@people.org', status: 'cleaned' });
    assert.equal((await list('GET', '/members?status=cleaned&count=0')).json.total_items, 1);
  }),
  behaviour('3.1 what is unset is the empty string', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: 'a@people.org' });
    const { json } = await list('GET', '/members/a@people.org');
    assert.deepEqual(
      [json.timestamp_signup, json.ip_signup, json.merge_fields],
      ['', '', { FNAME: '', LNAME: '', ADDRESS: '', PHONE: '' }],
    );
  }),
  behaviour(
    '3.2 audiences are filtered by address and time of creation, sorted and paged',
    async ({ call, world, account, audience, clock }) => {
      clock.advance(MINUTE);
      const second = world.addAudience(account.id, { name: 'Volunteers' });
      world.seedMember(second.id, { email: 'a@people.org' });
      const ids = async (query: string) =>
        (await call('GET', `/lists?${query}`)).json.lists.map((one: { id: string }) => one.id);
      assert.deepEqual(await ids('email=a@people.org'), [second.id]);
      assert.deepEqual(await ids('since_date_created=2026-03-02T09:30:00Z'), [second.id]);
      assert.deepEqual(await ids('before_date_created=2026-03-02T09:31:00Z'), [audience.id]);
      assert.deepEqual(await ids('sort_field=date_created&sort_dir=DESC'), [second.id, audience.id]);
      assert.deepEqual(await ids('count=1&offset=1'), [second.id]);
      assert.deepEqual(await ids('since_campaign_last_sent=2020-01-01'), []);
      assert.deepEqual(await ids('has_ecommerce_store=true'), []);
    },
  ),
  behaviour('3.2 the collection tells how many audiences there may be', async ({ call }) => {
    const { constraints } = (await call('GET', '/lists')).json;
    assert.deepEqual([constraints.may_create, constraints.current_total_instances], [true, 1]);
  }),
  behaviour('3.2 stats are up to five minutes old', async ({ list, world, audience, clock }) => {
    const counted = async () => (await list('GET', '')).json.stats.member_count;
    assert.equal(await counted(), 0);
    world.seedMember(audience.id, { email: 'a@people.org' });
    assert.equal(await counted(), 0);
    clock.advance(5 * MINUTE);
    assert.equal(await counted(), 1);
  }),
  behaviour('3.2 total_contacts is there only where it was asked for', async ({ list }) => {
    assert.equal((await list('GET', '')).json.stats.total_contacts, undefined);
    assert.equal((await list('GET', '?include_total_contacts=true')).json.stats.total_contacts, 0);
  }),
  behaviour('3.2 the links of an audience name its parts', async ({ list }) => {
    const rels = (await list('GET', '')).json._links.map(({ rel }: { rel: string }) => rel);
    assert.deepEqual(rels.sort(), [
      'abuse-reports',
      'activity',
      'batch-sub-unsub-members',
      'clients',
      'delete',
      'growth-history',
      'interest-categories',
      'locations',
      'members',
      'merge-fields',
      'parent',
      'segments',
      'self',
      'signup-forms',
      'update',
      'webhooks',
    ]);
  }),
  behaviour('3.2 a deleted audience is gone with everybody in it', async ({ list }) => {
    assert.equal((await list('DELETE', '')).status, 204);
    assert.equal((await list('GET', '/members')).status, 404);
  }),
];
