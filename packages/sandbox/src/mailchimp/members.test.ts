import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { NOW, type TestMailchimp } from '../../testing/start-mailchimp.ts';
import { subscriberHash } from './member.ts';

const EMAIL = 'Wilma@flintstone.org';
const HOUR = 3_600_000;
const NOW_ISO = '2026-03-02T09:30:00+00:00';

async function withWilma(seed: Partial<Parameters<TestMailchimp['world']['seedMember']>[1]> = {}) {
  const mailchimp = await serveMailchimp();
  const member = mailchimp.world.seedMember(mailchimp.audience.id, {
    email: EMAIL,
    mergeValues: { FNAME: 'Wilma', LNAME: 'Flintstone' },
    optedInAt: NOW - 48 * HOUR,
    lastChangedAt: NOW - 24 * HOUR,
    ...seed,
  });
  return { ...mailchimp, member };
}

describe('who is meant', () => {
  test('the hash in any case, the plain address in any case, and the contact id all name the member', async () => {
    const { list, member } = await withWilma();
    for (const who of [
      member.hash,
      member.hash.toUpperCase(),
      EMAIL,
      'wilma@FLINTSTONE.org',
      member.contactId,
    ]) {
      expect((await list('GET', `/members/${encodeURIComponent(who)}`)).json.contact_id).toBe(
        member.contactId,
      );
    }
    expect((await list('GET', `/members/${'0'.repeat(32)}`)).status).toBe(404);
  });

  test('an archived member is found, a permanently deleted one is not', async () => {
    const { list, world, audience } = await withWilma({ status: 'archived' });
    expect((await list('GET', `/members/${EMAIL}`)).json.status).toBe('archived');
    world.people.deletePermanently(audience.id, EMAIL);
    expect((await list('GET', `/members/${EMAIL}`)).status).toBe(404);
  });

  test('tags and erasure take the hash alone, unless a setting allows the other ids', async () => {
    const { list, member, world } = await withWilma();
    const tags = { tags: [{ name: 'Donor', status: 'active' }] };
    expect((await list('POST', `/members/${member.contactId}/tags`, tags)).status).toBe(404);
    expect((await list('POST', `/members/${EMAIL}/actions/delete-permanent`)).status).toBe(404);
    world.configure({ tagsAndErasureBy: 'any-id' });
    expect((await list('POST', `/members/${member.contactId}/tags`, tags)).status).toBe(204);
    expect((await list('POST', `/members/${member.hash}/actions/delete-permanent`)).status).toBe(204);
  });
});

describe('adding', () => {
  test('a member added by API has no sign-up, an opt-in of now, and no mail', async () => {
    const { list, world } = await serveMailchimp();
    const { json, status } = await list('POST', '/members', {
      email_address: EMAIL,
      status: 'subscribed',
      merge_fields: { FNAME: 'Wilma', NOSUCH: 'x' },
      tags: ['Donor'],
      language: 'fr',
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: subscriberHash('wilma@flintstone.org'),
      email_address: EMAIL,
      status: 'subscribed',
      full_name: 'Wilma',
      timestamp_signup: '',
      timestamp_opt: NOW_ISO,
      last_changed: NOW_ISO,
      language: 'fr',
      tags_count: 1,
      merge_fields: { FNAME: 'Wilma', LNAME: '', ADDRESS: '', PHONE: '' },
    });
    expect(json.tags[0].name).toBe('Donor');
    expect([json.interests, json.unsubscribe_reason]).toEqual([undefined, undefined]);
    expect(world.mails()).toEqual([]);
  });

  test('a PUT creates with status_if_new or status, and wants one of them and the address', async () => {
    const { list } = await serveMailchimp();
    const put = (who: string, body: object) => list('PUT', `/members/${subscriberHash(who)}`, body);
    expect(
      (await put('a@people.org', { email_address: 'a@people.org', status_if_new: 'subscribed' })).json.status,
    ).toBe('subscribed');
    expect(
      (await put('b@people.org', { email_address: 'b@people.org', status: 'unsubscribed' })).json.status,
    ).toBe('unsubscribed');
    expect((await put('c@people.org', { email_address: 'c@people.org' })).json.errors[0].message).toContain(
      'status_if_new',
    );
    expect((await put('d@people.org', { status: 'subscribed' })).json.errors[0].message).toBe(
      'Required fields were not provided: email_address',
    );
  });

  test('a PUT under an unused hash makes the member of the address in the body, or refuses another member’s', async () => {
    const { list } = await withWilma();
    const unused = subscriberHash('nobody@people.org');
    const created = await list('PUT', `/members/${unused}`, {
      email_address: 'fred@people.org',
      status_if_new: 'subscribed',
    });
    expect(created.json.id).toBe(subscriberHash('fred@people.org'));
    const taken = await list('PUT', `/members/${unused}`, {
      email_address: EMAIL,
      status_if_new: 'subscribed',
    });
    expect([taken.status, taken.json.title]).toEqual([400, 'Member Exists']);
  });

  test.each([
    ['no-at-sign', 'Please provide a valid email address.'],
    ['two@@people.org', 'Please provide a valid email address.'],
    ['dot@people.org.', 'Please provide a valid email address.'],
    [' space@people.org', 'Please provide a valid email address.'],
    ['a,b@people.org', 'Please provide a valid email address.'],
    ['wilma@example.com', 'wilma@example.com looks fake or invalid, please enter a real email address.'],
    ['noreply@people.org', 'noreply@people.org looks fake or invalid, please enter a real email address.'],
  ])('refuses the address %s', async (email, detail) => {
    const { list } = await serveMailchimp();
    const { json } = await list('POST', '/members', { email_address: email, status: 'subscribed' });
    expect([json.title, json.detail]).toEqual(['Invalid Resource', detail]);
  });

  test('refuses an address that signed up too often, until that is over', async () => {
    const { list, world } = await serveMailchimp();
    const body = { email_address: EMAIL, status: 'subscribed' };
    world.tooManySignUps(EMAIL.toUpperCase());
    expect((await list('POST', '/members', body)).json.detail).toContain(
      'has signed up to a lot of lists very recently',
    );
    world.forgetSignUps(EMAIL);
    expect((await list('POST', '/members', body)).status).toBe(200);
  });

  test('a POST brings an archived member back as the same contact, with tags and a new opt-in', async () => {
    const { list, member } = await withWilma({ status: 'archived', tags: ['Donor'] });
    const { json } = await list('POST', '/members', { email_address: EMAIL, status: 'subscribed' });
    expect(json).toMatchObject({
      contact_id: member.contactId,
      web_id: member.webId,
      tags_count: 1,
      timestamp_opt: NOW_ISO,
    });
  });

  test('a PUT brings an archived member back with the old opt-in, unless a setting resets it', async () => {
    const { list, world } = await withWilma({ status: 'archived' });
    const { json } = await list('PUT', `/members/${EMAIL}`, { status: 'subscribed' });
    expect([json.status, json.timestamp_opt]).toEqual(['subscribed', '2026-02-28T09:30:00+00:00']);
    await list('DELETE', `/members/${EMAIL}`);
    world.configure({ optInOfRevivedByPut: 'reset' });
    expect((await list('PUT', `/members/${EMAIL}`, { status: 'subscribed' })).json.timestamp_opt).toBe(
      NOW_ISO,
    );
  });
});

