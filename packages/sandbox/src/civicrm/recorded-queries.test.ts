import { expect, test } from 'vitest';
import { type Json, serveCivicrm } from '../../testing/serve-civicrm.ts';

/** Four people, two groups: enough to ask about. */
async function people() {
  const site = await serveCivicrm();
  const { world } = site;
  const news = world.createGroup('Newsletter Subscribers');
  const board = world.createGroup('Advisory Board');
  const [ann = 0, bob = 0, cat = 0, dan = 0] = [
    { firstName: 'Ann', lastName: 'Zoll', emails: ['ann@oak.test', 'ann.work@oak.test'] },
    { firstName: 'Bob', lastName: 'Young', emails: ['bob@oak.test'] },
    { firstName: 'Cät', lastName: 'Xu', emails: [] },
    { firstName: 'Dan', lastName: 'Ward', emails: ['dan@oak.test'], isOptOut: true },
  ].map((person) => world.createContact(person));
  world.addToGroup(news, bob);
  world.addToGroup(news, ann);
  world.removeFromGroup(news, cat);
  world.addToGroup(board, dan);
  const idsOf = async (where: unknown[], more = {}) => {
    const among = ['id', 'IN', [ann, bob, cat, dan]];
    const found = await site.values('admin', 'Contact/get', {
      select: ['id'],
      where: [among, ...where],
      orderBy: { id: 'ASC' },
      ...more,
    });
    return found.map((row: Json) => row.id);
  };
  return { ...site, news, board, ann, bob, cat, dan, idsOf };
}

test('recorded 9: there is no limit unless one is given, and 0 is none; row_count tells the total', async () => {
  const { call, world } = await people();
  const total = world.tables.contacts.size;
  const ask = async (params: unknown) => (await call('admin', 'Contact/get', params)).json;
  expect((await ask({ select: ['id'] })).values).toHaveLength(total);
  expect((await ask({ select: ['id'], limit: 0 })).values).toHaveLength(total);
  expect(await ask({ select: ['row_count'] })).toMatchObject({
    values: [],
    count: total,
    countFetched: 0,
    countMatched: total,
  });
  expect(await ask({ select: ['id', 'row_count'], limit: 2, orderBy: { id: 'ASC' } })).toMatchObject({
    values: [{ id: 1 }, { id: 2 }],
    count: total,
    countFetched: 2,
    countMatched: total,
  });
  expect(await ask({ select: ['id'], limit: 2, offset: 3, orderBy: { id: 'ASC' } })).toMatchObject({
    values: [{ id: 4 }, { id: 5 }],
    count: 2,
  });
});

test('recorded 9 and 16b: without an order rows do not come by id', async () => {
  const { values } = await people();
  const ids = (await values('admin', 'Contact/get', { select: ['id'] })).map((row: Json) => row.id);
  expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
  const titles = (await values('readonly', 'Group/get', { select: ['id', 'title'] })).map(
    (row: Json) => row.title,
  );
  expect(titles).toEqual(['Administrators', 'Advisory Board', 'Newsletter Subscribers']);
  const members = (
    await values('admin', 'GroupContact/get', {
      select: ['contact_id'],
      where: [['group_id.title', '=', 'Newsletter Subscribers']],
    })
  ).map((row: Json) => row.contact_id);
  expect(members).not.toEqual([...members].sort((a, b) => a - b));
});

