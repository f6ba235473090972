import { expect, test } from 'vitest';
import { serveCivicrm } from '../../testing/serve-civicrm.ts';

const END = { custom: null, check_permissions: null };

test('recorded 1: a contact with a chained address comes back with both, the address in lower case', async () => {
  const { call, values, world } = await serveCivicrm();
  const created = await call('admin', 'Contact/create', {
    values: { contact_type: 'Individual', first_name: 'Ann', last_name: 'Test', source: 'exp1' },
    chain: {
      email: [
        'Email',
        'create',
        { values: { contact_id: '$id', email: 'Ann.Test@Example.org', is_primary: true } },
      ],
    },
  });
  expect(created.status).toBe(200);
  expect(created.type).toBe('application/json; charset=UTF-8');
  const { id, email, hash } = created.json.values[0];
  expect(created.json).toEqual({
    values: [
      {
        id,
        contact_type: 'Individual',
        display_name: 'Ann Test',
        first_name: 'Ann',
        last_name: 'Test',
        do_not_email: false,
        do_not_phone: false,
        do_not_mail: false,
        do_not_sms: false,
        do_not_trade: false,
        is_opt_out: false,
        sort_name: 'Test, Ann',
        preferred_language: 'en_US',
        hash,
        source: 'exp1',
        communication_style_id: 1,
        email_greeting_id: 1,
        postal_greeting_id: 1,
        addressee_id: 1,
        is_deceased: false,
        is_deleted: false,
        created_date: '2026-11-23 09:09:35',
        modified_date: '2026-11-23 09:09:35',
        preferred_mail_format: 'Both',
        ...END,
        email: [
          {
            id: email[0].id,
            contact_id: id,
            location_type_id: 1,
            email: 'ann.test@example.org',
            is_primary: true,
            on_hold: 0,
            ...END,
          },
        ],
      },
    ],
    entity: 'Contact',
    action: 'create',
    debug: null,
    version: 4,
    count: 1,
    countFetched: 1,
  });
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  expect(
    await values('admin', 'Contact/get', {
      select: ['id'],
      where: [['email_primary.email', '=', 'ann.test@example.org']],
    }),
  ).toEqual([{ id }]);
  expect(world.emailsOf(id)).toHaveLength(1);
});

test('recorded 1: the address may be given as email_primary.email', async () => {
  const { values } = await serveCivicrm();
  const [bob] = await values('admin', 'Contact/create', {
    values: { contact_type: 'Individual', first_name: 'Bob', 'email_primary.email': 'bob.test@example.org' },
  });
  expect(bob['email_primary.email']).toBe('bob.test@example.org');
  expect(
    await values('admin', 'Contact/get', {
      select: [
        'id',
        'display_name',
        'email_primary.email',
        'email_primary.on_hold',
        'is_opt_out',
        'is_deleted',
      ],
      where: [['id', 'IN', [bob.id]]],
    }),
  ).toEqual([
    {
      id: bob.id,
      display_name: 'Bob',
      'email_primary.email': 'bob.test@example.org',
      'email_primary.on_hold': 0,
      is_opt_out: false,
      is_deleted: false,
    },
  ]);
});

test('recorded 1: an address without a select has these fields, and putting it on hold dates it', async () => {
  const { values, world } = await serveCivicrm();
  const contactId = world.createContact({ firstName: 'Bob', emails: ['bob.test@example.org'] });
  const [email] = await values('admin', 'Email/get', { where: [['contact_id', 'IN', [contactId]]] });
  expect(email).toEqual({
    id: email.id,
    contact_id: contactId,
    location_type_id: 1,
    email: 'bob.test@example.org',
    is_primary: true,
    is_billing: false,
    on_hold: 0,
    is_bulkmail: false,
    hold_date: null,
    reset_date: null,
    signature_text: null,
    signature_html: null,
  });
  expect(
    await values('admin', 'Email/update', {
      values: { on_hold: 1 },
      where: [['contact_id', '=', contactId]],
    }),
  ).toEqual([{ id: email.id, on_hold: 1, hold_date: '20261123090935', reset_date: 'null', ...END }]);
  expect(
    await values('admin', 'Email/get', {
      select: ['on_hold', 'on_hold:name', 'hold_date', 'reset_date'],
      where: [['contact_id', '=', contactId]],
    }),
  ).toEqual([
    { id: email.id, on_hold: 1, 'on_hold:name': 1, hold_date: '2026-11-23 09:09:35', reset_date: null },
  ]);
  expect(
    await values('admin', 'Email/create', { values: { contact_id: contactId, email: 'not-an-address' } }),
  ).toEqual([
    {
      id: email.id + 1,
      contact_id: contactId,
      location_type_id: 1,
      email: 'not-an-address',
      on_hold: 0,
      ...END,
    },
  ]);
});