describe('changing', () => {
  test('a write that changes nothing does not move last_changed', async () => {
    const { list } = await withWilma({ tags: ['Donor'] });
    const body = {
      email_address: EMAIL,
      status: 'subscribed',
      merge_fields: { FNAME: 'Wilma', LNAME: 'Flintstone' },
      language: 'en',
      vip: false,
    };
    for (const method of ['PUT', 'PATCH']) {
      const { json } = await list(method, `/members/${EMAIL}`, body);
      expect(json.last_changed).toBe('2026-03-01T09:30:00+00:00');
    }
    await list('POST', `/members/${subscriberHash(EMAIL)}/tags`, { tags: [] });
    await list('POST', `/members/${subscriberHash(EMAIL)}/tags`, {
      tags: [{ name: 'donor', status: 'active' }],
    });
    expect((await list('GET', `/members/${EMAIL}`)).json.last_changed).toBe('2026-03-01T09:30:00+00:00');
  });

  test.each([
    ['a merge field', { merge_fields: { LNAME: 'Slaghoople' } }],
    ['a cleared merge field', { merge_fields: { LNAME: '' } }],
    ['the status', { status: 'unsubscribed' }],
    ['the address', { email_address: 'w@flintstone.org' }],
    ['the case of the address', { email_address: 'wilma@flintstone.org' }],
    ['the language', { language: 'fr' }],
  ])('a change of %s moves it', async (_, body) => {
    const { list, member } = await withWilma();
    expect((await list('PATCH', `/members/${member.contactId}`, body)).json.last_changed).toBe(NOW_ISO);
  });

  test('merge fields not mentioned stay, and the empty string clears', async () => {
    const { list } = await withWilma();
    const { json } = await list('PATCH', `/members/${EMAIL}`, { merge_fields: { FNAME: '' } });
    expect(json.merge_fields).toEqual({ FNAME: '', LNAME: 'Flintstone', ADDRESS: '', PHONE: '' });
  });

  test('unsubscribing by API reads like an administrator’s, and subscribing again keeps the opt-in time', async () => {
    const { list } = await withWilma();
    const out = await list('PUT', `/members/${EMAIL}`, { status: 'unsubscribed' });
    expect(out.json).toMatchObject({
      status: 'unsubscribed',
      unsubscribe_reason: 'N/A (Unsubscribed by admin)',
    });
    const back = await list('PUT', `/members/${EMAIL}`, { email_address: EMAIL, status: 'subscribed' });
    expect(back.json).toMatchObject({ status: 'subscribed', timestamp_opt: '2026-02-28T09:30:00+00:00' });
    expect(back.json.unsubscribe_reason).toBeUndefined();
  });

  test('tags in a PUT of a present member are ignored, unless a setting says they are new', async () => {
    const { list, world } = await withWilma();
    expect((await list('PUT', `/members/${EMAIL}`, { tags: ['Donor'] })).json.tags_count).toBe(0);
    world.configure({ tagsOnPut: 'added' });
    expect((await list('PUT', `/members/${EMAIL}`, { tags: ['Donor'] })).json.tags_count).toBe(1);
  });

  test('a PATCH of nobody is 404 and creates nobody', async () => {
    const { list, audience } = await serveMailchimp();
    expect((await list('PATCH', `/members/${EMAIL}`, { status: 'subscribed' })).status).toBe(404);
    expect(audience.size).toBe(0);
  });

  test('a refused write changes nothing at all', async () => {
    const { list, member } = await withWilma({ status: 'unsubscribed' });
    const body = { status: 'subscribed', merge_fields: { FNAME: 'X' }, language: 'fr' };
    expect((await list('PUT', `/members/${EMAIL}`, body)).status).toBe(400);
    expect([member.mergeValues['FNAME'], member.language, member.lastChanged]).toEqual([
      'Wilma',
      'en',
      (NOW - 24 * HOUR) / 1000,
    ]);
  });

  test('deleting archives, and a permanent deletion closes the door to the API', async () => {
    const { list, member } = await withWilma();
    const archived = await list('DELETE', `/members/${EMAIL}`);
    expect([archived.status, archived.text, archived.headers.get('content-type')]).toEqual([
      204,
      '',
      'application/json; charset=utf-8',
    ]);
    expect(member.status).toBe('archived');
    expect((await list('POST', `/members/${member.hash}/actions/delete-permanent`)).status).toBe(204);
    const again = await list('POST', '/members', { email_address: EMAIL, status: 'pending' });
    expect(again.json.title).toBe('Forgotten Email Not Subscribed');
  });
});

