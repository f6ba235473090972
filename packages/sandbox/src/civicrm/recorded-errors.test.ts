import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serveCivicrm } from '../../testing/serve-civicrm.ts';
import type { CallerName } from './callers.ts';

const GET = '/civicrm/ajax/api4/Contact/get';
const FORM = 'application/x-www-form-urlencoded';
const ONE = `params=${encodeURIComponent('{"select":["id"],"limit":1}')}`;
const SCRIPT = { 'X-Requested-With': 'XMLHttpRequest' };

/** Sends `ONE` with these headers. */
async function sending(headers: Record<string, string>, body = ONE) {
  const site = await serveCivicrm();
  const key = (who: CallerName) => `Bearer ${site.world.caller(who).apiKey}`;
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/\{(\w+)\}/, (_, who) => key(who))]),
  );
  const answer = await site.send(GET, {
    method: 'POST',
    headers: { 'Content-Type': FORM, ...filled },
    body: body.replace('{admin}', encodeURIComponent(key('admin'))),
  });
  return { ...site, answer };
}

test.each([
  ['a bad key', { 'X-Civi-Auth': 'Bearer nosuchkey' }, 'HTTP 401 Invalid credential'],
  [
    'a bad key and the header of scripts',
    { 'X-Civi-Auth': 'Bearer nosuchkey', ...SCRIPT },
    'HTTP 401 Invalid credential',
  ],
  [
    'a key without the right to use it',
    { 'X-Civi-Auth': '{nokey}', ...SCRIPT },
    'HTTP 401 Login not permitted. Must satisfy guard (site_key, perm).',
  ],
])('recorded 8: %s is 401 in plain text', async (_what, headers, text) => {
  const { answer } = await sending(headers);
  expect([answer.status, answer.type, answer.text]).toEqual([401, 'text/plain;charset=UTF-8', text]);
});

test('the site key stands in for the right to use an API key', async () => {
  const site = await serveCivicrm();
  const answer = await site.send(GET, {
    method: 'POST',
    headers: {
      'Content-Type': FORM,
      'X-Civi-Auth': `Bearer ${site.world.caller('nokey').apiKey}`,
      'X-Civi-Key': site.world.siteKey,
    },
    body: ONE,
  });
  expect([answer.status, answer.json.count]).toEqual([200, 1]);
});

test.each([
  ['a key in X-Civi-Auth, without the header of scripts', { 'X-Civi-Auth': '{admin}' }, ONE],
  ['a key in Authorization', { Authorization: '{admin}', ...SCRIPT }, ONE],
  ['a key in the body', SCRIPT, `${ONE}&_authx={admin}`],
  ['a key in the body without the header of scripts', {}, `${ONE}&_authx={admin}`],
])('recorded 8: %s is let in', async (_what, headers: Record<string, string>, body) => {
  const { answer } = await sending(headers, body);
  expect([answer.status, answer.json.count, Object.keys(answer.json.values[0])]).toEqual([200, 1, ['id']]);
});

test.each([
  ['no credential', {}],
  ['Authorization', { Authorization: '{admin}' }],
])('recorded 8: %s without the header of scripts is 400', async (_what, headers) => {
  const { answer } = await sending(headers);
  expect([answer.status, answer.json]).toEqual([
    400,
    {
      error_code: 400,
      error_message:
        'SECURITY ALERT: Ajax requests can only be issued by javascript clients, eg. CRM.api4().',
    },
  ]);
});

