import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { NOW, type TestMailchimp } from '../../testing/start-mailchimp.ts';
import { toSeconds } from './member.ts';

const iso = (second: number) =>
  encodeURIComponent(`${new Date(second * 1000).toISOString().slice(0, 19)}+00:00`);
const T = toSeconds(NOW) - 10_000;

/** People changed at the given seconds after T, named p0, p1, … in that order. */
function seed(mailchimp: TestMailchimp, seconds: readonly number[]): void {
  seconds.forEach((second, n) => {
    mailchimp.world.seedMember(mailchimp.audience.id, {
      email: `p${n}@people.org`,
      lastChangedAt: (T + second) * 1000,
    });
  });
}

async function names(mailchimp: TestMailchimp, query: string): Promise<string[]> {
  const { json } = await mailchimp.list('GET', `/members?count=1000&${query}`);
  return json.members.map((member: { email_address: string }) => member.email_address.split('@')[0]);
}

describe('paging', () => {
  test('gives ten members unless told otherwise, and never more than a thousand', async () => {
    const mailchimp = await serveMailchimp();
    seed(
      mailchimp,
      Array.from({ length: 1_203 }, (_, n) => n),
    );
    const first = await mailchimp.list('GET', '/members');
    expect([first.json.members.length, first.json.total_items, first.json.list_id]).toEqual([
      10,
      1_203,
      mailchimp.audience.id,
    ]);
    const large = await mailchimp.list('GET', '/members?count=5000');
    expect(large.json.members).toHaveLength(1_000);
  });

  test('walks everybody exactly once, and beyond the end there is an empty page with the same total', async () => {
    const mailchimp = await serveMailchimp();
    seed(
      mailchimp,
      Array.from({ length: 95 }, (_, n) => n % 7),
    );
    const seen: string[] = [];
    for (let offset = 0; offset < 100; offset += 10) {
      const { json } = await mailchimp.list(
        'GET',
        `/members?count=10&offset=${offset}&sort_field=last_changed&sort_dir=ASC`,
      );
      seen.push(...json.members.map((member: { id: string }) => member.id));
    }
    expect(new Set(seen).size).toBe(95);
    expect(seen).toHaveLength(95);
    const beyond = await mailchimp.list('GET', '/members?offset=1000');
    expect([beyond.status, beyond.json.members, beyond.json.total_items]).toEqual([200, [], 95]);
  });

  test('a member that changes meanwhile jumps to the end, and another is skipped', async () => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [1, 2, 3, 4]);
    const sort = 'sort_field=last_changed&sort_dir=ASC';
    expect((await mailchimp.list('GET', `/members?count=2&${sort}`)).json.members[1].email_address).toBe(
      'p1@people.org',
    );
    mailchimp.world.people.unsubscribeSelf(mailchimp.audience.id, 'p0@people.org');
    expect(
      (await mailchimp.list('GET', `/members?count=2&offset=2&${sort}`)).json.members[0].email_address,
    ).toBe('p3@people.org');
  });

  test('refuses a count that is no number', async () => {
    const mailchimp = await serveMailchimp();
    expect((await mailchimp.list('GET', '/members?count=many')).status).toBe(400);
  });
});

describe('order', () => {
  test('descending is exactly the reverse of ascending, members of one second included', async () => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [5, 3, 5, 1, 5, 3]);
    const ascending = await names(mailchimp, 'sort_field=last_changed&sort_dir=ASC');
    expect(ascending).toEqual(['p3', 'p1', 'p5', 'p0', 'p2', 'p4']);
    expect(await names(mailchimp, 'sort_field=last_changed&sort_dir=DESC')).toEqual(ascending.reverse());
    const { json } = await mailchimp.list(
      'GET',
      '/members?count=2&offset=1&sort_field=last_changed&sort_dir=DESC',
    );
    expect(json.members.map((member: { email_address: string }) => member.email_address)).toEqual([
      'p2@people.org',
      'p0@people.org',
    ]);
  });

  test('by opt-in time where asked', async () => {
    const mailchimp = await serveMailchimp();
    const { world, audience } = mailchimp;
    world.seedMember(audience.id, { email: 'late@people.org', optedInAt: NOW - 1_000 });
    world.seedMember(audience.id, { email: 'early@people.org', optedInAt: NOW - 90_000 });
    expect(await names(mailchimp, 'sort_field=timestamp_opt')).toEqual(['early', 'late']);
  });
});

