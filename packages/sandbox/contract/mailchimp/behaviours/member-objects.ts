import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { NOW, type TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const DAY = 24 * 3600 * 1000;

const seeded = ({ world, audience }: TestMailchimp) =>
  world.seedMember(audience.id, {
    email: EMAIL,
    lastChangedAt: NOW - DAY,
    optedInAt: NOW - DAY,
    tags: ['Donor'],
  });

async function read({ list }: TestMailchimp, who = EMAIL) {
  return (await list('GET', `/members/${who}`)).json;
}

/** Section 3.4. */
export const MEMBER_OBJECTS: readonly Behaviour[] = [
  behaviour('3.4 the id is the MD5 of the lower-cased address, which keeps its case', async (mailchimp) => {
    mailchimp.world.seedMember(mailchimp.audience.id, { email: 'Wilma@Flintstone.org' });
    const json = await read(mailchimp, 'WILMA@flintstone.ORG');
    assert.equal(json.id, createHash('md5').update('wilma@flintstone.org').digest('hex'));
    assert.equal(json.email_address, 'Wilma@Flintstone.org');
  }),
  behaviour('3.4 hash, address and contact id all name the member', async (mailchimp) => {
    const { contactId, hash } = seeded(mailchimp);
    for (const who of [hash, hash.toUpperCase(), EMAIL, contactId])
      assert.equal((await read(mailchimp, who)).id, hash);
  }),
  behaviour('3.4 but for tags and erasing it has to be the hash', async (mailchimp) => {
    const { contactId, hash } = seeded(mailchimp);
    const { list } = mailchimp;
    const body = { tags: [{ name: 'X', status: 'active' }] };
    for (const who of [EMAIL, contactId]) {
      assert.equal((await list('POST', `/members/${who}/tags`, body)).status, 404);
      assert.equal((await list('POST', `/members/${who}/actions/delete-permanent`)).status, 404);
    }
    assert.equal((await list('POST', `/members/${hash}/tags`, body)).status, 204);
    assert.equal((await list('POST', `/members/${hash}/actions/delete-permanent`)).status, 204);
  }),
  behaviour(
    '3.4 unless a setting says otherwise',
    async (mailchimp) => {
      const { contactId } = seeded(mailchimp);
      assert.equal((await mailchimp.list('POST', `/members/${contactId}/tags`, { tags: [] })).status, 204);
    },
    { tagsAndErasureBy: 'any-id' },
  ),
  behaviour(
    '3.4 contact_id and web_id outlast a change of address, archiving and coming back',
    async (mailchimp) => {
      const { contactId, webId } = seeded(mailchimp);
      const { list } = mailchimp;
      const before = await read(mailchimp);
      await list('PATCH', `/members/${EMAIL}`, { email_address: 'w@slaghoople.org' });
      const moved = await read(mailchimp, 'w@slaghoople.org');
      assert.deepEqual([moved.contact_id, moved.web_id], [contactId, webId]);
      assert.notEqual(moved.id, before.id);
      assert.notEqual(moved.unique_email_id, before.unique_email_id);
      await list('DELETE', '/members/w@slaghoople.org');
      const { json } = await list('POST', '/members', {
        email_address: 'w@slaghoople.org',
        status: 'subscribed',
      });
      assert.deepEqual([json.contact_id, json.web_id, json.tags_count], [contactId, webId, 1]);
    },
  ),
  behaviour('3.4 full_name comes from FNAME and LNAME', async (mailchimp) => {
    mailchimp.world.seedMember(mailchimp.audience.id, {
      email: EMAIL,
      mergeValues: { FNAME: 'Wilma', LNAME: 'Flintstone' },
    });
    assert.equal((await read(mailchimp)).full_name, 'Wilma Flintstone');
  }),
  behaviour('3.4 unsubscribe_reason is there only for the unsubscribed', async (mailchimp) => {
    seeded(mailchimp);
    assert.equal((await read(mailchimp)).unsubscribe_reason, undefined);
    await mailchimp.list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' });
    assert.equal((await read(mailchimp)).unsubscribe_reason, 'N/A (Unsubscribed by admin)');
  }),
  behaviour(
    '3.4 interests has every interest of the audience, and is absent where there are none',
    async (mailchimp) => {
      seeded(mailchimp);
      assert.equal((await read(mailchimp)).interests, undefined);
      const category = mailchimp.audience.interests.addCategory('Topics', 'checkboxes');
      const { id } = mailchimp.audience.interests.add(category.id, 'Bears');
      assert.deepEqual((await read(mailchimp)).interests, { [id]: false });
    },
  ),
  behaviour('3.4 members added by API have no sign-up; who is asked has not opted in', async ({ list }) => {
    const { json } = await list('POST', '/members', { email_address: EMAIL, status: 'subscribed' });
    assert.deepEqual([json.timestamp_signup, json.ip_signup, json.source], ['', '', 'API - Generic']);
    assert.equal(json.timestamp_opt, '2026-03-02T09:30:00+00:00');
    const asked = await list('POST', '/members', { email_address: 'p@people.org', status: 'pending' });
    assert.equal(asked.json.timestamp_opt, '');
  }),
  behaviour(
    '3.4 the language comes from Accept-Language where it is not given',
    async ({ call, audience }) => {
      const post = async (email: string, body: object, header: string) =>
        (
          await call(
            'POST',
            `/lists/${audience.id}/members`,
            { email_address: email, status: 'subscribed', ...body },
            { 'accept-language': header },
          )
        ).json.language;
      assert.equal(await post('a@people.org', {}, 'de-AT,de;q=0.9,en;q=0.8'), 'de');
      assert.equal(await post('b@people.org', { language: 'fr' }, 'de'), 'fr');
      assert.equal(await post('c@people.org', {}, '*'), 'en');
    },
  ),
  behaviour('3.4 an unknown location is zeros and empty strings', async (mailchimp) => {
    seeded(mailchimp);
    assert.deepEqual((await read(mailchimp)).location, {
      latitude: 0,
      longitude: 0,
      gmtoff: 0,
      dstoff: 0,
      country_code: '',
      timezone: '',
      region: '',
    });
  }),
  behaviour('3.4 the links of a member', async (mailchimp) => {
    seeded(mailchimp);
    const rels = (await read(mailchimp))._links.map(({ rel }: { rel: string }) => rel);
    assert.deepEqual(rels, [
      'self',
      'parent',
      'update',
      'upsert',
      'delete',
      'activity',
      'goals',
      'notes',
      'events',
      'delete_permanent',
    ]);
  }),
  ...(
    [
      ['status', { status: 'unsubscribed' }],
      ['a merge field', { merge_fields: { FNAME: 'W.' } }],
      ['the address', { email_address: 'w@slaghoople.org' }],
    ] as const
  ).map(([what, body]) =>
    behaviour(`3.4 last_changed moves on a change of ${what}`, async (mailchimp) => {
      seeded(mailchimp);
      const { json } = await mailchimp.list('PATCH', `/members/${EMAIL}`, body);
      assert.equal(json.last_changed, '2026-03-02T09:30:00+00:00');
    }),
  ),
  behaviour(
    '3.4 last_changed moves on new tags, and not on an empty or repeated list of them',
    async (mailchimp) => {
      const { hash } = seeded(mailchimp);
      const tag = (tags: readonly object[]) => mailchimp.list('POST', `/members/${hash}/tags`, { tags });
      await tag([]);
      await tag([
        { name: 'Donor', status: 'active' },
        { name: 'Nobody', status: 'inactive' },
      ]);
      assert.equal((await read(mailchimp)).last_changed, '2026-03-01T09:30:00+00:00');
      await tag([{ name: 'Friend', status: 'active' }]);
      assert.equal((await read(mailchimp)).last_changed, '2026-03-02T09:30:00+00:00');
    },
  ),
  behaviour('3.4 last_changed does not move on a PUT that changes nothing', async (mailchimp) => {
    seeded(mailchimp);
    const body = { email_address: EMAIL, status: 'subscribed', merge_fields: { FNAME: '' }, language: 'en' };
    const { json } = await mailchimp.list('PUT', `/members/${EMAIL}`, body);
    assert.equal(json.last_changed, '2026-03-01T09:30:00+00:00');
  }),
  behaviour('3.4 timestamp_opt stays when PUT subscribes the unsubscribed again', async (mailchimp) => {
    const { world, audience, list } = mailchimp;
    world.seedMember(audience.id, {
      email: EMAIL,
      status: 'unsubscribed',
      unsubscribedBy: 'api',
      optedInAt: NOW - DAY,
    });
    const { json } = await list('PUT', `/members/${EMAIL}`, { status: 'subscribed' });
    assert.deepEqual([json.status, json.timestamp_opt], ['subscribed', '2026-03-01T09:30:00+00:00']);
  }),
  behaviour('3.4 timestamp_opt is reset when POST brings back an archived member', async (mailchimp) => {
    seeded(mailchimp);
    await mailchimp.list('DELETE', `/members/${EMAIL}`);
    const { json } = await mailchimp.list('POST', '/members', { email_address: EMAIL, status: 'subscribed' });
    assert.equal(json.timestamp_opt, '2026-03-02T09:30:00+00:00');
  }),
  ...(
    [
      ['kept', '2026-03-01T09:30:00+00:00'],
      ['reset', '2026-03-02T09:30:00+00:00'],
    ] as const
  ).map(([optInOfRevivedByPut, expected]) =>
    behaviour(
      `3.4 and when PUT does it, it is ${optInOfRevivedByPut} where the setting says so (a guess)`,
      async (mailchimp) => {
        seeded(mailchimp);
        await mailchimp.list('DELETE', `/members/${EMAIL}`);
        const { json } = await mailchimp.list('PUT', `/members/${EMAIL}`, { status: 'subscribed' });
        assert.equal(json.timestamp_opt, expected);
      },
      { optInOfRevivedByPut },
    ),
  ),
];