test('recorded 8: an empty bearer is a page with HTTP 200', async () => {
  const { answer } = await sending({ 'X-Civi-Auth': 'Bearer ', ...SCRIPT });
  expect([answer.status, answer.type]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(answer.text).toContain('is not of type String');
});

test('recorded 20: without a credential some lists are empty, others refuse, and nobody’s addresses are shown', async () => {
  const { call } = await serveCivicrm();
  const empty = {
    values: [],
    entity: 'Contact',
    action: 'get',
    debug: null,
    version: 4,
    count: 0,
    countFetched: 0,
  };
  expect((await call(null, 'Contact/get', { select: ['id'], limit: 2 })).json).toEqual(empty);
  expect((await call(null, 'SubscriptionHistory/get', { limit: 2 })).json.values).toEqual([]);
  const emails = await call(null, 'Email/get', { limit: 2 });
  expect(emails.json.values.map((row: { contact_id: unknown }) => row.contact_id)).toEqual([null, null]);
  for (const [path, params] of [
    ['Group/get', { limit: 2 }],
    ['GroupContact/get', { limit: 2 }],
    ['Contact/create', { values: { contact_type: 'Individual', first_name: 'Anon' } }],
    ['GroupContact/save', { records: [{ group_id: 1, contact_id: 1, status: 'Added' }] }],
  ] as const) {
    const answer = await call(null, path, params);
    expect([path, answer.status, answer.json.error_code, answer.json.status]).toEqual([path, 403, '1', 403]);
    expect(answer.json.error_message).toMatch(
      /^Sorry an error occurred and your request was not completed\. \(Error ID: \w{4}-\w{4}-\w{4}\)$/,
    );
  }
});

test('recorded 8: a JSON body is not read, so the call runs with no parameters at all', async () => {
  const { answer, world } = await sending(
    { 'X-Civi-Auth': '{admin}', 'Content-Type': 'application/json' },
    '{"params":{"select":["id"],"limit":1}}',
  );
  expect(answer.json.values).toHaveLength(world.tables.contacts.size);
  expect(answer.json.values[0]).toMatchObject({
    contact_type: 'Organization',
    organization_name: 'Default Organization',
  });
});

test('a body above 8 MB is not read either', async () => {
  const { answer, world } = await sending({ 'X-Civi-Auth': '{admin}' }, `${ONE}&x=${'x'.repeat(9_000_000)}`);
  expect(answer.json.values).toHaveLength(world.tables.contacts.size);
});

test('recorded 8: parameters may stand in the query, a slash at the end is no matter', async () => {
  const { world, send } = await serveCivicrm();
  const headers = { 'X-Civi-Auth': `Bearer ${world.caller('admin').apiKey}`, ...SCRIPT };
  for (const path of [`${GET}?${ONE}`, `${GET}/?${ONE}`]) {
    for (const method of ['GET', 'POST']) {
      const answer = await send(path, { method, headers });
      expect([path, method, answer.status, answer.json.count]).toEqual([path, method, 200, 1]);
    }
  }
});

test('recorded 8: writing by GET is 405, several calls by GET too', async () => {
  const { world, send } = await serveCivicrm();
  const headers = { 'X-Civi-Auth': `Bearer ${world.caller('admin').apiKey}`, ...SCRIPT };
  for (const path of ['/civicrm/ajax/api4/Contact/create?params=%7B%7D', '/civicrm/ajax/api4?calls=%5B%5D']) {
    const answer = await send(path, { headers });
    expect([answer.status, answer.json]).toEqual([
      405,
      {
        error_code: 405,
        error_message: 'SECURITY: All requests that modify the database must be http POST, not GET.',
      },
    ]);
  }
});

test.each([
  [
    'broken JSON',
    'Contact/get',
    '{not-json',
    'array_diff_key(): Argument #2 must be of type array, null given',
  ],
  [
    'an unknown entity',
    'Contactt/get',
    '{}',
    'API (Contactt, getActions) does not exist (or the extension it belongs to is not enabled).',
  ],
  ['an unknown action', 'Contact/fetch', '{}', 'Expected to find one Contact record, but there were zero.'],
])('recorded 8: %s is a page with HTTP 200', async (_what, path, params, message) => {
  const { world, send } = await serveCivicrm();
  const answer = await send(`/civicrm/ajax/api4/${path}`, {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${world.caller('readonly').apiKey}`, ...SCRIPT },
    body: new URLSearchParams({ params }),
  });
  expect([answer.status, answer.type]).toEqual([200, 'text/html; charset=UTF-8']);
  expect(answer.text).toContain(message);
});

const MISTAKES: readonly (readonly [string, string, unknown, string])[] = [
  ['unknown parameter', 'Contact/get', { selectt: ['id'] }, 'Unknown api parameter: setSelectt'],
  [
    'unknown field in where',
    'Contact/get',
    { where: [['no_such_field', '=', 1]] },
    "Invalid field 'no_such_field'",
  ],
  ['unknown operator', 'Contact/get', { where: [['id', '~~', 1]] }, 'Illegal operator'],
  [
    'unknown field in orderBy',
    'Contact/get',
    { orderBy: { no_such_field: 'ASC' } },
    "Invalid field 'no_such_field'",
  ],
  [
    'limit no number',
    'Contact/get',
    { limit: 'abc' },
    'Parameter "limit" is not of the correct type. Expecting int.',
  ],
  [
    'update without where',
    'Contact/update',
    { values: { first_name: 'X' } },
    'Parameter "where" is required unless primary keys are supplied in values.',
  ],
  ['delete without where', 'Contact/delete', {}, 'Parameter "where" is required.'],
  ['save without records', 'Contact/save', {}, 'Parameter "records" is required.'],
  ['groups with =', 'Contact/get', { where: [['groups:name', '=', 'X']] }, 'Illegal operator for groups ='],
];

test.each(MISTAKES)(
  'recorded 8: %s is 500 with the reason, for who may see it',
  async (_what, path, params, message) => {
    const { call } = await serveCivicrm();
    const told = await call('admin', path, params);
    expect([told.status, told.json]).toEqual([
      500,
      { error_id: expect.any(String), error_code: 0, error_message: message, status: 500 },
    ]);
    const hidden = await call('synctrash', path, params);
    expect(hidden.json.error_message).toMatch(/^Sorry an error occurred/);
    expect(Object.keys(hidden.json)).toEqual(['error_code', 'error_message', 'status']);
  },
);

test.each([
  ['Contact/create', { values: { contact_type: 'Individual', first_name: 'Nope' } }, 403],
  ['Contact/update', { values: { first_name: 'X' } }, 500],
  ['Contact/update', { values: { first_name: 'X' }, where: [['id', '=', 3]] }, 403],
  ['Contact/delete', {}, 403],
  ['Contact/delete', { where: [['id', '=', 3]] }, 403],
  ['Group/create', { values: { title: 'ro group' } }, 403],
  ['GroupContact/create', { values: { group_id: 1, contact_id: 3, status: 'Added' } }, 403],
  ['SubscriptionHistory/create', { values: { group_id: 1, contact_id: 3, status: 'Added' } }, 403],
  ['Setting/get', { select: ['lang'] }, 403],
  ['Domain/get', {}, 403],
  ['GroupContact/get', { select: ['row_count'] }, 200],
  ['SubscriptionHistory/get', { select: ['row_count'] }, 200],
  ['Group/get', { select: ['id', 'title'] }, 200],
  ['Email/get', { select: ['row_count'] }, 200],
])('recorded 8: %s %j by one who only reads is %i', async (path, params, status) => {
  const { call } = await serveCivicrm();
  const answer = await call('readonly', path, params);
  expect(answer.status).toBe(status);
  if (status !== 200) expect(answer.json).toMatchObject({ error_code: '1', status });
});

test('recorded 8: unknown fields in select, and a key one may not see, are left out', async () => {
  const { values, world } = await serveCivicrm();
  const { contactId, apiKey } = world.caller('admin');
  const params = { select: ['id', 'no_such_field', 'api_key'], where: [['id', '=', contactId]] };
  expect(await values('readonly', 'Contact/get', params)).toEqual([{ id: contactId }]);
  expect(await values('admin', 'Contact/get', params)).toEqual([{ id: contactId, api_key: apiKey }]);
});

test('recorded 8: a contact of no known type, and one without a name, are made all the same', async () => {
  const { values } = await serveCivicrm();
  const [martian] = await values('admin', 'Contact/create', {
    values: { first_name: 'X', contact_type: 'Martian' },
  });
  expect(martian).toEqual({
    id: martian.id,
    contact_type: 'Martian',
    preferred_language: 'en_US',
    hash: martian.hash,
    communication_style_id: 1,
    email_greeting_custom: 'null',
    postal_greeting_custom: 'null',
    addressee_custom: 'null',
    modified_date: '20261123090935',
    custom: null,
    check_permissions: null,
  });
  const [nameless] = await values('admin', 'Contact/create', { values: { contact_type: 'Individual' } });
  expect(Object.keys(nameless)).not.toContain('display_name');
});

test('recorded 8: of several calls each stands for itself', async () => {
  const { world, send } = await serveCivicrm();
  const several = (calls: unknown) =>
    send('/civicrm/ajax/api4', {
      method: 'POST',
      headers: { 'X-Civi-Auth': `Bearer ${world.caller('admin').apiKey}`, ...SCRIPT },
      body: new URLSearchParams({ calls: JSON.stringify(calls) }),
    });
  const one = ['Contact', 'get', { select: ['id'], where: [['id', '=', 1]] }];
  const mixed = await several({ a: one, b: ['Contactt', 'get', {}] });
  expect([mixed.status, mixed.json]).toEqual([
    200,
    {
      a: {
        values: [{ id: 1 }],
        entity: 'Contact',
        action: 'get',
        debug: null,
        version: 4,
        count: 1,
        countFetched: 1,
      },
      b: {
        error_id: expect.any(String),
        error_code: 0,
        error_message: 'API (Contactt, get) does not exist (or the extension it belongs to is not enabled).',
        status: 500,
      },
    },
  ]);
  const listed = await several([one, one]);
  expect(listed.json).toHaveLength(2);
  expect((await several({ b: ['Contactt', 'get', {}] })).status).toBe(500);
});

test('authx/id says who calls', async () => {
  const { world, send } = await serveCivicrm();
  const { contactId, userId, apiKey } = world.caller('service');
  const known = await send('/civicrm/authx/id', { headers: { 'X-Civi-Auth': `Bearer ${apiKey}` } });
  expect(known.json).toEqual({ contact_id: contactId, user_id: userId, flow: 'xheader', cred: 'api_key' });
  const unknown = await send('/civicrm/authx/id');
  expect(unknown.json).toEqual({ contact_id: null, user_id: null, flow: null, cred: null });
});

test('E24: a right that is taken away makes lists shorter, not wrong', async () => {
  const { call, world } = await serveCivicrm();
  world.caller('service').revoke('view all contacts', 'edit all contacts');
  const answer = await call('service', 'Contact/get', { select: ['id'] });
  expect([answer.status, answer.json.count]).toEqual([200, 0]);
});

test('recorded 21: a contact with a login cannot be deleted, in no way', async () => {
  const { call, world } = await serveCivicrm();
  const id = world.caller('readonly').contactId;
  for (const useTrash of [true, false]) {
    const answer = await call('admin', 'Contact/delete', { where: [['id', '=', id]], useTrash });
    expect([answer.status, answer.json.error_message]).toEqual([500, `Could not delete Contact id ${id}`]);
  }
});

test('recorded 22: 20,000 addresses in one question are accepted', async () => {
  const { values } = await serveCivicrm();
  const addresses = Array.from({ length: 20_000 }, (_, n) => `nobody${n}@example.org`);
  expect(
    await values('admin', 'Contact/get', {
      select: ['id'],
      where: [['email_primary.email', 'IN', addresses]],
    }),
  ).toEqual([]);
});

test('recorded 23: maintenance is 503 in JSON, since 6.0', async () => {
  const { call, world } = await serveCivicrm();
  world.maintenance = 'on';
  const answer = await call('admin', 'Contact/get');
  expect([answer.status, answer.json]).toEqual([
    503,
    { status_code: 503, status_message: 'Temporarily unavailable for maintenance.' },
  ]);
  world.version = '5.81.0';
  expect((await call('admin', 'Contact/get')).status).toBe(200);
});

test('faults go by entity and action, in a request of several calls too', async () => {
  const { call, faults, send, world } = await serveCivicrm();
  faults.inject({
    system: 'civicrm',
    kind: 'unavailable',
    path: 'GroupContact/get',
    retryAfter: 600,
    times: 2,
  });
  expect((await call('admin', 'Contact/get', { limit: 1 })).status).toBe(200);
  const broken = await call('admin', 'GroupContact/get');
  expect([broken.status, broken.type, broken.headers.get('retry-after')]).toEqual([
    503,
    'text/html; charset=UTF-8',
    '600',
  ]);
  const several = await send('/civicrm/ajax/api4', {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${world.caller('admin').apiKey}` },
    body: new URLSearchParams({
      calls: JSON.stringify([
        ['Contact', 'get', { limit: 1 }],
        ['GroupContact', 'get', {}],
      ]),
    }),
  });
  expect(several.status).toBe(503);
});

