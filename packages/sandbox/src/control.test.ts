import { expect, onTestFinished, test } from 'vitest';
import { CIVICRM_ACTS, MAILCHIMP_ACTS } from './control-acts.ts';
import { startSandbox } from './start-sandbox.ts';

async function controlled() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes; a wrong guess fails the test
    return { status: response.status, json: (await response.json()) as any };
  };
  const post = (path: string, body: unknown = {}) => request('POST', path, body);
  const get = async (path: string) => (await request('GET', path)).json;
  return { sandbox, request, post, get };
}

test('populate, state and act', async () => {
  const { post, get } = await controlled();
  const { json: charity } = await post('/populate', { people: 60 });
  const state = await get('/state');
  expect(state.mailchimp[0]).toMatchObject({ listId: charity.listId, name: 'Newsletter' });
  expect(state.civicrm.groups.map((group: { title: string }) => group.title)).toEqual([
    'Administrators',
    'Newsletter',
    'Newsletter volunteers',
    'Newsletter: walks',
    'Newsletter: recipes',
  ]);
  const { json } = await post('/act', { count: 5, seed: 1 });
  expect(json.happened).toHaveLength(5);
});

test('one person’s way through both sides, act by act', async () => {
  const { post, get, sandbox } = await controlled();
  const run = async (path: string, args: unknown) => {
    const { status, json } = await post(path, args);
    expect([path, status, json.error]).toEqual([path, 200, undefined]);
    return json.result;
  };
  const listId = await run('/mailchimp/addAudience', { name: 'Friends', doubleOptIn: true });
  const groupId = await run('/civicrm/createGroup', { title: 'Friends' });
  const email = 'wilma@tidemail.test';
  await run('/mailchimp/signUp', { listId, email, mergeValues: { FNAME: 'Wilma' } });
  await run('/mailchimp/confirm', { listId, email });
  await run('/mailchimp/editProfile', { listId, email, mergeValues: { LNAME: 'Flint' } });
  await run('/mailchimp/changeAddress', { listId, email, to: 'wilma.flint@tidemail.test' });
  await run('/mailchimp/unsubscribeSelf', { listId, email: 'wilma.flint@tidemail.test', reason: 'Too much' });
  expect(sandbox.mailchimp.world.findMember(listId, 'wilma.flint@tidemail.test')).toMatchObject({
    status: 'unsubscribed',
    unsubscribeReason: 'Too much',
    mergeValues: { FNAME: 'Wilma', LNAME: 'Flint' },
  });

  const contactId = await run('/civicrm/createContact', { firstName: 'Wilma', emails: [email] });
  const twin = await run('/civicrm/createContact', { lastName: 'Flint', emails: [email] });
  await run('/civicrm/addToGroup', { groupId, contactId: twin });
  await run('/civicrm/mergeContacts', { keepId: contactId, loseId: twin });
  await run('/civicrm/unsubscribeByMail', { groupId, contactId });
  await run('/civicrm/setFlags', { contactId, isOptOut: true });
  const emailId = await run('/civicrm/addEmail', {
    contactId,
    email: 'second@tidemail.test',
    locationType: 'Work',
  });
  await run('/civicrm/holdEmail', { emailId });
  expect(await get('/civicrm/contacts?email=SECOND@tidemail.test')).toEqual([
    {
      contactId,
      isDeleted: false,
      emails: [
        { emailId: expect.any(Number), email, onHold: 0 },
        { emailId, email: 'second@tidemail.test', onHold: 1 },
      ],
      memberships: [{ groupId, status: 'Removed' }],
    },
  ]);
  await run('/civicrm/eraseContact', { contactId });
  expect(await get('/civicrm/contacts?email=second@tidemail.test')).toEqual([]);
});

test.each([
  ...Object.keys(MAILCHIMP_ACTS).map((name) => `/mailchimp/${name}`),
  ...Object.keys(CIVICRM_ACTS).map((name) => `/civicrm/${name}`),
])('%s without arguments does not break the sandbox', async (path) => {
  const { post, get } = await controlled();
  const { status, json } = await post(path);
  expect([200, 400]).toContain(status);
  if (status === 400) expect(json.error).toEqual(expect.any(String));
  expect(await get('/state')).toHaveProperty('civicrm');
});

test('a group is restored as a backup has it, and ids that were given since are given again', async () => {
  const { post, sandbox } = await controlled();
  const { world } = sandbox.civicrm;
  const run = async (path: string, args: object) => (await post(`/civicrm/${path}`, args)).json.result;
  const groupId: number = await run('createGroup', { title: 'Friends' });
  const [wilma, fred, barney] = await Promise.all(
    ['wilma', 'fred', 'barney'].map((name) => run('createContact', { firstName: name })),
  );
  await run('addToGroup', { groupId, contactId: wilma });
  await run('addToGroup', { groupId, contactId: barney });
  const statuses = () => [wilma, fred, barney].map((id) => world.statusOf(groupId, id));
  const before = { statuses: statuses(), history: world.historyOf(groupId, wilma) };
  sandbox.clock.advance(60_000);
  const at = sandbox.clock.now();
  sandbox.clock.advance(60_000);
  await run('removeFromGroup', { groupId, contactId: wilma });
  const [, removal] = world.historyOf(groupId, wilma);
  await run('addToGroup', { groupId, contactId: fred });
  await run('loseMembership', { groupId, contactId: barney });
  expect(statuses()).toEqual(['Removed', 'Added', null]);
  await run('restoreGroup', { groupId, at });
  expect({ statuses: statuses(), history: world.historyOf(groupId, wilma) }).toEqual({
    ...before,
    // Nothing tells of a row that a script deleted.
    statuses: ['Added', null, null],
  });
  await run('addToGroup', { groupId, contactId: fred });
  expect(world.historyOf(groupId, fred)).toMatchObject([{ id: removal?.id, status: 'Added' }]);
});

