import assert from 'node:assert/strict';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const SUBSCRIBED = { email_address: EMAIL, status: 'subscribed' } as const;

/** What a POST that is refused says, by what is wrong with it. */
const REFUSED: readonly (readonly [what: string, body: object, detail: RegExp | string])[] = [
  ['a property is missing', { status: 'subscribed' }, 'Required fields were not provided: email_address'],
  ['both are missing', {}, 'Required fields were not provided: email_address, status'],
  ['null is no text', { ...SUBSCRIBED, email_address: null }, 'Schema describes string, NULL found instead'],
  [
    'a list is no object',
    { ...SUBSCRIBED, merge_fields: [] },
    'Schema describes object, array found instead',
  ],
  [
    'null is no merge value',
    { ...SUBSCRIBED, merge_fields: { FNAME: null } },
    'Data did not match any of the schemas described in anyOf.',
  ],
  [
    'a boolean is no merge value',
    { ...SUBSCRIBED, merge_fields: { FNAME: true } },
    'Data did not match any of the schemas described in anyOf.',
  ],
  ['archived cannot be written', { ...SUBSCRIBED, status: 'archived' }, /not one of the accepted values/],
  ['an unknown status', { ...SUBSCRIBED, status: 'nonsense' }, /not one of the accepted values/],
  [
    'what is no address',
    { ...SUBSCRIBED, email_address: 'nonsense' },
    'Please provide a valid email address.',
  ],
  [
    'a fake address',
    { ...SUBSCRIBED, email_address: 'a@example.com' },
    'a@example.com looks fake or invalid, please enter a real email address.',
  ],
  ['an unknown interest', { ...SUBSCRIBED, interests: { abc: true } }, /invalid interest id/],
  ['an IP address that is none', { ...SUBSCRIBED, ip_signup: '300.1.2.3' }, /IP address/],
  ['a number that is none', { ...SUBSCRIBED, merge_fields: { LTV: 'much' } }, 'Please enter a number'],
  [
    'half a postal address',
    { ...SUBSCRIBED, merge_fields: { ADDRESS: { city: 'Bedrock' } } },
    'Please enter a complete address',
  ],
];