test('recorded 2: a group gets its machine name from its title and its id; the title is taken once', async () => {
  const { call, values, world } = await serveCivicrm();
  const admin = world.caller('admin').contactId;
  const [group] = await values('admin', 'Group/create', {
    values: { title: 'Sync Test 1795424976', 'group_type:name': ['Mailing List'] },
  });
  expect(group).toEqual({
    id: group.id,
    name: `Sync_Test_179542_${group.id}`,
    title: 'Sync Test 1795424976',
    group_type: ['2'],
    created_id: admin,
    modified_id: admin,
    frontend_title: 'Sync Test 1795424976',
    ...END,
  });
  const select = [
    'name',
    'group_type',
    'group_type:name',
    'is_active',
    'is_hidden',
    'saved_search_id',
    'visibility',
    'cache_date',
    'source',
  ];
  expect(await values('admin', 'Group/get', { select, where: [['id', '=', group.id]] })).toEqual([
    {
      id: group.id,
      name: group.name,
      group_type: ['2'],
      'group_type:name': ['Mailing List'],
      is_active: true,
      is_hidden: false,
      saved_search_id: null,
      visibility: 'User and User Admin Only',
      cache_date: null,
      source: null,
    },
  ]);
  const again = await call('admin', 'Group/create', { values: { title: 'Sync Test 1795424976' } });
  expect([again.status, again.json.error_message]).toEqual([500, 'DB Error: already exists']);
  const untitled = await call('admin', 'Group/create', { values: { 'group_type:name': ['Mailing List'] } });
  expect(untitled.json.error_message).toBe(
    'Mandatory values missing from Api4 Group::create: name, title, frontend_title',
  );
});

test('recorded 3: every write of a membership writes history, changed or not, and a failed insert uses up an id', async () => {
  const { call, values, world } = await serveCivicrm();
  const group_id = world.createGroup('Sync Test 1795424976');
  const contact_id = world.createContact({ firstName: 'Ann' });
  const pair = { group_id, contact_id };
  const match = ['group_id', 'contact_id'];
  const where = [
    ['group_id', '=', group_id],
    ['contact_id', '=', contact_id],
  ];
  const save = (status: string, more = {}) =>
    values('admin', 'GroupContact/save', { records: [{ ...pair, status }], match, ...more });

  const [first] = await values('admin', 'GroupContact/create', { values: { ...pair, status: 'Added' } });
  expect(first).toEqual({ id: first.id, ...pair, status: 'Added', ...END, method: null, tracking: null });
  const again = await call('admin', 'GroupContact/create', { values: { ...pair, status: 'Added' } });
  expect(again.json).toEqual({
    error_id: expect.stringMatching(/^\w{4}-\w{4}-\w{4}$/),
    error_code: 0,
    error_message: 'DB Error: already exists',
    status: 500,
  });
  expect(await save('Added')).toEqual([{ ...first, method: null, tracking: null }]);
  expect(await save('Removed', { method: 'Web', tracking: 'sync-run-1' })).toMatchObject([
    { id: first.id, status: 'Removed' },
  ]);
  await values('admin', 'GroupContact/update', { values: { status: 'Added' }, where });
  await values('admin', 'GroupContact/update', {
    values: { status: 'Added' },
    where: [['id', '=', first.id]],
  });
  const unmatched = await call('admin', 'GroupContact/save', {
    records: [
      { ...pair, status: 'Removed' },
      { group_id, contact_id: 1, status: 'Added' },
    ],
  });
  expect([unmatched.status, unmatched.json.error_message]).toEqual([500, 'DB Error: already exists']);
  await save('Pending');
  await save('Bogus');
  expect(await values('admin', 'GroupContact/get', { where })).toEqual([
    { id: first.id, ...pair, status: 'Bogus', location_id: null, email_id: null },
  ]);
  expect(await values('admin', 'GroupContact/delete', { where })).toEqual([{ id: String(first.id) }]);
  const [later] = await values('admin', 'GroupContact/create', { values: { ...pair, status: 'Removed' } });
  expect(later.id).toBe(first.id + 3);
  const history = await values('admin', 'SubscriptionHistory/get', { where, orderBy: { id: 'ASC' } });
  expect(
    history.map((row: Record<string, unknown>) => [row['method'], row['status'], row['tracking']]),
  ).toEqual([
    ['API', 'Added', null],
    ['API', 'Added', null],
    ['Web', 'Removed', 'sync-run-1'],
    ['API', 'Added', null],
    ['API', 'Added', null],
    ['API', 'Pending', null],
    ['API', 'Bogus', null],
    ['API', 'Deleted', null],
    ['API', 'Removed', null],
  ]);
  expect(history[0]).toEqual({
    id: history[0].id,
    contact_id,
    group_id,
    date: '2026-11-23 09:09:35',
    method: 'API',
    status: 'Added',
    tracking: null,
  });
});

