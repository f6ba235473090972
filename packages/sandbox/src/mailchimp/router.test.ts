import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { KEY, request } from '../../testing/start-mailchimp.ts';

const EMAIL = 'wilma@flintstone.org';
const basic = (key: string) => `Basic ${Buffer.from(`anystring:${key}`).toString('base64')}`;

describe('credentials', () => {
  test('a key opens its account by Basic with any user name and by Bearer, and several keys open one account', async () => {
    const { base, world, account } = await serveMailchimp();
    const second = world.addKey(account.id);
    for (const authorization of [basic(KEY), `Bearer ${KEY}`, `bearer ${KEY}`, basic(second)]) {
      const { json } = await request(`${base}/`, 'GET', undefined, { authorization });
      expect(json.account_id).toBe(account.id);
    }
  });

  test.each([
    ['none', {}, 'API Key Missing'],
    ['an unknown one', { authorization: basic(`${'f'.repeat(32)}-us6`) }, 'API Key Invalid'],
    ['one of the wrong data centre', { authorization: basic(KEY.replace('us6', 'us7')) }, 'API Key Invalid'],
    ['one without a data centre', { authorization: basic(KEY.slice(0, 32)) }, 'API Key Invalid'],
  ])('%s gets 401', async (_, headers, title) => {
    const { base } = await serveMailchimp();
    const { status, json } = await request(`${base}/ping`, 'GET', undefined, headers);
    expect([status, json.title]).toEqual([401, title]);
  });

  test('a revoked key gets 401 while the other still works, and a suspended account gets 403', async () => {
    const { call, base, world, account } = await serveMailchimp();
    const second = world.addKey(account.id);
    world.revokeKey(KEY);
    expect((await call('GET', '/ping')).status).toBe(401);
    const withSecond = () => request(`${base}/ping`, 'GET', undefined, { authorization: basic(second) });
    expect((await withSecond()).json).toEqual({ health_status: "Everything's Chimpy!" });
    world.suspendAccount(account.id);
    expect((await withSecond()).json).toMatchObject({ status: 403, title: 'User Disabled' });
    world.restoreAccount(account.id);
    expect((await withSecond()).status).toBe(200);
  });

  test('one account does not see the audiences of another', async () => {
    const { call, world } = await serveMailchimp();
    const other = world.addAudience(world.addAccount().id, { name: 'Strangers' });
    expect((await call('GET', `/lists/${other.id}`)).status).toBe(404);
    expect((await call('GET', '/lists')).json.total_items).toBe(1);
  });
});

describe('the error envelope', () => {
  test('is a problem document whose instance is the request id', async () => {
    const { call } = await serveMailchimp();
    const { headers, json } = await call('GET', '/lists/nosuch');
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json).toEqual({
      type: 'https://mailchimp.com/developer/marketing/docs/errors/',
      title: 'Resource Not Found',
      status: 404,
      detail: 'The requested resource could not be found.',
      instance: headers.get('x-request-id'),
    });
    expect(json.instance).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('has no type in the two titles that lack it', async () => {
    const { list, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, { email: EMAIL });
    const exists = await list('POST', '/members', { email_address: EMAIL, status: 'subscribed' });
    world.people.unsubscribeSelf(audience.id, EMAIL);
    const compliance = await list('PUT', `/members/${EMAIL}`, { status: 'subscribed' });
    for (const { json } of [exists, compliance]) expect(json).not.toHaveProperty('type');
    expect([exists.json.title, compliance.json.title]).toEqual([
      'Member Exists',
      'Member In Compliance State',
    ]);
  });

  test('a wrong verb gets 405 with what is allowed, an unknown path 404', async () => {
    const { call } = await serveMailchimp();
    const wrong = await call('PATCH', '/ping');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await call('GET', '/campaigns')).status).toBe(404);
    expect((await call('GET', '/lists/%E0%A4%A')).status).toBe(404);
  });

  test('X-Trigger-Error shows an error, X-HTTP-Method-Override is honoured on POST alone', async () => {
    const { call, base } = await serveMailchimp();
    const headers = { 'x-trigger-error': 'APIKeyMissing' };
    expect((await call('GET', '/ping', undefined, headers)).json.title).toBe('API Key Missing');
    expect((await call('GET', '/ping', undefined, { 'x-trigger-error': 'Nonsense' })).status).toBe(200);
    const override = { authorization: basic(KEY), 'x-http-method-override': 'GET' };
    expect((await request(`${base}/ping`, 'POST', undefined, override)).status).toBe(200);
    expect((await request(`${base}/ping`, 'GET', undefined, override)).status).toBe(422);
  });

  test('the checks come in order: credentials, audience, JSON, schema, address, forgotten', async () => {
    const { call, list, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, { email: EMAIL });
    world.people.deletePermanently(audience.id, EMAIL);
    const title = async (answer: ReturnType<typeof call>) => (await answer).json.title;
    expect(await title(call('POST', '/lists/nosuch/members', '{', { authorization: '' }))).toBe(
      'API Key Missing',
    );
    expect(await title(call('POST', '/lists/nosuch/members', '{'))).toBe('Resource Not Found');
    expect(await title(list('POST', '/members', '{'))).toBe('JSON Parse Exception');
    const both = await list('POST', '/members', { email_address: 'nonsense', status: 'nonsense' });
    expect(both.json.errors[0].field).toBe('status');
    const address = await list('POST', '/members', {
      email_address: 'nonsense',
      status: 'subscribed',
      interests: { x: true },
    });
    expect(address.json.detail).toContain('valid email');
    const forgotten = await list('POST', '/members', {
      email_address: EMAIL,
      status: 'subscribed',
      interests: { x: true },
    });
    expect(forgotten.json.title).toBe('Forgotten Email Not Subscribed');
  });
});

