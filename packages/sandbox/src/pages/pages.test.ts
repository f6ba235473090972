import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';

const EMAIL = 'wilma@flintstone.org';

async function browse() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { world, accountId } = sandbox.mailchimp;
  const audience = world.addAudience(accountId, { name: 'Friends', doubleOptIn: true });
  const read = async (path: string) => (await fetch(`${sandbox.url}${path}`)).text();
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  const act = (name: string, fields: Record<string, string> = {}) =>
    post('/pages/mailchimp/act', { act: name, listId: audience.id, email: EMAIL, ...fields });
  const status = () => world.findMember(audience.id, EMAIL)?.status;
  return { sandbox, world, audience, read, post, act, status };
}

test('the entry page links the pages of both systems and tells where they are', async () => {
  const { sandbox, read } = await browse();
  const page = await read('/');
  for (const link of ['/pages/mailchimp', '/civicrm']) expect(page).toContain(`href="${link}"`);
  for (const text of [sandbox.mailchimp.baseUrl, sandbox.mailchimp.apiKey, sandbox.civicrm.url]) {
    expect(page).toContain(text);
  }
});

test('a person can click somebody through all states, and back', async () => {
  const { act, status, world, audience } = await browse();
  const steps = [
    ['signUp', 'pending'],
    ['confirm', 'subscribed'],
    ['unsubscribeSelf', 'unsubscribed'],
    ['signUp', 'pending'],
    ['confirm', 'subscribed'],
    ['bounce', 'cleaned'],
    ['signUp', 'pending'],
    ['confirm', 'subscribed'],
    ['archive', 'archived'],
    ['adminSubscribe', 'subscribed'],
    ['deletePermanently', undefined],
  ] as const;
  for (const [name, expected] of steps) {
    const { status: code } = await act(name);
    expect([name, code, status()]).toEqual([name, 303, expected]);
  }
  await act('signUp', { firstName: 'Wilma', lastName: 'Flintstone' });
  expect(world.findMember(audience.id, EMAIL)?.mergeValues).toEqual({ FNAME: 'Wilma', LNAME: 'Flintstone' });
  await act('editProfile', { firstName: 'W.', lastName: 'Flintstone' });
  expect(world.findMember(audience.id, EMAIL)?.mergeValues['FNAME']).toBe('W.');
});

test('members are searched, filtered and paged, fifty at a time', async () => {
  const { world, audience, read } = await browse();
  for (let n = 0; n < 60; n += 1) world.seedMember(audience.id, { email: `p${n}@people.org` });
  world.seedMember(audience.id, { email: EMAIL, status: 'cleaned', mergeValues: { FNAME: 'Wilma' } });
  const rows = async (query: string) =>
    [
      ...(await read(`/pages/mailchimp?audience=${audience.id}&${query}`)).matchAll(
        /<td>([^<]+@[^<]+)<\/td>/g,
      ),
    ].map(([, email]) => email);
  expect(await rows('')).toHaveLength(50);
  expect(await rows('page=2')).toHaveLength(11);
  expect(await rows('search=WILMA')).toEqual([EMAIL]);
  expect(await rows('status=cleaned')).toEqual([EMAIL]);
  expect(await rows('search=nobody')).toEqual([]);
});

test('whatever people are called, it is shown and not run', async () => {
  const { sandbox, world, audience, read } = await browse();
  const name = '<script>alert(1)</script>"\'';
  world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: name }, tags: [name] });
  const policy = (await fetch(`${sandbox.url}/pages/mailchimp`)).headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  const page = await read(
    `/pages/mailchimp?audience=${audience.id}&error=${encodeURIComponent(name)}&search=${encodeURIComponent('"><i>')}`,
  );
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('"><i>');
  expect(page).toContain('&lt;script>');
});

test('what cannot be done is said on the page that a click leads back to', async () => {
  const { act, audience, read, post } = await browse();
  const back = `/pages/mailchimp?audience=${audience.id}&page=1`;
  const response = await act('confirm', { back });
  const location = response.headers.get('location') ?? '';
  expect(location).toContain(`audience=${audience.id}`);
  expect(await read(location)).toContain(`${EMAIL} is not in audience`);
  for (const wrong of ['https://elsewhere.org/', '//elsewhere.org', '/control']) {
    expect((await act('confirm', { back: wrong })).headers.get('location')).toMatch(/^\/pages\/mailchimp\?/);
  }
  expect((await post('/pages/mailchimp/act', { act: 'toString' })).headers.get('location')).toContain(
    'error=There',
  );
});

describe('another site', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://elsewhere.org' }],
    [{ origin: 'null' }],
  ])('cannot write: %j', async (headers) => {
    const { post, sandbox, audience, world } = await browse();
    world.seedMember(audience.id, { email: EMAIL });
    const fields = { act: 'archive', listId: audience.id, email: EMAIL };
    expect((await post('/pages/mailchimp/act', fields, headers)).status).toBe(403);
    expect((await post('/control/mailchimp/suspendAccount', {}, headers)).status).toBe(403);
    expect(world.findMember(audience.id, EMAIL)?.status).toBe('subscribed');
    expect(world.account(sandbox.mailchimp.accountId).isSuspended).toBe(false);
  });

  test('and the sandbox’s own pages can', async () => {
    const { post, sandbox, audience, status, world } = await browse();
    world.seedMember(audience.id, { email: EMAIL });
    const fields = { act: 'archive', listId: audience.id, email: EMAIL };
    const headers = { origin: sandbox.url, 'sec-fetch-site': 'same-origin' };
    expect((await post('/pages/mailchimp/act', fields, headers)).status).toBe(303);
    expect(status()).toBe('archived');
  });
});

test('the clock, faults, batches and webhooks are shown, and clock and faults can be changed', async () => {
  const { sandbox, post, read } = await browse();
  await post('/pages/clock', { do: 'freeze' });
  const before = sandbox.clock.now();
  await post('/pages/clock', { do: 'advance', minutes: '10' });
  expect(sandbox.clock.now()).toBe(before + 600_000);
  await post('/pages/faults', {
    system: 'mailchimp',
    kind: 'server-error',
    path: '/ping',
    times: '3',
    probability: '0.5',
  });
  expect(sandbox.faults.list()).toMatchObject([
    { fault: { system: 'mailchimp', kind: 'server-error', path: '/ping', times: 3, probability: 0.5 } },
  ]);
  const headers = { authorization: `Bearer ${sandbox.mailchimp.apiKey}` };
  const body = JSON.stringify({ operations: [{ method: 'GET', path: '/ping' }] });
  const batch = await fetch(`${sandbox.mailchimp.baseUrl}/batches`, { method: 'POST', headers, body });
  const { id } = (await batch.json()) as { id: string };
  const page = await read('/pages/mailchimp');
  for (const text of [sandbox.clock.isoNow(), id, 'server-error', 'Webhooks (0)'])
    expect(page).toContain(text);
  await post('/pages/faults/mend', { id: 'fault-1' });
  expect(sandbox.faults.list()).toEqual([]);
  const wrong = await post('/pages/faults', { kind: 'nonsense' });
  expect(wrong.headers.get('location')).toContain('error=There');
});