test.each([
  ['contact', { contact_id: 99_999_999 }],
  ['group', { group_id: 99_999_999 }],
])('recorded 3: a membership of a %s that does not exist is a constraint violation', async (_what, wrong) => {
  const { call, world } = await serveCivicrm();
  const right = { group_id: world.createGroup('Any group'), contact_id: 1 };
  const answer = await call('admin', 'GroupContact/create', {
    values: { ...right, ...wrong, status: 'Added' },
  });
  expect([answer.status, answer.json.error_message]).toEqual([500, 'DB Error: constraint violation']);
});

test('recorded 3: history cannot be back-dated', async () => {
  const { values, world } = await serveCivicrm();
  const group_id = world.createGroup('Any group');
  const [row] = await values('admin', 'SubscriptionHistory/create', {
    values: { group_id, contact_id: 1, status: 'Added', method: 'API', date: '2001-02-03 04:05:06' },
  });
  expect(row).toEqual({
    id: row.id,
    contact_id: 1,
    group_id,
    date: '20261123090935',
    method: 'API',
    status: 'Added',
    ...END,
  });
  expect(world.statusOf(group_id, 1)).toBeNull();
});

test('recorded 4: a save of several records is no transaction, and takes defaults, match and reload', async () => {
  const { call, values, world } = await serveCivicrm();
  const group_id = world.createGroup('Any group');
  const [a = 0, b = 0, c = 0] = ['A', 'B', 'C'].map((firstName) => world.createContact({ firstName }));
  const match = ['group_id', 'contact_id'];
  const broken = await call('admin', 'GroupContact/save', {
    records: [a, 99_999_999, b].map((contact_id) => ({ group_id, contact_id, status: 'Added' })),
    match,
  });
  expect([broken.status, broken.json.error_message]).toEqual([500, 'DB Error: constraint violation']);
  expect([a, b].map((id) => world.statusOf(group_id, id))).toEqual(['Added', null]);

  const defaults = { group_id, status: 'Added' };
  const saved = await call('admin', 'GroupContact/save', {
    records: [a, b, c].map((contact_id) => ({ contact_id })),
    defaults,
    match,
  });
  const firstId = saved.json.values[0].id;
  expect(saved.json).toMatchObject({ count: 3, countFetched: 3, countMatched: 1 });
  expect(saved.json.values).toEqual([
    { id: firstId, group_id, contact_id: a, status: 'Added', ...END },
    { id: firstId + 2, group_id, contact_id: b, status: 'Added', ...END },
    { id: firstId + 3, group_id, contact_id: c, status: 'Added', ...END, method: null, tracking: null },
  ]);
  expect(
    await values('admin', 'GroupContact/save', {
      records: [{ contact_id: a }],
      defaults,
      match,
      reload: true,
    }),
  ).toEqual([{ id: firstId, group_id, contact_id: a, status: 'Added', location_id: null, email_id: null }]);
});