test('recorded 9: joins, over a bridge too, and fields over a foreign key', async () => {
  const { values, news, ann, bob, cat, dan } = await people();
  const inner = await values('admin', 'Contact/get', {
    select: ['id', 'gc.status', 'gc.group_id'],
    join: [['GroupContact AS gc', 'INNER', ['gc.contact_id', '=', 'id'], ['gc.group_id', '=', news]]],
    orderBy: { id: 'ASC' },
  });
  expect(inner).toEqual([
    { id: ann, 'gc.status': 'Added', 'gc.group_id': news },
    { id: bob, 'gc.status': 'Added', 'gc.group_id': news },
    { id: cat, 'gc.status': 'Removed', 'gc.group_id': news },
  ]);
  const bridge = await values('admin', 'Contact/get', {
    select: ['id', 'gc.title', 'gc.status'],
    join: [
      [
        'Group AS gc',
        'LEFT',
        'GroupContact',
        ['id', '=', 'gc.contact_id'],
        ['gc.status:name', '=', '"Added"'],
      ],
    ],
    where: [['id', 'IN', [cat, dan]]],
    orderBy: { id: 'ASC' },
  });
  expect(bridge).toEqual([
    { id: cat, 'gc.title': null, 'gc.status': null },
    { id: dan, 'gc.title': 'Advisory Board', 'gc.status': 'Added' },
  ]);
  const excluded = await values('admin', 'Contact/get', {
    select: ['id'],
    join: [['GroupContact AS gc', 'EXCLUDE', ['gc.contact_id', '=', 'id']]],
    where: [['id', 'IN', [ann, bob, cat, dan, 1]]],
  });
  expect(excluded).toEqual([{ id: 1 }]);
  const emails = await values('admin', 'Contact/get', {
    select: ['id', 'email.email'],
    join: [['Email AS email', 'LEFT', ['email.contact_id', '=', 'id']]],
    where: [['id', 'IN', [ann, cat]]],
    orderBy: { id: 'ASC', 'email.id': 'ASC' },
  });
  expect(emails.map((row: Json) => row['email.email'])).toEqual(['ann@oak.test', 'ann.work@oak.test', null]);
  const implicit = await values('admin', 'GroupContact/get', {
    select: [
      'contact_id',
      'contact_id.email_primary.email',
      'group_id:name',
      'group_id.title',
      'contact_id.is_deleted',
    ],
    where: [
      ['group_id', '=', news],
      ['contact_id', '=', ann],
    ],
  });
  expect(implicit).toEqual([
    {
      id: expect.any(Number),
      contact_id: ann,
      'contact_id.email_primary.email': 'ann@oak.test',
      'group_id:name': expect.stringMatching(/^Newsletter_Subscri_\d+$/),
      'group_id.title': 'Newsletter Subscribers',
      'contact_id.is_deleted': false,
    },
  ]);
});

test('a join to what the caller may not read is left out without a word', async () => {
  const { values, world, ann } = await people();
  world.caller('service').revoke('access CiviCRM');
  const found = await values('service', 'Contact/get', {
    select: ['id', 'gc.status'],
    join: [['GroupContact AS gc', 'INNER', ['gc.contact_id', '=', 'id']]],
    where: [['id', '=', ann]],
  });
  expect(found).toEqual([{ id: ann }]);
});

test('recorded 9: getFields', async () => {
  const { values } = await serveCivicrm();
  const fields = await values('admin', 'SubscriptionHistory/getFields', {
    select: ['name', 'data_type', 'type', 'options'],
  });
  expect(fields).toEqual(
    [
      ['id', 'Integer', false],
      ['contact_id', 'Integer', false],
      ['group_id', 'Integer', true],
      ['date', 'Timestamp', false],
      ['method', 'String', true],
      ['status', 'String', true],
      ['tracking', 'String', false],
    ].map(([name, data_type, options]) => ({ type: 'Field', name, data_type, options })),
  );
});

test('recorded 15: GroupContact knows neither smart rules nor child groups, `groups IN` knows both', async () => {
  const { values, world, news, board, ann, dan } = await people();
  const smart = world.createGroup('Everybody named Exp5');
  world.makeSmart(smart, [dan]);
  const inGroup = async (group: number) =>
    (
      await values('admin', 'Contact/get', {
        select: ['id'],
        where: [['groups', 'IN', [group]]],
        orderBy: { id: 'ASC' },
      })
    ).map((row: Json) => row.id);
  expect(await values('admin', 'GroupContact/get', { where: [['group_id', '=', smart]] })).toEqual([]);
  expect(await inGroup(smart)).toEqual([dan]);
  const records = [
    { contact_id: dan, status: 'Removed' },
    { contact_id: ann, status: 'Added' },
  ];
  await values('admin', 'GroupContact/save', {
    records,
    defaults: { group_id: smart },
    match: ['group_id', 'contact_id'],
  });
  expect(await inGroup(smart)).toEqual([ann, dan]);
  world.addChildGroup(news, board);
  expect(await inGroup(news)).toContain(dan);
  expect(
    await values('admin', 'Group/get', {
      select: ['children', 'parents'],
      where: [['id', 'IN', [news, board]]],
    }),
  ).toEqual([
    { id: news, children: [board], parents: null },
    { id: board, children: null, parents: [news] },
  ]);
});

test('contact_count counts everybody Added, whatever the caller may see', async () => {
  const { values, world, news, ann } = await people();
  world.trashContact(ann);
  const count = await values('sync', 'Group/get', {
    select: ['contact_count', 'saved_search_id'],
    where: [['id', '=', news]],
  });
  expect(count).toEqual([{ id: news, contact_count: 2, saved_search_id: null }]);
  expect(
    await values('sync', 'GroupContact/get', {
      where: [
        ['group_id', '=', news],
        ['status', '=', 'Added'],
      ],
    }),
  ).toHaveLength(1);
});

