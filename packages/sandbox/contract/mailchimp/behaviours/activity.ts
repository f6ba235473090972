import assert from 'node:assert/strict';
import type { Json } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';

/** Section 9. */
export const ACTIVITY: readonly Behaviour[] = [
  behaviour(
    '9.1 search-members finds by address exactly and by name, in all audiences or in one',
    async ({ call, world, account, audience }) => {
      const other = world.addAudience(account.id, { name: 'Volunteers' });
      world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma', LNAME: 'Flintstone' } });
      world.seedMember(other.id, { email: EMAIL });
      const found = async (query: string) => {
        const { json } = await call('GET', `/search-members?query=${encodeURIComponent(query)}`);
        return [json.exact_matches.total_items, json.full_search.total_items];
      };
      assert.deepEqual(await found(EMAIL.toUpperCase()), [2, 2]);
      assert.deepEqual(await found('wilma flint'), [0, 1]);
      assert.deepEqual(await found(`${EMAIL}&list_id=`.slice(0, -9)), [2, 2]);
      const inOne = (await call('GET', `/search-members?query=${EMAIL}&list_id=${other.id}`)).json;
      assert.equal(inOne.exact_matches.total_items, 1);
      assert.equal((await call('GET', '/search-members')).status, 400);
      assert.equal((await call('GET', `/search-members?query=x&list_id=nosuch`)).status, 404);
    },
  ),
  behaviour('9.2 the feed is newest first, paged and filtered', async ({ list, world, audience, clock }) => {
    world.people.signUp(audience.id, { email: EMAIL });
    clock.advance(1000);
    world.people.unsubscribeSelf(audience.id, EMAIL);
    clock.advance(1000);
    world.people.bounce(audience.id, EMAIL);
    const types = async (query: string) =>
      (await list('GET', `/members/${EMAIL}/activity-feed?${query}`)).json.activity.map(
        (one: Json) => one.activity_type,
      );
    assert.deepEqual(await types(''), ['bounce', 'unsub', 'generic_signup']);
    assert.deepEqual(await types('activity_filters=unsub,signup'), ['unsub', 'generic_signup']);
    assert.deepEqual(await types('count=1&offset=1'), ['unsub']);
  }),
  behaviour('9.2 the older list shows unsubscriptions and bounces', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL });
    world.people.unsubscribeSelf(audience.id, EMAIL, { campaignId: 'c1' });
    const { json } = await list('GET', `/members/${EMAIL}/activity`);
    assert.deepEqual(
      json.activity.map((one: Json) => [one.action, one.campaign_id]),
      [['unsub', 'c1']],
    );
  }),
  behaviour(
    '9.3 an own unsubscription has the person’s reason and campaign, and is not an administrator’s',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      world.people.unsubscribeSelf(audience.id, EMAIL, { reason: 'Too many mails', campaignId: 'c1' });
      assert.equal((await list('GET', `/members/${EMAIL}`)).json.unsubscribe_reason, 'Too many mails');
      const [unsub] = (await list('GET', `/members/${EMAIL}/activity-feed`)).json.activity;
      assert.deepEqual(
        [unsub.is_admin_unsubscribed, unsub.campaign_id, unsub.unsubscribe_reason],
        [false, 'c1', 'Too many mails'],
      );
    },
  ),
  behaviour('9.3 an administrator’s and the API’s read the same', async ({ list, world, audience }) => {
    for (const email of ['a@people.org', 'b@people.org']) world.seedMember(audience.id, { email });
    world.people.adminUnsubscribe(audience.id, 'a@people.org');
    await list('PATCH', '/members/b@people.org', { status: 'unsubscribed' });
    for (const email of ['a@people.org', 'b@people.org']) {
      assert.equal(
        (await list('GET', `/members/${email}`)).json.unsubscribe_reason,
        'N/A (Unsubscribed by admin)',
      );
      assert.equal(
        (await list('GET', `/members/${email}/activity-feed`)).json.activity[0].is_admin_unsubscribed,
        true,
      );
    }
  }),
  behaviour(
    '11 e-commerce customers are transactional and in the default list',
    async ({ list, world, audience }) => {
      world.people.makeTransactional(audience.id, 'buyer@people.org');
      const { json } = await list('GET', '/members');
      assert.deepEqual([json.members[0].status, json.members[0].timestamp_opt], ['transactional', '']);
    },
  ),
];