describe('windows', () => {
  test.each([
    ['since is exclusive', `since_last_changed=${iso(T + 2)}`, ['p2', 'p3']],
    ['before is exclusive', `before_last_changed=${iso(T + 2)}`, ['p0']],
    ['both', `since_last_changed=${iso(T + 1)}&before_last_changed=${iso(T + 3)}`, ['p1']],
    ['an empty window', `since_last_changed=${iso(T + 2)}&before_last_changed=${iso(T + 3)}`, []],
    ['a window upside down', `since_last_changed=${iso(T + 3)}&before_last_changed=${iso(T + 1)}`, []],
  ])('%s', async (_, query, expected) => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [1, 2, 3, 4]);
    expect(await names(mailchimp, `${query}&sort_field=last_changed`)).toEqual(expected);
    expect(await names(mailchimp, query)).toEqual(expected);
    const { json } = await mailchimp.list('GET', `/members?count=1&fields=total_items&${query}`);
    expect(json).toEqual({ total_items: expected.length });
  });

  test('a fraction of a second and the Z are understood', async () => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [1, 2]);
    const since = new Date((T + 1) * 1000 + 900).toISOString();
    expect(await names(mailchimp, `since_last_changed=${since}`)).toEqual(['p1']);
  });

  test('a plus sign that was not encoded is no time', async () => {
    const mailchimp = await serveMailchimp();
    const answer = await mailchimp.list('GET', '/members?since_last_changed=2026-03-02T09:30:00+00:00');
    expect([answer.status, answer.json.title]).toEqual([400, 'Invalid Resource']);
  });

  test('a very old since runs into the time limit, unless a setting says it answers', async () => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [1]);
    const query = '/members?since_last_changed=1970-01-01T00:00:00Z';
    expect((await mailchimp.list('GET', query)).status).toBe(504);
    mailchimp.world.configure({ ancientSince: 'answers' });
    expect((await mailchimp.list('GET', query)).json.total_items).toBe(1);
  });

  test('by opt-in time, exclusive too', async () => {
    const mailchimp = await serveMailchimp();
    for (const second of [1, 2, 3]) {
      mailchimp.world.seedMember(mailchimp.audience.id, {
        email: `o${second}@people.org`,
        optedInAt: (T + second) * 1000,
      });
    }
    const query = `since_timestamp_opt=${iso(T + 1)}&before_timestamp_opt=${iso(T + 3)}`;
    expect(await names(mailchimp, query)).toEqual(['o2']);
  });
});