test('names that a contact type cannot have are left out where the type is asked for', async () => {
  const { values } = await people();
  const [organisation] = await values('admin', 'Contact/get', {
    select: ['contact_type', 'first_name', 'organization_name'],
    where: [['id', '=', 1]],
  });
  expect(organisation).toEqual({
    id: 1,
    contact_type: 'Organization',
    organization_name: 'Default Organization',
  });
});

test('each operator', async () => {
  const { idsOf, ann, bob, cat, dan } = await people();
  const name = (...rest: unknown[]) => idsOf([['first_name', ...rest]]);
  expect(await name('=', 'ANN')).toEqual([ann]);
  expect(await name('=', 'cat')).toEqual([cat]); // accents do not count
  expect(await name('!=', 'Ann')).toEqual([bob, cat, dan]);
  expect(await name('<>', 'Ann')).toEqual([bob, cat, dan]);
  expect(await name('>', 'Bob')).toEqual([cat, dan]);
  expect(await name('<=', 'Bob')).toEqual([ann, bob]);
  expect(await name('LIKE', '%an%')).toEqual([ann, dan]);
  expect(await name('LIKE', '_nn')).toEqual([ann]);
  expect(await name('NOT LIKE', 'A%')).toEqual([bob, cat, dan]);
  expect(await name('IN', ['Ann', 'Dan'])).toEqual([ann, dan]);
  expect(await name('NOT IN', ['Ann', 'Dan'])).toEqual([bob, cat]);
  expect(await name('BETWEEN', ['B', 'C'])).toEqual([bob]);
  expect(await name('NOT BETWEEN', ['B', 'C'])).toEqual([ann, cat, dan]);
  expect(await name('CONTAINS', 'nn')).toEqual([ann]);
  expect(await name('NOT CONTAINS', 'nn')).toEqual([bob, cat, dan]);
  expect(await name('CONTAINS ONE OF', ['nn', 'ob'])).toEqual([ann, bob]);
  expect(await name('NOT CONTAINS ONE OF', ['nn', 'ob'])).toEqual([cat, dan]);
  expect(await name('REGEXP', '^[ab]')).toEqual([ann, bob]);
  expect(await name('NOT REGEXP', '^[ab]')).toEqual([cat, dan]);
  expect(await name('REGEXP BINARY', '^[ab]')).toEqual([]);
  expect(await name('IS EMPTY')).toEqual([]);
  expect(await name('IS NOT EMPTY')).toEqual([ann, bob, cat, dan]);
  expect(await idsOf([['email_primary.email', 'IS NULL']])).toEqual([cat]);
  expect(await idsOf([['email_primary.email', 'IS NOT NULL']])).toEqual([ann, bob, dan]);
  expect(await idsOf([['is_opt_out', '=', 1]])).toEqual([dan]);
  expect(await idsOf([['first_name', '=', 'last_name', true]])).toEqual([]);
});

test('AND, OR and NOT nest, and NOT of NULL is not true', async () => {
  const { idsOf, ann, bob, cat, dan } = await people();
  const first = (name: string) => ['first_name', '=', name];
  expect(await idsOf([['OR', [first('Ann'), ['AND', [first('Dan'), ['is_opt_out', '=', true]]]]]])).toEqual([
    ann,
    dan,
  ]);
  expect(await idsOf([['NOT', [first('Ann')]]])).toEqual([bob, cat, dan]);
  expect(await idsOf([['NOT', ['OR', [first('Ann'), first('Bob')]]]])).toEqual([cat, dan]);
  expect(await idsOf([['NOT', [['email_primary.email', 'LIKE', 'ann%']]]])).toEqual([bob, dan]);
});

test('empty lists: IN finds nothing, NOT IN everything', async () => {
  const { idsOf, ann, bob, cat, dan } = await people();
  expect(await idsOf([['contact_type', 'IN', []]])).toEqual([]);
  expect(await idsOf([['contact_type', 'NOT IN', []]])).toEqual([ann, bob, cat, dan]);
});