test('the fault drop-rows answers 200 with half of the rows, and counts to match', async () => {
  const { call, faults, world } = await serveCivicrm();
  const total = world.tables.contacts.size;
  const half = Math.floor(total / 2);
  faults.inject({ system: 'civicrm', kind: 'drop-rows', path: 'Contact/get' });
  const answer = await call('admin', 'Contact/get', { select: ['id', 'row_count'] });
  expect([answer.status, answer.json.values.length, answer.json.countMatched]).toEqual([200, half, half]);
  expect((await call('admin', 'Contact/get', { select: ['id'] })).json.count).toBe(total);
});

test('several calls are one request in the log, a write if any of them writes', async () => {
  const { call, requests } = await serveCivicrm();
  await call('admin', 'Contact/get', { limit: 1 });
  await call('admin', 'Contact/create', { values: { first_name: 'X' } });
  expect(requests.counts().civicrm).toEqual({ read: 1, write: 1, total: 2 });
  expect(requests.recent(2).map(({ path }) => path)).toEqual(['Contact/get', 'Contact/create']);
});

test('getActions tells the version: getMergedTo came with 5.80', async () => {
  const { values, world, call } = await serveCivicrm();
  const names = async () =>
    (await values('service', 'Contact/getActions', { select: ['name'] })).map(
      (row: { name: string }) => row.name,
    );
  expect(await names()).toContain('getMergedTo');
  world.version = '5.79.1';
  expect(await names()).not.toContain('getMergedTo');
  expect((await call('service', 'Contact/getMergedTo', { contactId: 1 })).type).toContain('text/html');
});