describe('filters', () => {
  test('the archived are hidden unless asked for', async () => {
    const mailchimp = await serveMailchimp();
    const { world, audience } = mailchimp;
    for (const status of [
      'subscribed',
      'unsubscribed',
      'cleaned',
      'pending',
      'transactional',
      'archived',
    ] as const) {
      world.seedMember(audience.id, { email: `${status}@people.org`, status });
    }
    expect(await names(mailchimp, '')).toEqual([
      'subscribed',
      'unsubscribed',
      'cleaned',
      'pending',
      'transactional',
    ]);
    for (const status of ['subscribed', 'cleaned', 'archived']) {
      expect(await names(mailchimp, `status=${status}`)).toEqual([status]);
    }
    expect((await mailchimp.list('GET', '/members?status=all')).status).toBe(400);
  });

  test('by unique_email_id, vip and interests', async () => {
    const mailchimp = await serveMailchimp();
    const { world, audience } = mailchimp;
    const category = audience.interests.addCategory('Topics', 'checkboxes');
    const bears = audience.interests.add(category.id, 'Bears').id;
    const wolves = audience.interests.add(category.id, 'Wolves').id;
    world.seedMember(audience.id, {
      email: 'both@people.org',
      interests: new Set([bears, wolves]),
      vip: true,
    });
    world.seedMember(audience.id, { email: 'bear@people.org', interests: new Set([bears]) });
    world.seedMember(audience.id, { email: 'none@people.org' });
    const id = (await mailchimp.list('GET', '/members/bear@people.org')).json.unique_email_id;
    expect(await names(mailchimp, `unique_email_id=${id}`)).toEqual(['bear']);
    expect(await names(mailchimp, 'vip_only=TRUE')).toEqual(['both']);
    const interests = (match: string) =>
      names(
        mailchimp,
        `interest_category_id=${category.id}&interest_ids=${bears},${wolves}&interest_match=${match}`,
      );
    expect(await interests('any')).toEqual(['both', 'bear']);
    expect(await interests('all')).toEqual(['both']);
    expect(await interests('none')).toEqual(['none']);
    expect((await mailchimp.list('GET', `/members?interest_ids=${bears}`)).status).toBe(400);
  });

  test('some need a status', async () => {
    const mailchimp = await serveMailchimp();
    const campaign = await mailchimp.list('GET', '/members?since_last_campaign=true');
    expect(campaign.json.detail).toBe('Status is required when using since_last_campaign filter.');
    expect((await mailchimp.list('GET', `/members?unsubscribed_since=${iso(T)}`)).status).toBe(400);
    expect(
      (await mailchimp.list('GET', `/members?status=unsubscribed&unsubscribed_since=${iso(T)}`)).status,
    ).toBe(200);
  });
});

describe('fields', () => {
  test('only what was asked for comes, however deep', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.world.seedMember(mailchimp.audience.id, {
      email: 'a@people.org',
      mergeValues: { FNAME: 'Ann', LNAME: 'Lee' },
    });
    const { json } = await mailchimp.list(
      'GET',
      '/members?fields=members.email_address,members.merge_fields.LNAME,total_items',
    );
    expect(json).toEqual({
      members: [{ email_address: 'a@people.org', merge_fields: { LNAME: 'Lee' } }],
      total_items: 1,
    });
    const one = await mailchimp.list('GET', '/members/a@people.org?fields=status,stats.avg_open_rate');
    expect(one.json).toEqual({ status: 'subscribed', stats: { avg_open_rate: 0 } });
  });

  test('what was excluded does not come, and both at once is an error', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.world.seedMember(mailchimp.audience.id, { email: 'a@people.org' });
    const { json } = await mailchimp.list(
      'GET',
      '/members?exclude_fields=_links,members._links,members.merge_fields.FNAME',
    );
    expect(json._links).toBeUndefined();
    expect(json.members[0]._links).toBeUndefined();
    expect(Object.keys(json.members[0].merge_fields)).toEqual(['LNAME', 'ADDRESS', 'PHONE']);
    expect((await mailchimp.list('GET', '/members?fields=list_id&exclude_fields=members')).status).toBe(400);
  });
});

describe('a drop-rows fault', () => {
  test('answers 200 with rows missing and the true total', async () => {
    const mailchimp = await serveMailchimp();
    seed(mailchimp, [1, 2, 3, 4]);
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'drop-rows', share: 0.5, path: '/members' });
    const counted = await mailchimp.list('GET', '/members?fields=total_items');
    expect(counted.json.total_items).toBe(4);
    const { status, json } = await mailchimp.list('GET', '/members');
    expect([status, json.members.length, json.total_items]).toEqual([200, 2, 4]);
    expect((await mailchimp.list('GET', '/members')).json.members).toHaveLength(4);
  });
});