test('functions: now, counts, greatest and least, with and without groups', async () => {
  const { values, news, board } = await people();
  const [now] = await values('service', 'Contact/get', { select: ['NOW() AS now_local'], limit: 1 });
  expect(now).toEqual({ id: expect.any(Number), now_local: '2026-11-23 09:09:35' });
  const [history] = await values('service', 'SubscriptionHistory/get', {
    select: [
      'MAX(id) AS newest',
      'MIN(id) AS oldest',
      'MAX(date) AS last',
      'COUNT(*) AS n',
      'COUNT(DISTINCT group_id) AS groups',
    ],
    where: [['group_id', 'IN', [news, board]]],
  });
  expect(history).toEqual({
    newest: history.oldest + 3,
    oldest: history.oldest,
    last: '2026-11-23 09:09:35',
    n: 4,
    groups: 2,
  });
  expect(
    await values('service', 'GroupContact/get', { select: ['MAX(id)'], where: [['group_id', '=', 999]] }),
  ).toEqual([{ 'MAX:id': null }]);
  const grouped = await values('service', 'GroupContact/get', {
    select: ['status', 'COUNT(*) AS n'],
    where: [['group_id', '=', news]],
    groupBy: ['status'],
    orderBy: { n: 'DESC' },
  });
  expect(grouped).toEqual([
    { status: 'Added', n: 2 },
    { status: 'Removed', n: 1 },
  ]);
  const many = await values('service', 'GroupContact/get', {
    select: ['status', 'COUNT(*) AS n'],
    where: [['group_id', '=', news]],
    groupBy: ['status'],
    having: [['n', '>', 1]],
  });
  expect(many).toEqual([{ status: 'Added', n: 2 }]);
  const [text] = await values('service', 'Contact/get', {
    select: [
      'UPPER(display_name) AS loud',
      'COALESCE(source, "none") AS source',
      'CONCAT(id, "/", contact_type) AS both',
    ],
    where: [['id', '=', 1]],
  });
  expect(text).toEqual({ id: 1, loud: 'DEFAULT ORGANIZATION', source: 'none', both: '1/Organization' });
});

test('keyset pages: memberships by contact, changes by (modified_date, id), each row once', async () => {
  const { values, clock, world, news, ann, bob, cat, dan } = await people();
  const page = async (after: number) =>
    (
      await values('service', 'GroupContact/get', {
        select: ['contact_id', 'status', 'contact_id.first_name'],
        where: [
          ['group_id', '=', news],
          ['contact_id', '>', after],
        ],
        orderBy: { contact_id: 'ASC' },
        limit: 2,
      })
    ).map((row: Json) => row.contact_id);
  expect([await page(0), await page(bob), await page(cat)]).toEqual([[ann, bob], [cat], []]);

  clock.advance(5000);
  for (const id of [dan, ann, cat]) world.editContact(id, { lastName: 'New' });
  clock.advance(5000);
  world.editContact(cat, { lastName: 'Newer' });
  const changed = async (since: string, after: number) =>
    (
      await values('service', 'Contact/get', {
        select: ['id', 'modified_date'],
        where: [
          ['is_deleted', 'IN', [0, 1]],
          [
            'OR',
            [
              ['modified_date', '>', since],
              [
                'AND',
                [
                  ['modified_date', '=', since],
                  ['id', '>', after],
                ],
              ],
            ],
          ],
        ],
        orderBy: { modified_date: 'ASC', id: 'ASC' },
        limit: 2,
      })
    ).map((row: Json) => row.id);
  expect(await changed('2026-11-23 09:09:36', 0)).toEqual([ann, dan]);
  expect(await changed('2026-11-23 09:09:40', ann)).toEqual([dan, cat]);
  expect(await changed('2026-11-23 09:09:40', dan)).toEqual([cat]);
  expect(await changed('2026-11-23 09:09:45', cat)).toEqual([]);
});

test('`index` keys the rows or picks one, `chain` follows each row', async () => {
  const { world, send, ann, bob } = await people();
  const answer = await send('/civicrm/ajax/api4', {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${world.caller('service').apiKey}` },
    body: new URLSearchParams({
      calls: JSON.stringify({
        keyed: ['Contact', 'get', { select: ['first_name'], where: [['id', 'IN', [ann, bob]]] }, 'id'],
        first: [
          'Contact',
          'get',
          { select: ['id'], where: [['id', 'IN', [ann, bob]]], orderBy: { id: 'ASC' } },
          0,
        ],
        none: ['Contact', 'get', { select: ['id'], where: [['id', '=', 0]] }, 'id'],
        chained: [
          'Contact',
          'get',
          {
            select: ['id'],
            where: [['id', '=', ann]],
            chain: { emails: ['Email', 'get', { select: ['email'], where: [['contact_id', '=', '$id']] }] },
          },
        ],
      }),
    }),
  });
  const { keyed, first, none, chained } = answer.json;
  expect(Object.keys(keyed.values)).toEqual([String(ann), String(bob)]);
  expect(first.values).toEqual({ id: ann });
  expect(none.values).toEqual([]);
  expect(chained.values[0].emails.map((row: Json) => row.email)).toEqual([
    'ann@oak.test',
    'ann.work@oak.test',
  ]);
});