describe('simultaneous connections', () => {
  test('the eleventh request of an account gets 429, and the next after them passes', async () => {
    const { call, faults, requests } = await serveMailchimp();
    faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 300, times: 10 });
    const answers = await Promise.all(Array.from({ length: 11 }, () => call('GET', '/ping')));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array.from({ length: 10 }, () => 200),
      429,
    ]);
    expect((await call('GET', '/ping')).status).toBe(200);
    expect(requests.counts().mailchimp.read).toBe(12);
  });

  test('a request that its caller gave up still occupies one until it is done', async () => {
    const { call, base, faults, account } = await serveMailchimp({ maxConnections: 1 });
    faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 500 });
    const caller = new AbortController();
    const given = fetch(`${base}/ping`, { headers: { authorization: basic(KEY) }, signal: caller.signal });
    await expect.poll(() => account.openRequests).toBe(1);
    caller.abort();
    await expect(given).rejects.toThrow();
    expect((await call('GET', '/ping')).status).toBe(429);
    await expect.poll(() => account.openRequests).toBe(0);
    expect((await call('GET', '/ping')).status).toBe(200);
  });
});

describe('faults', () => {
  test('match the path after /3.0 and speak Mailchimp', async () => {
    const { call, list, faults } = await serveMailchimp();
    faults.inject({
      system: 'mailchimp',
      kind: 'rate-limit',
      path: '^/lists/[0-9a-f]{10}/members$',
      times: 2,
    });
    expect((await call('GET', '/ping')).status).toBe(200);
    const limited = await list('GET', '/members');
    expect(limited.json).toMatchObject({ status: 429, title: 'Too Many Requests' });
    expect(limited.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  test('reset-after: the write took effect though nobody was told', async () => {
    const { list, faults, world, audience } = await serveMailchimp();
    faults.inject({ system: 'mailchimp', kind: 'reset-after', method: 'POST' });
    await expect(list('POST', '/members', { email_address: EMAIL, status: 'subscribed' })).rejects.toThrow();
    expect(world.findMember(audience.id, EMAIL)?.status).toBe('subscribed');
  });

  test('reset: it did not', async () => {
    const { list, faults, audience } = await serveMailchimp();
    faults.inject({ system: 'mailchimp', kind: 'reset', method: 'POST' });
    await expect(list('POST', '/members', { email_address: EMAIL, status: 'subscribed' })).rejects.toThrow();
    expect(audience.size).toBe(0);
  });
});

describe('the account and its audiences', () => {
  test('stats are counted when asked and then stay for five minutes', async () => {
    const { list, world, audience, clock } = await serveMailchimp();
    world.seedMember(audience.id, { email: EMAIL });
    expect((await list('GET', '')).json.stats).toMatchObject({ member_count: 1, unsubscribe_count: 0 });
    world.people.unsubscribeSelf(audience.id, EMAIL);
    expect((await list('GET', '')).json.stats.member_count).toBe(1);
    clock.advance(5 * 60_000);
    const { json } = await list('GET', '?include_total_contacts=1');
    expect(json.stats).toMatchObject({ member_count: 0, unsubscribe_count: 1, total_contacts: 1 });
  });

  test('a removed audience is gone with everybody in it', async () => {
    const { call, list, world, audience } = await serveMailchimp();
    world.removeAudience(audience.id);
    expect((await list('GET', '/members')).status).toBe(404);
    expect((await call('GET', '/lists')).json.lists).toEqual([]);
  });

  test('audiences are found by the address of a member, and people by address or name', async () => {
    const { call, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma', LNAME: 'Flintstone' } });
    expect((await call('GET', `/lists?email=${EMAIL}`)).json.total_items).toBe(1);
    expect((await call('GET', '/lists?email=nobody@people.org')).json.total_items).toBe(0);
    const found = (await call('GET', `/search-members?query=${EMAIL.toUpperCase()}`)).json;
    expect([found.exact_matches.total_items, found.full_search.total_items]).toEqual([1, 1]);
    const named = (await call('GET', `/search-members?query=wilma flint&list_id=${audience.id}`)).json;
    expect([named.exact_matches.total_items, named.full_search.total_items]).toEqual([0, 1]);
    expect((await call('GET', '/search-members')).status).toBe(400);
  });
});