describe('changing the address', () => {
  test('keeps the contact and moves the hash', async () => {
    const { list, member } = await withWilma();
    const oldHash = member.hash;
    const { json } = await list('PATCH', `/members/${oldHash}`, { email_address: 'wilma@slaghoople.org' });
    expect([json.contact_id, json.id]).toEqual([member.contactId, subscriberHash('wilma@slaghoople.org')]);
    expect((await list('GET', `/members/${oldHash}`)).status).toBe(404);
  });

  test.each(['unsubscribed', 'cleaned', 'archived', 'pending'] as const)(
    'is refused for the %s',
    async (status) => {
      const { list } = await withWilma({ status });
      const { json } = await list('PATCH', `/members/${EMAIL}`, { email_address: 'wilma@slaghoople.org' });
      expect(json.detail).toBe(
        `This member's status is "${status}." You can only update email addresses for members with a status of "subscribed."`,
      );
    },
  );

  test('is refused where the new address is in the audience in any state, the deleted included', async () => {
    const { list, world, audience } = await withWilma();
    world.seedMember(audience.id, { email: 'a@people.org', status: 'cleaned' });
    world.seedMember(audience.id, { email: 'b@people.org' });
    world.people.deletePermanently(audience.id, 'b@people.org');
    const to = async (email: string) =>
      (await list('PATCH', `/members/${EMAIL}`, { email_address: email })).json.detail;
    expect(await to('a@people.org')).toBe(
      '"a@people.org" is already in this list with a status of "Cleaned".',
    );
    expect(await to('b@people.org')).toBe(
      '"b@people.org" is already in this list with a status of "Deleted".',
    );
  });
});

describe('the schema of a body', () => {
  test.each([
    [
      'null for a string',
      { merge_fields: null },
      'merge_fields',
      'Schema describes object, NULL found instead',
    ],
    [
      'an array for an object',
      { merge_fields: [] },
      'merge_fields',
      'Schema describes object, array found instead',
    ],
    [
      'null for a merge field',
      { merge_fields: { FNAME: null } },
      'merge_fields.FNAME',
      'Data did not match any of the schemas described in anyOf.',
    ],
    [
      'a boolean for a merge field',
      { merge_fields: { FNAME: true } },
      'merge_fields.FNAME',
      'Data did not match any of the schemas described in anyOf.',
    ],
    [
      'a number for the language',
      { language: 7 },
      'language',
      'Schema describes string, integer found instead',
    ],
    ['text for an IP address', { ip_opt: 'home' }, 'ip_opt', 'This value is not a valid IP address.'],
    ['text for a time', { timestamp_opt: 'soon' }, 'timestamp_opt', 'This value is not a valid datetime.'],
  ])('refuses %s', async (_, body, field, message) => {
    const { list } = await withWilma();
    const { json } = await list('PATCH', `/members/${EMAIL}`, body);
    expect([json.title, json.errors]).toEqual(['Invalid Resource', [{ field, message }]]);
  });

  test('a body that is no JSON, and one that is no object', async () => {
    const { list } = await withWilma();
    expect((await list('PATCH', `/members/${EMAIL}`, '{"status":')).json.title).toBe('JSON Parse Exception');
    expect((await list('PATCH', `/members/${EMAIL}`, '[]')).json.errors[0].message).toBe(
      'Schema describes object, array found instead',
    );
  });
});