test('recorded 6: a disabled group can be read and written, a deleted one leaves no trace', async () => {
  const { values, world } = await serveCivicrm();
  const title = 'Exp2 1795424988.6031868';
  const group_id = world.createGroup(title);
  const contact_id = world.createContact({ firstName: 'A' });
  world.addToGroup(group_id, contact_id);
  expect(
    await values('admin', 'Group/update', { values: { is_active: false }, where: [['id', '=', group_id]] }),
  ).toEqual([
    { id: group_id, title, is_active: false, modified_id: world.caller('admin').contactId, ...END },
  ]);
  await values('admin', 'GroupContact/save', {
    records: [{ contact_id, group_id, status: 'Removed' }],
    match: ['group_id', 'contact_id'],
  });
  expect(
    await values('admin', 'GroupContact/get', {
      select: ['contact_id', 'status'],
      where: [['group_id', '=', group_id]],
    }),
  ).toMatchObject([{ contact_id, status: 'Removed' }]);
  expect(await values('admin', 'Group/delete', { where: [['id', '=', group_id]] })).toEqual([
    { id: String(group_id) },
  ]);
  for (const entity of ['GroupContact', 'SubscriptionHistory']) {
    expect(await values('admin', `${entity}/get`, { where: [['group_id', '=', group_id]] })).toEqual([]);
    expect(await values('admin', `${entity}/get`, { where: [['contact_id', '=', contact_id]] })).toEqual([]);
  }
});

test('recorded 11: what CiviCRM itself does to a membership', async () => {
  const { world } = await serveCivicrm();
  const group = world.createGroup('Any group');
  const contact = world.createContact({ firstName: 'A' });
  const rowId = () => world.tables.groupContacts.find(group, contact)?.id;
  const history = () => world.historyOf(group, contact).map(({ method, status }) => `${method} ${status}`);

  world.addToGroup(group, contact);
  const first = rowId() ?? 0;
  world.addToGroup(group, contact);
  expect(history()).toEqual(['Admin Added']);
  world.removeFromGroup(group, contact);
  world.removeFromGroup(group, contact);
  world.unsubscribeByMail(group, contact);
  expect([rowId(), world.statusOf(group, contact)]).toEqual([first, 'Removed']);
  world.addToGroup(group, contact);
  expect(rowId()).toBe(first + 1);
  world.deleteFromGroup(group, contact);
  expect(world.statusOf(group, contact)).toBeNull();
  expect(history()).toEqual([
    'Admin Added',
    'Admin Removed',
    'Admin Removed',
    'Email Removed',
    'Admin Added',
    'Admin Deleted',
  ]);
});

test('recorded 11: removing somebody who never was a member makes a Removed row', async () => {
  const { world } = await serveCivicrm();
  const group = world.createGroup('Any group');
  world.removeFromGroup(group, 1);
  expect(world.statusOf(group, 1)).toBe('Removed');
  world.rejoinGroup(group, 1);
  expect(world.statusOf(group, 1)).toBe('Added');
});

test('recorded 12: six saves of the same new pair at once leave one row, and one history row for each that answered 200', async () => {
  const { call, world } = await serveCivicrm();
  const group_id = world.createGroup('Any group');
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      call('admin', 'GroupContact/save', {
        records: [{ group_id, contact_id: 1, status: 'Added' }],
        match: ['group_id', 'contact_id'],
      }),
    ),
  );
  const accepted = answers.filter(({ status }) => status === 200);
  expect(accepted.length).toBeGreaterThan(0);
  expect(new Set(accepted.map(({ json }) => json.values[0].id)).size).toBe(1);
  expect(world.historyOf(group_id, 1)).toHaveLength(accepted.length);
});

test.each([
  ["O'Brien", "O'Brien", "O'Brien Enc"],
  ['<b>x</b>', '<b>x</b>', '<b>x</b> Enc'],
  ['Zoë 日本語', 'Zoë 日本語', 'Zoë 日本語 Enc'],
  ['emoji 😀', 'emoji 😀', 'emoji 😀 Enc'],
  [' lead and trail ', ' lead and trail ', 'lead and trail  Enc'],
  ['null', 'Null', 'Null Enc'],
  ['', null, 'Enc'],
  ['x'.repeat(70), `${'x'.repeat(61)}...`, `${'x'.repeat(70)} Enc`],
])('recorded 13: the first name %j is stored as %j and shown as %j', async (sent, stored, shown) => {
  const { values } = await serveCivicrm();
  const [{ id }] = await values('admin', 'Contact/create', {
    values: { contact_type: 'Individual', first_name: sent, last_name: 'Enc' },
  });
  const select = ['first_name', 'display_name'];
  const [row] = await values('admin', 'Contact/get', { select, where: [['id', '=', id]] });
  expect(row.first_name).toBe(stored);
  if (sent !== 'null') expect(row.display_name).toBe(shown);
});