test('the version stands in Domain.get, for administrators', async () => {
  const { values } = await serveCivicrm({ version: '6.4.1' });
  expect(await values('admin', 'Domain/get', { select: ['version'] })).toEqual([{ id: 1, version: '6.4.1' }]);
  expect(await values('admin', 'Setting/get', { select: ['contact_undelete'] })).toEqual([
    { name: 'contact_undelete', value: '1', domain_id: 1 },
  ]);
});

test('before 5.77 the mark of an API write did not reach the history', async () => {
  const { values, world } = await serveCivicrm({ version: '5.75.0' });
  const group_id = world.createGroup('Any group');
  const params = { values: { group_id, contact_id: 1 }, method: 'API', tracking: 'mcsync:1' };
  await values('admin', 'GroupContact/create', params);
  expect(world.historyOf(group_id, 1)).toMatchObject([{ method: null, tracking: null, status: 'Added' }]);
});

test('a caller who gives up in the middle of a request leaves nothing behind', async () => {
  const { base, call, requests } = await serveCivicrm();
  const { port, hostname } = new URL(base);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /site${GET} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: ${FORM}\r\n\r\nparams=`,
  );
  socket.destroy();
  await once(socket, 'close');
  expect((await call('admin', 'Contact/get', { limit: 1 })).status).toBe(200);
  expect(requests.counts().civicrm.total).toBe(1);
});

test('checkAccess says what the caller may do, and does nothing', async () => {
  const { values, world, requests } = await serveCivicrm();
  const before = world.tables.contacts.size;
  const may = async (who: CallerName, action: string, id: number | null) => {
    const record = id === null ? { contact_type: 'Individual' } : { id };
    const [answer] = await values(who, 'Contact/checkAccess', { action, values: record });
    return answer.access;
  };
  expect([await may('service', 'create', null), await may('service', 'update', 1)]).toEqual([true, true]);
  expect([await may('readonly', 'create', null), await may('readonly', 'update', 1)]).toEqual([false, false]);
  expect(await may('readonly', 'update', world.caller('readonly').contactId)).toBe(true);
  expect([await may('service', 'delete', 1), await may('sync', 'delete', 1)]).toEqual([false, true]);
  expect(world.tables.contacts.size).toBe(before);
  expect(requests.counts().civicrm.write).toBe(0);
});

test('GroupNesting lists which group is inside which', async () => {
  const { values, world } = await serveCivicrm();
  const [parent, child] = [world.createGroup('Parent group'), world.createGroup('Child group')];
  world.addChildGroup(parent, child);
  expect(await values('service', 'GroupNesting/get', { where: [['parent_group_id', '=', parent]] })).toEqual([
    { id: 1, child_group_id: child, parent_group_id: parent },
  ]);
});