/** Sections 1.3 and 4.1. */
export const WRITING: readonly Behaviour[] = [
  behaviour('1.3 a body that is no JSON gets 400 JSON Parse Exception', async ({ list }) => {
    assert.equal((await list('POST', '/members', '{')).json.title, 'JSON Parse Exception');
  }),
  ...REFUSED.map(([what, body, expected]) =>
    behaviour(`1.3 POST is refused with 400 Invalid Resource: ${what}`, async ({ list, audience }) => {
      audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
      const { status, json } = await list('POST', '/members', body);
      assert.deepEqual([status, json.title, audience.size], [400, 'Invalid Resource', 0]);
      const said = [
        json.detail,
        ...(json.errors ?? []).map(({ message }: { message: string }) => message),
      ].join('\n');
      if (typeof expected === 'string') assert.ok(said.includes(expected), said);
      else assert.match(said, expected);
    }),
  ),
  behaviour('1.3 an address that signed up too often is refused', async ({ list, world }) => {
    world.tooManySignUps(EMAIL);
    assert.match(
      (await list('POST', '/members', SUBSCRIBED)).json.detail,
      /signed up to a lot of lists very recently/,
    );
  }),
  behaviour('4.1 POST adds, and refuses whoever is there: Use PUT', async ({ list }) => {
    assert.deepEqual((await list('POST', '/members', SUBSCRIBED)).status, 200);
    const { json } = await list('POST', '/members', SUBSCRIBED);
    assert.equal(json.title, 'Member Exists');
    assert.equal(json.detail, `${EMAIL} is already a list member. Use PUT to insert or update list members.`);
  }),
  behaviour('4.1 POST takes tags by name, in which case does not count', async ({ list }) => {
    await list('POST', '/members', { ...SUBSCRIBED, tags: ['Donor'] });
    const { json } = await list('POST', '/members', {
      email_address: 'b@people.org',
      status: 'subscribed',
      tags: ['DONOR', 'Friend'],
    });
    assert.deepEqual(
      json.tags.map(({ name }: { name: string }) => name),
      ['Donor', 'Friend'],
    );
  }),
  behaviour('4.1 PUT needs an address and a status for somebody new, of either kind', async ({ list }) => {
    const put = (body: object) => list('PUT', `/members/${EMAIL}`, body);
    assert.equal((await put({ status: 'subscribed' })).status, 400);
    assert.equal((await put({ email_address: EMAIL })).status, 400);
    assert.equal((await put({ email_address: EMAIL, status: 'unsubscribed' })).json.status, 'unsubscribed');
  }),
  behaviour('4.1 status applies always, status_if_new only on creation', async ({ list }) => {
    const put = async (body: object) =>
      (await list('PUT', `/members/${EMAIL}`, { email_address: EMAIL, ...body })).json.status;
    assert.equal(await put({ status_if_new: 'subscribed' }), 'subscribed');
    assert.equal(await put({ status_if_new: 'unsubscribed' }), 'subscribed');
    assert.equal(await put({ status_if_new: 'subscribed', status: 'unsubscribed' }), 'unsubscribed');
    assert.equal(await put({ status_if_new: 'subscribed' }), 'unsubscribed');
  }),
  behaviour('4.1 PUT of somebody who is there may leave out the address', async ({ list }) => {
    await list('POST', '/members', SUBSCRIBED);
    assert.equal(
      (await list('PUT', `/members/${EMAIL}`, { status: 'unsubscribed' })).json.status,
      'unsubscribed',
    );
  }),
  behaviour(
    '4.1 status_if_new leaves an archived member archived and changes the rest',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL, status: 'archived' });
      const body = { email_address: EMAIL, status_if_new: 'subscribed', merge_fields: { FNAME: 'Wilma' } };
      const { json } = await list('PUT', `/members/${EMAIL}`, body);
      assert.deepEqual([json.status, json.merge_fields.FNAME], ['archived', 'Wilma']);
    },
  ),
  behaviour('4.1 PATCH changes whoever is there, and 404 otherwise', async ({ list, world, audience }) => {
    assert.equal((await list('PATCH', `/members/${EMAIL}`, { vip: true })).status, 404);
    world.seedMember(audience.id, { email: EMAIL });
    assert.equal((await list('PATCH', `/members/${EMAIL}`, { vip: true })).json.vip, true);
  }),
  behaviour('4.1 DELETE archives with 204, and nobody is 404', async ({ list, world, audience }) => {
    assert.equal((await list('DELETE', `/members/${EMAIL}`)).status, 404);
    world.seedMember(audience.id, { email: EMAIL });
    assert.equal((await list('DELETE', `/members/${EMAIL}`)).status, 204);
    assert.equal(world.findMember(audience.id, EMAIL)?.status, 'archived');
    const again = await list('DELETE', `/members/${EMAIL}`);
    assert.match(again.json.detail, /Can not archive a contact that is bounced, pending or archived/);
  }),
  behaviour(
    '4.1 delete-permanent erases cleaned members too; the address comes back by a form only',
    async ({ list, world, audience }) => {
      const { hash, contactId } = world.seedMember(audience.id, { email: EMAIL, status: 'cleaned' });
      assert.equal((await list('POST', `/members/${hash}/actions/delete-permanent`)).status, 204);
      assert.equal((await list('GET', `/members/${contactId}`)).status, 404);
      assert.equal((await list('POST', '/members', SUBSCRIBED)).json.title, 'Forgotten Email Not Subscribed');
      assert.notEqual(world.people.signUp(audience.id, { email: EMAIL }).contactId, contactId);
      assert.equal((await list('GET', `/members/${EMAIL}`)).json.status, 'subscribed');
    },
  ),
  behaviour('4.1 all that is writable is written', async ({ list }) => {
    const body = {
      ...SUBSCRIBED,
      email_type: 'text',
      language: 'cy',
      vip: true,
      location: { latitude: 51.5, longitude: -2.6 },
      ip_signup: '198.51.100.7',
      timestamp_signup: '2020-01-01T00:00:00+00:00',
      ip_opt: '2001:db8::7',
      timestamp_opt: '2020-01-02T00:00:00Z',
    };
    const { json } = await list('POST', '/members', body);
    assert.deepEqual(
      [
        json.email_type,
        json.language,
        json.vip,
        json.location.latitude,
        json.ip_signup,
        json.timestamp_signup,
        json.ip_opt,
        json.timestamp_opt,
      ],
      [
        'text',
        'cy',
        true,
        51.5,
        '198.51.100.7',
        '2020-01-01T00:00:00+00:00',
        '2001:db8::7',
        '2020-01-02T00:00:00+00:00',
      ],
    );
  }),
  behaviour(
    '4.1 a required field may be missing with skip_merge_validation, by every verb; types are still checked',
    async ({ list, audience }) => {
      audience.changeMergeField('FNAME', { required: true });
      audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
      const skip = '?skip_merge_validation=true';
      const refused = await list('POST', '/members', SUBSCRIBED);
      assert.deepEqual(refused.json.errors, [{ field: 'FNAME', message: 'Please enter a value' }]);
      assert.equal((await list('POST', `/members${skip}`, SUBSCRIBED)).status, 200);
      for (const verb of ['PUT', 'PATCH']) {
        assert.equal((await list(verb, `/members/${EMAIL}`, { vip: true })).status, 400);
        assert.equal((await list(verb, `/members/${EMAIL}${skip}`, { vip: true })).status, 200);
      }
      const many = { members: [{ email_address: 'b@people.org', status: 'subscribed' }] };
      assert.equal((await list('POST', '', many)).json.error_count, 1);
      assert.equal((await list('POST', skip, many)).json.total_created, 1);
      assert.equal(
        (await list('PATCH', `/members/${EMAIL}${skip}`, { merge_fields: { LTV: 'much' } })).status,
        400,
      );
    },
  ),
  behaviour(
    '4.1 merge fields not mentioned stay, "" clears, unknown tags are ignored without a word',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma', LNAME: 'Flintstone' } });
      const { json } = await list('PATCH', `/members/${EMAIL}`, { merge_fields: { FNAME: '', NOSUCH: 'x' } });
      assert.deepEqual(json.merge_fields, { FNAME: '', LNAME: 'Flintstone', ADDRESS: '', PHONE: '' });
    },
  ),
  behaviour('4.1 tags in a PUT of a member who is there are ignored', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL });
    assert.equal((await list('PUT', `/members/${EMAIL}`, { tags: ['Donor'] })).json.tags_count, 0);
  }),
  behaviour(
    '4.1 unless a setting says that they are added',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      assert.equal((await list('PUT', `/members/${EMAIL}`, { tags: ['Donor'] })).json.tags_count, 1);
    },
    { tagsOnPut: 'added' },
  ),
  behaviour(
    '4.1 in a double opt-in audience, subscribed skips the confirmation and pending sends it',
    async ({ call, world, account }) => {
      const { id } = world.addAudience(account.id, { name: 'Careful', doubleOptIn: true });
      const post = async (email: string, status: string) =>
        (await call('POST', `/lists/${id}/members`, { email_address: email, status })).json.status;
      assert.deepEqual(
        [await post('a@people.org', 'subscribed'), world.mailsTo('a@people.org').length],
        ['subscribed', 0],
      );
      assert.deepEqual(
        [await post('b@people.org', 'pending'), world.mailsTo('b@people.org').length],
        ['pending', 1],
      );
      world.people.confirm(id, 'b@people.org');
      assert.equal(world.findMember(id, 'b@people.org')?.status, 'subscribed');
    },
  ),
  behaviour('4.2 archiving hides the earlier status', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL, status: 'unsubscribed' });
    await list('DELETE', `/members/${EMAIL}`);
    const { json } = await list('GET', `/members/${EMAIL}`);
    assert.deepEqual([json.status, json.unsubscribe_reason], ['archived', undefined]);
  }),
  behaviour('4.2 a second mail takes unsubscribed and then pending', async ({ list, world }) => {
    await list('POST', '/members', { email_address: EMAIL, status: 'pending' });
    await list('PATCH', `/members/${EMAIL}`, { status: 'pending' });
    assert.equal(world.mailsTo(EMAIL).length, 1);
    await list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' });
    await list('PATCH', `/members/${EMAIL}`, { status: 'pending' });
    assert.equal(world.mailsTo(EMAIL).length, 2);
  }),
  behaviour(
    '4.2 an own unsubscription outlasts archiving and a withdrawn ask',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL, status: 'unsubscribed', unsubscribedBy: 'person' });
      const title = async (status: string) =>
        (await list('PATCH', `/members/${EMAIL}`, { status })).json.title;
      await title('pending');
      await title('unsubscribed');
      assert.equal(await title('subscribed'), 'Member In Compliance State');
      await list('DELETE', `/members/${EMAIL}`);
      assert.equal(await title('subscribed'), 'Member In Compliance State');
    },
  ),
  behaviour(
    '4.2 the checks come in order: audience, JSON, schema, address, fake, forgotten, merge fields, interests',
    async ({ call, list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      world.people.deletePermanently(audience.id, EMAIL);
      audience.changeMergeField('FNAME', { required: true });
      const post = async (body: unknown) => (await list('POST', '/members', body)).json;
      assert.equal((await call('POST', '/lists/nosuch/members', '{')).json.title, 'Resource Not Found');
      assert.equal((await post('{')).title, 'JSON Parse Exception');
      const wrong = { status: 'subscribed', interests: { x: true } };
      assert.equal(
        (await post({ ...wrong, email_address: 'nonsense', status: 'no' })).errors[0].field,
        'status',
      );
      assert.match((await post({ ...wrong, email_address: 'nonsense' })).detail, /valid email/);
      assert.match((await post({ ...wrong, email_address: 'a@example.org' })).detail, /fake/);
      assert.equal((await post({ ...wrong, email_address: EMAIL })).title, 'Forgotten Email Not Subscribed');
      assert.equal((await post({ ...wrong, email_address: 'b@people.org' })).errors[0].field, 'FNAME');
      assert.match(
        (await post({ ...wrong, email_address: 'b@people.org', merge_fields: { FNAME: 'B' } })).detail,
        /interest/,
      );
    },
  ),
];