test('mails and deliveries are told, and settings changed by name', async () => {
  const { post, get, sandbox } = await controlled();
  const { result: listId } = (await post('/mailchimp/addAudience', { name: 'Friends', doubleOptIn: true }))
    .json;
  await post('/mailchimp/signUp', { listId, email: 'wilma@tidemail.test' });
  expect(await get('/mailchimp/mails')).toMatchObject([{ to: 'wilma@tidemail.test', listId }]);
  expect(await get('/mailchimp/deliveries')).toEqual([]);
  const settings = { maxConnections: 3, fakeAddresses: ['@tidemail'] };
  expect((await post('/mailchimp/configure', settings)).status).toBe(200);
  expect(sandbox.mailchimp.world.settings).toMatchObject({
    maxConnections: 3,
    fakeAddresses: [/@tidemail/i],
  });
  expect((await post('/mailchimp/configure', { nonsense: 1 })).json.error).toBe(
    'There is no setting "nonsense"',
  );
});

test('what is wrong is said in words', async () => {
  const { post, request } = await controlled();
  expect((await post('/civicrm/fly')).status).toBe(404);
  expect(await post('/civicrm/addToGroup', { groupId: 1 })).toEqual({
    status: 400,
    json: { error: '"contactId" must be a number' },
  });
  expect((await post('/civicrm/trashContact', { contactId: 4711 })).json.error).toContain(
    '4711 does not exist',
  );
  expect((await post('/latency', { system: 'mars', ms: 1 })).status).toBe(400);
  expect((await request('POST', '/populate', { people: 'many' })).json.error).toBe(
    '"people" must be a number',
  );
});

test('faults break requests until they are mended', async () => {
  const { sandbox, post, get, request } = await controlled();
  const ping = async () => (await fetch(`${sandbox.civicrm.url}/civicrm/authx/id`)).status;
  await post('/faults', { system: 'civicrm', kind: 'server-error', times: 'always' });
  expect((await get('/faults')).length).toBe(1);
  expect([await ping(), await ping()]).toEqual([500, 500]);
  await request('DELETE', '/faults');
  expect(await ping()).toBe(200);
});

test('requests are counted, until the count is reset', async () => {
  const { sandbox, post, get } = await controlled();
  await fetch(`${sandbox.civicrm.url}/civicrm/authx/id`);
  await fetch(sandbox.mailchimp.baseUrl);
  const { counts, recent } = await get('/requests');
  expect([counts.civicrm.total, counts.mailchimp.total, recent.length]).toEqual([1, 1, 2]);
  await post('/requests/reset');
  expect((await get('/requests')).counts.civicrm.total).toBe(0);
});

test('the clock can be moved, stopped and let go', async () => {
  const { sandbox, post } = await controlled();
  await post('/clock', { freeze: true, set: Date.parse('2026-01-01T00:00:00Z') });
  expect((await post('/clock', { advanceMs: 3_600_000 })).json).toEqual({ now: '2026-01-01T01:00:00+00:00' });
  await post('/clock', { release: true });
  expect(sandbox.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-01-01T01:00:00Z'));
});

test('latency is waited out before a request is begun', async () => {
  const { sandbox, post } = await controlled();
  await post('/latency', { system: 'civicrm', ms: 60 });
  const start = performance.now();
  await fetch(`${sandbox.civicrm.url}/civicrm/authx/id`);
  expect(performance.now() - start).toBeGreaterThan(50);
});

test('rights are taken away and given back', async () => {
  const { sandbox, post } = await controlled();
  const seen = async () => {
    const response = await fetch(`${sandbox.civicrm.url}/civicrm/ajax/api4/Contact/get`, {
      method: 'POST',
      headers: { 'X-Civi-Auth': `Bearer ${sandbox.civicrm.apiKey}` },
    });
    const answer = (await response.json()) as { count: number };
    return answer.count;
  };
  const permissions = ['view all contacts', 'edit all contacts'];
  await post('/civicrm/revokeRights', { permissions });
  expect(await seen()).toBe(0);
  await post('/civicrm/grantRights', { permissions, caller: 'service' });
  expect(await seen()).toBeGreaterThan(0);
  expect((await post('/civicrm/revokeRights', { permissions: ['fly'] })).status).toBe(400);
});
