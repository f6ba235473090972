import assert from 'node:assert/strict';
import { NOW, type TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;

const STATUSES = ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional', 'archived'] as const;

async function emails({ list }: TestMailchimp, query: string): Promise<readonly string[]> {
  const { json } = await list('GET', `/members?count=1000&${query}`);
  return json.members.map(({ email_address }: { email_address: string }) => email_address.split('@')[0]);
}

const at = (ms: number): string => encodeURIComponent(new Date(ms).toISOString());

/** Members a, b, c, … of one second each, a day apart. */
function seedDays({ world, audience }: TestMailchimp, names: string): void {
  for (const [n, name] of [...names].entries()) {
    const lastChangedAt = NOW + (n - names.length) * DAY;
    world.seedMember(audience.id, {
      email: `${name}@people.org`,
      lastChangedAt,
      optedInAt: lastChangedAt - DAY,
    });
  }
}

/** Section 3.3. */
export const MEMBER_LISTS: readonly Behaviour[] = [
  behaviour('3.3 archived members are not in the default list, and all others are', async (mailchimp) => {
    const { world, audience } = mailchimp;
    for (const status of STATUSES) world.seedMember(audience.id, { email: `${status}@people.org`, status });
    assert.deepEqual(
      [...(await emails(mailchimp, ''))].sort(),
      [...STATUSES].filter((s) => s !== 'archived').sort(),
    );
    for (const status of STATUSES) assert.deepEqual(await emails(mailchimp, `status=${status}`), [status]);
  }),
  behaviour(
    '3.3 an archived member is read like any other, an erased one is not there',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: 'a@people.org', status: 'archived' });
      assert.equal((await list('GET', '/members/a@people.org')).json.status, 'archived');
      world.people.deletePermanently(audience.id, 'a@people.org');
      assert.equal((await list('GET', '/members/a@people.org')).status, 404);
    },
  ),
  behaviour('3.3 since and before are exclusive, to the second', async (mailchimp) => {
    seedDays(mailchimp, 'abc');
    const b = NOW - 2 * DAY;
    assert.deepEqual(await emails(mailchimp, `since_last_changed=${at(b)}`), ['c']);
    assert.deepEqual(await emails(mailchimp, `since_last_changed=${at(b - SECOND)}`), ['b', 'c']);
    assert.deepEqual(await emails(mailchimp, `before_last_changed=${at(b)}`), ['a']);
    assert.deepEqual(await emails(mailchimp, `before_last_changed=${at(b + SECOND)}`), ['a', 'b']);
    assert.deepEqual(await emails(mailchimp, `since_timestamp_opt=${at(b - DAY)}`), ['c']);
    assert.deepEqual(await emails(mailchimp, `before_timestamp_opt=${at(b - DAY)}`), ['a']);
  }),
  behaviour(
    '3.3 times may have a zone, Z or fractions, and the plus sign has to be encoded',
    async (mailchimp) => {
      seedDays(mailchimp, 'ab');
      for (const time of [
        '2026-02-28T09:30:00Z',
        '2026-02-28T09:30:00.123Z',
        '2026-02-28T10:30:00%2B01:00',
      ]) {
        assert.deepEqual(await emails(mailchimp, `since_last_changed=${time}`), ['b'], time);
      }
      assert.equal(
        (await mailchimp.list('GET', '/members?since_last_changed=2026-02-28T10:30:00+01:00')).status,
        400,
      );
      assert.equal((await mailchimp.list('GET', '/members?since_last_changed=yesterday')).status, 400);
    },
  ),
  behaviour(
    '3.3 sorted by last_changed, DESC is exactly the reverse of ASC, members of one second included',
    async (mailchimp) => {
      for (const name of 'abcdef')
        mailchimp.world.seedMember(mailchimp.audience.id, { email: `${name}@people.org` });
      const ascending = await emails(mailchimp, 'sort_field=last_changed&sort_dir=ASC');
      assert.deepEqual(await emails(mailchimp, 'sort_field=last_changed&sort_dir=ASC'), ascending);
      assert.deepEqual(
        await emails(mailchimp, 'sort_field=last_changed&sort_dir=DESC'),
        [...ascending].reverse(),
      );
    },
  ),
  behaviour('3.3 members can be sorted by the three times', async (mailchimp) => {
    const { world, audience } = mailchimp;
    const seed = (email: string, optedInAt: number, signedUpAt: number, lastChangedAt: number) =>
      world.seedMember(audience.id, { email: `${email}@people.org`, optedInAt, signedUpAt, lastChangedAt });
    seed('a', NOW - 1 * DAY, NOW - 3 * DAY, NOW - 2 * DAY);
    seed('b', NOW - 3 * DAY, NOW - 2 * DAY, NOW - 1 * DAY);
    seed('c', NOW - 2 * DAY, NOW - 1 * DAY, NOW - 3 * DAY);
    assert.deepEqual(await emails(mailchimp, 'sort_field=timestamp_opt'), ['b', 'c', 'a']);
    assert.deepEqual(await emails(mailchimp, 'sort_field=timestamp_signup'), ['a', 'b', 'c']);
    assert.deepEqual(await emails(mailchimp, 'sort_field=last_changed'), ['c', 'a', 'b']);
    assert.equal((await mailchimp.list('GET', '/members?sort_field=email')).status, 400);
  }),
  behaviour(
    '3.3 whoever changes while pages are read jumps to the end, so that a row is skipped',
    async (mailchimp) => {
      const { world, audience } = mailchimp;
      seedDays(mailchimp, 'abcd');
      const page = (offset: number) =>
        emails(mailchimp, `sort_field=last_changed&offset=${offset}`).then((all) => all.slice(0, 2));
      assert.deepEqual(await page(0), ['a', 'b']);
      world.people.editProfile(audience.id, 'a@people.org', { mergeValues: { FNAME: 'A' } });
      assert.deepEqual(await page(2), ['d', 'a']);
    },
  ),
  behaviour('3.3 a very old since_last_changed is not answered within the time limit', async ({ list }) => {
    assert.equal((await list('GET', '/members?since_last_changed=1970-01-01T00:00:00Z')).status, 504);
  }),
  behaviour(
    '3.3 unless a setting says that it is',
    async ({ list }) => {
      assert.equal((await list('GET', '/members?since_last_changed=1970-01-01T00:00:00Z')).status, 200);
    },
    { ancientSince: 'answers' },
  ),
  behaviour(
    '3.3 filters by unique id, type of mail, VIP and interests, the last of which go together',
    async (mailchimp) => {
      const { world, audience, list } = mailchimp;
      const category = audience.interests.addCategory('Topics', 'checkboxes');
      const [x, y] = ['X', 'Y'].map((name) => audience.interests.add(category.id, name).id);
      const seed = (name: string, on: readonly (string | undefined)[], vip: boolean) =>
        world.seedMember(audience.id, {
          email: `${name}@people.org`,
          vip,
          interests: new Set(on.flatMap((id) => id ?? [])),
        });
      seed('a', [x], true);
      seed('b', [x, y], false);
      seed('c', [], false);
      const interests = (match: string) =>
        emails(
          mailchimp,
          `interest_category_id=${category.id}&interest_ids=${x},${y}&interest_match=${match}`,
        );
      assert.deepEqual(await interests('any'), ['a', 'b']);
      assert.deepEqual(await interests('all'), ['b']);
      assert.deepEqual(await interests('none'), ['c']);
      assert.equal((await list('GET', `/members?interest_ids=${x}`)).status, 400);
      assert.deepEqual(await emails(mailchimp, 'vip_only=true'), ['a']);
      assert.deepEqual(await emails(mailchimp, 'email_type=text'), []);
      const { unique_email_id: id } = (await list('GET', '/members/b@people.org')).json;
      assert.deepEqual(await emails(mailchimp, `unique_email_id=${id}`), ['b']);
    },
  ),
  behaviour('3.3 since_last_campaign needs a status', async ({ list }) => {
    const { json } = await list('GET', '/members?since_last_campaign=true');
    assert.equal(json.detail, 'Status is required when using since_last_campaign filter.');
    assert.equal((await list('GET', '/members?since_last_campaign=true&status=subscribed')).status, 200);
  }),
  behaviour('3.3 unsubscribed_since needs the status unsubscribed', async (mailchimp) => {
    assert.equal((await mailchimp.list('GET', `/members?unsubscribed_since=${at(NOW)}`)).status, 400);
    const { world, audience } = mailchimp;
    world.seedMember(audience.id, {
      email: 'a@people.org',
      status: 'unsubscribed',
      lastChangedAt: NOW - DAY,
    });
    const since = (ms: number) => emails(mailchimp, `status=unsubscribed&unsubscribed_since=${at(ms)}`);
    assert.deepEqual([await since(NOW - 2 * DAY), await since(NOW)], [['a'], []]);
  }),
  behaviour('3.3 an unknown status gets 400', async ({ list }) => {
    assert.equal((await list('GET', '/members?status=nonsense')).json.title, 'Invalid Resource');
  }),
];