test.each([
  ['UPPER.Case@Example.ORG', 'upper.case@example.org'],
  ['  space@example.org ', '  space@example.org '],
  ['ünï@exämple.org', 'ünï@exämple.org'],
  ['two@example.org,three@example.org', 'two@example.org,three@example.org'],
  [`${'x'.repeat(250)}@example.org`, `${'x'.repeat(250)}@...`],
])('recorded 13: the address %j is stored as %j', async (sent, stored) => {
  const { values } = await serveCivicrm();
  expect(
    await values('admin', 'Email/create', { values: { contact_id: 1, email: sent }, reload: ['email'] }),
  ).toMatchObject([{ email: stored }]);
});

test('recorded 13: an empty address is a missing one', async () => {
  const { call } = await serveCivicrm();
  const answer = await call('admin', 'Email/create', { values: { contact_id: 1, email: '' } });
  expect(answer.json.error_message).toBe('Mandatory values missing from Api4 Email::create: email');
});

test('recorded 13: one address is primary; when it is deleted the oldest other one becomes it', async () => {
  const { values, world } = await serveCivicrm();
  const contact_id = world.createContact({
    firstName: 'Race',
    emails: ['race@example.org', 'upper@example.org', 'plus+tag@example.org'],
  });
  const primary = () =>
    values('admin', 'Email/get', {
      select: ['email'],
      where: [
        ['contact_id', '=', contact_id],
        ['is_primary', '=', true],
      ],
    });
  expect(await primary()).toMatchObject([{ email: 'race@example.org' }]);
  const [updated] = await values('admin', 'Email/update', {
    values: { is_primary: true },
    where: [
      ['contact_id', '=', contact_id],
      ['email', '=', 'plus+tag@example.org'],
    ],
  });
  expect(updated).toEqual({ id: updated.id, contact_id, is_primary: true, ...END });
  expect(await primary()).toMatchObject([{ email: 'plus+tag@example.org' }]);
  expect(
    await values('admin', 'Email/delete', {
      where: [
        ['contact_id', '=', contact_id],
        ['is_primary', '=', true],
      ],
    }),
  ).toEqual([{ id: String(updated.id) }]);
  expect(await primary()).toMatchObject([{ email: 'race@example.org' }]);
});

test('recorded 14: external identifiers are unique, and save finds by them and by the primary address', async () => {
  const { call, values, world } = await serveCivicrm();
  const first = world.createContact({
    firstName: 'Ext',
    externalIdentifier: 'mc-1',
    emails: ['tz2@example.org'],
  });
  const again = await call('admin', 'Contact/create', {
    values: { contact_type: 'Individual', first_name: 'Ext2', external_identifier: 'mc-1' },
  });
  expect([again.status, again.json.error_message]).toEqual([500, 'DB Error: already exists']);
  const byKey = await values('admin', 'Contact/save', {
    records: [{ contact_type: 'Individual', first_name: 'Ext3', external_identifier: 'mc-1' }],
    match: ['external_identifier'],
  });
  expect(byKey).toMatchObject([
    { id: first, first_name: 'Ext3', sort_name: 'Ext3', external_identifier: 'mc-1' },
  ]);
  const byAddress = await values('admin', 'Contact/save', {
    records: [{ contact_type: 'Individual', first_name: 'Via', 'email_primary.email': 'tz2@example.org' }],
    match: ['email_primary.email'],
  });
  expect(byAddress).toMatchObject([{ id: first, first_name: 'Via' }]);
});

test('recorded 14: writing to an id that is not there says so', async () => {
  const { call, values } = await serveCivicrm();
  const expected = [500, 'Expected one Contact but found 0'];
  const saved = await call('admin', 'Contact/save', {
    records: [
      { contact_type: 'Individual', first_name: 'Ghost' },
      { id: 99_999_999, first_name: 'Ghost2' },
    ],
  });
  expect([saved.status, saved.json.error_message]).toEqual(expected);
  const updated = await call('admin', 'Contact/update', {
    values: { first_name: 'Ghost' },
    where: [['id', '=', 99_999_999]],
  });
  expect([updated.status, updated.json.error_message]).toEqual(expected);
  expect(await values('admin', 'Contact/update', { values: { id: 2, first_name: 'ById' } })).toMatchObject([
    { id: 2, first_name: 'ById', display_name: 'ById Account', contact_id: null },
  ]);
});
