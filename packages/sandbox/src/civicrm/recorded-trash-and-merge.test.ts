import { expect, test } from 'vitest';
import { type Json, serveCivicrm, type TestCivicrm } from '../../testing/serve-civicrm.ts';
import { nameOf } from './contact-names.ts';

/** A contact in a group, as section 5 of the recordings has it. */
async function contactInGroup(options = {}) {
  const site = await serveCivicrm(options);
  const contactId = site.world.createContact({
    firstName: 'Aa',
    lastName: 'Exp2',
    emails: ['aa@example.org'],
  });
  const groupId = site.world.createGroup('Exp2 group');
  site.world.addToGroup(groupId, contactId);
  site.clock.advance(2000);
  return { ...site, contactId, groupId };
}

/** How many rows of each kind a caller sees of the contact. */
async function seen({ values }: TestCivicrm, who: 'admin' | 'sync', contactId: number) {
  const ofContact = { where: [['contact_id', '=', contactId]] };
  const contacts = await values(who, 'Contact/get', {
    select: ['is_deleted'],
    where: [['id', '=', contactId]],
  });
  const rows = await Promise.all(
    ['Email', 'GroupContact', 'SubscriptionHistory'].map((entity) => values(who, `${entity}/get`, ofContact)),
  );
  return [contacts.map((row: Json) => row.is_deleted), ...rows.map((found: Json) => found.length)];
}

test('recorded 5: the trash hides a contact and all its rows from whom may not see it; restoring brings all back', async () => {
  const site = await contactInGroup();
  const { values, world, contactId } = site;
  expect(await seen(site, 'sync', contactId)).toEqual([[false], 1, 1, 1]);
  expect(await values('admin', 'Contact/delete', { where: [['id', '=', contactId]] })).toEqual([
    { id: contactId },
  ]);
  expect(await seen(site, 'admin', contactId)).toEqual([[true], 1, 1, 1]);
  expect(await seen(site, 'sync', contactId)).toEqual([[], 0, 0, 0]);
  expect(
    await values('admin', 'Contact/get', { select: ['modified_date'], where: [['id', '=', contactId]] }),
  ).toMatchObject([{ modified_date: '2026-11-23 09:09:37' }]);
  await values('admin', 'Contact/update', {
    values: { is_deleted: false },
    where: [
      ['id', '=', contactId],
      ['is_deleted', '=', true],
    ],
  });
  expect(await seen(site, 'sync', contactId)).toEqual([[false], 1, 1, 1]);
  expect(world.tables.history.ofContact(contactId)).toHaveLength(1);
});

test('before 6.7 the trash leaves modified_date alone', async () => {
  const { values, contactId } = await contactInGroup({ version: '6.6.2' });
  await values('admin', 'Contact/delete', { where: [['id', '=', contactId]] });
  expect(
    await values('admin', 'Contact/get', { select: ['modified_date'], where: [['id', '=', contactId]] }),
  ).toMatchObject([{ modified_date: '2026-11-23 09:09:35' }]);
});

test('recorded 5 and 16: writing to the trashed, seen and unseen', async () => {
  const { call, values, world, contactId, groupId } = await contactInGroup();
  world.trashContact(contactId);
  const save = (who: 'admin' | 'sync', status: string) =>
    call(who, 'GroupContact/save', {
      records: [{ contact_id: contactId, group_id: groupId, status }],
      match: ['group_id', 'contact_id'],
    });
  expect((await save('admin', 'Removed')).status).toBe(200);
  const hidden = await save('sync', 'Added');
  expect([hidden.status, hidden.json.error_message]).toEqual([500, 'DB Error: already exists']);
  expect(
    await values('sync', 'GroupContact/update', {
      values: { status: 'Removed' },
      where: [
        ['group_id', '=', groupId],
        ['contact_id', '=', contactId],
      ],
    }),
  ).toEqual([]);
  const [renamed] = await values('sync', 'Contact/update', {
    values: { first_name: 'Zz' },
    where: [['id', '=', contactId]],
  });
  expect(renamed).toMatchObject({
    id: contactId,
    display_name: 'Zz Exp2',
    sort_name: 'Exp2, Zz',
    email_greeting_display: 'Dear Aa',
    addressee_display: 'Aa Exp2',
    is_deleted: true,
    contact_id: null,
  });
});

test('recorded 5: deleting for good takes everything along; a contact that is not there is no error', async () => {
  const site = await contactInGroup();
  const { values, contactId, world, groupId } = site;
  const erase = { where: [['id', '=', contactId]], useTrash: false };
  expect(await values('sync', 'Contact/delete', erase)).toEqual([{ id: contactId }]);
  expect(await values('admin', 'Contact/delete', erase)).toEqual([]);
  expect(await seen(site, 'admin', contactId)).toEqual([[], 0, 0, 0]);
  expect(world.addedTo(groupId)).toEqual([]);
});

test('recorded 16: when Contact.get hides the trashed', async () => {
  const { values, world } = await serveCivicrm();
  const id = world.createContact({
    firstName: 'Trash',
    lastName: 'Exp6',
    externalIdentifier: 't6',
    emails: ['trash6@example.org'],
  });
  const groupId = world.createGroup('Exp6 group');
  world.addToGroup(groupId, id);
  world.trashContact(id);
  const shown = async (who: 'admin' | 'sync', ...where: unknown[]) =>
    (await values(who, 'Contact/get', { select: ['id'], where })).length > 0;
  const asRecorded: readonly [expected: boolean, ...where: unknown[]][] = [
    [true, ['id', '=', id]],
    [true, ['id', 'IN', [id]]],
    [false, ['id', '>=', id]],
    [false, ['id', 'BETWEEN', [id, id + 1]]],
    [false, ['last_name', '=', 'Exp6']],
    [false, ['email_primary.email', '=', 'trash6@example.org']],
    [true, ['external_identifier', '=', 't6']],
    [false, ['groups', 'IN', [groupId]]],
    [true, ['last_name', '=', 'Exp6'], ['is_deleted', '=', true]],
    [true, ['last_name', '=', 'Exp6'], ['is_deleted', 'IN', [true, false]]],
    [false, ['modified_date', '>=', 'now - 1 minute'], ['last_name', '=', 'Exp6']],
    [false, ['id', '>', id - 1], ['is_deleted', '=', false]],
  ];
  for (const [expected, ...where] of asRecorded) {
    expect([where, await shown('admin', ...where)]).toEqual([where, expected]);
    expect([where, await shown('sync', ...where)]).toEqual([where, false]);
  }
});

test('recorded 16: an external identifier stays taken in the trash', async () => {
  const { call, world } = await serveCivicrm();
  world.trashContact(world.createContact({ firstName: 'T', externalIdentifier: 't6' }));
  const record = { contact_type: 'Individual', first_name: 'Again', external_identifier: 't6' };
  const created = await call('admin', 'Contact/create', { values: record });
  const saved = await call('sync', 'Contact/save', { records: [record], match: ['external_identifier'] });
  for (const { status, json } of [created, saved]) {
    expect([status, json.error_message]).toEqual([500, 'DB Error: already exists']);
  }
});

/** Three people as in section 7: two to be merged, a third for the second merge. */
async function threePeople() {
  const site = await serveCivicrm();
  const { world } = site;
  const [keep = 0, lose = 0, last = 0] = ['pat', 'pat2', 'pat'].map((name) =>
    world.createContact({ firstName: 'Pat', lastName: 'Exp3', emails: [`${name}.exp3@example.org`] }),
  );
  const [m1 = 0, m2 = 0, m3 = 0] = ['M1', 'M2', 'M3'].map((name) => world.createGroup(`${name} 1795424997`));
  world.addToGroup(m1, keep);
  world.removeFromGroup(m1, lose);
  world.addToGroup(m2, lose);
  world.removeFromGroup(m3, keep);
  world.addToGroup(m3, lose);
  site.clock.advance(2000);
  return { ...site, keep, lose, last, m1, m2, m3 };
}

test('recorded 7: a merge re-points rows in place, Added wins, and nothing tells of it but the trash', async () => {
  const { call, values, world, keep, lose, last, m1, m2, m3 } = await threePeople();
  const rowIds = [m2, m3].map((group) => world.tables.groupContacts.find(group, lose)?.id);
  const historyBefore = [...world.tables.history.ofContact(keep), ...world.tables.history.ofContact(lose)];
  const merge = { contactId: keep, duplicateId: lose };
  expect(await values('admin', 'Contact/mergeDuplicates', { ...merge, mode: 'safe' })).toEqual([
    { merged: [], skipped: [{ main_id: keep, other_id: lose }] },
  ]);
  expect(await values('admin', 'Contact/mergeDuplicates', { ...merge, mode: 'aggressive' })).toEqual([
    { merged: [{ main_id: keep, other_id: lose }], skipped: [] },
  ]);
  expect([m1, m2, m3].map((group) => world.statusOf(group, keep))).toEqual(['Added', 'Added', 'Added']);
  expect(world.tables.groupContacts.find(m2, keep)?.id).toBe(rowIds[0]);
  expect(world.tables.groupContacts.find(m3, keep)?.id).not.toBe(rowIds[1]);
  expect(world.tables.groupContacts.ofContact(lose)).toEqual([]);
  const kept = historyBefore.filter((row) => !(row.group_id === m1 && row.status === 'Removed'));
  expect(world.tables.history.ofContact(keep)).toEqual(kept.sort((a, b) => a.id - b.id));
  expect(world.contact(keep).modified_date).toBe(world.contact(last).modified_date);
  expect(world.contact(lose).is_deleted).toBe(true);
  expect(world.contact(lose).modified_date).toBe(world.contact(keep).modified_date + 2000);
  expect(world.emailsOf(lose).map(({ email }) => email)).toEqual(['pat2.exp3@example.org']);

  const mergedTo = async (who: 'admin' | 'sync', contactId: number) =>
    (await call(who, 'Contact/getMergedTo', { contactId })).json;
  expect(await mergedTo('admin', lose)).toEqual({
    values: [{ id: keep }],
    entity: 'Contact',
    action: 'getMergedTo',
    debug: null,
    version: 4,
    count: 1,
    countFetched: 1,
  });
  expect(await values('admin', 'Contact/getMergedFrom', { contactId: keep })).toEqual([{ id: lose }]);
  for (const [who, id] of [
    ['sync', lose],
    ['admin', keep],
    ['admin', 99_999_999],
  ] as const) {
    expect((await mergedTo(who, id)).values).toEqual([[]]);
  }
});

test('recorded 7 and 18: getMergedTo follows a chain, until the loser is deleted for good', async () => {
  const { call, values, world, keep, lose, last, m1, m2, m3 } = await threePeople();
  world.mergeContacts(keep, lose);
  world.mergeContacts(last, keep);
  expect(await values('synctrash', 'Contact/getMergedTo', { contactId: lose })).toEqual([{ id: last }]);
  expect([m1, m2, m3].map((group) => world.statusOf(group, last))).toEqual(['Added', 'Added', 'Added']);
  const where = [['contact_id', 'IN', [keep, lose, last]]];
  const rows = await values('sync', 'SubscriptionHistory/get', { where, select: ['contact_id'] });
  expect(rows.map((row: Json) => row.contact_id)).toEqual([last, last, last, last]);
  const refused = await call('synctrash', 'Contact/mergeDuplicates', {
    contactId: last,
    duplicateId: 1,
    mode: 'aggressive',
  });
  expect([refused.status, refused.json.error_code]).toEqual([403, '1']);
  await values('synctrash', 'Contact/delete', { where: [['id', '=', lose]], useTrash: false });
  expect(await values('admin', 'Contact/getMergedTo', { contactId: lose })).toEqual([[]]);
});

test('a merge moves an address to a place that is free at the winner, and the activities name both', async () => {
  const { values, world } = await serveCivicrm();
  const keep = world.createContact({
    firstName: 'P',
    emails: [{ email: 'home@oak.test', locationType: 'Home' }],
  });
  const lose = world.createContact({
    lastName: 'Q',
    emails: [{ email: 'work@oak.test', locationType: 'Work' }],
  });
  world.mergeContacts(keep, lose);
  expect(world.emailsOf(keep).map(({ email, is_primary: primary }) => [email, primary])).toEqual([
    ['home@oak.test', true],
    ['work@oak.test', false],
  ]);
  expect(nameOf(world.contact(keep), 'display_name')).toBe('P Q');
  expect(
    await values('service', 'ActivityContact/get', {
      select: ['contact_id'],
      where: [
        ['activity_id.activity_type_id:name', '=', 'Contact Merged'],
        ['record_type_id:name', '=', 'Activity Targets'],
      ],
    }),
  ).toMatchObject([{ contact_id: keep }]);
});

test('a merge without a trash erases the loser and leaves nothing to follow', async () => {
  const { values, world, keep, lose } = await threePeople();
  world.trash = 'off';
  world.mergeContacts(keep, lose);
  expect(world.tables.contacts.get(lose)).toBeUndefined();
  expect(await values('admin', 'Contact/getMergedTo', { contactId: lose })).toEqual([[]]);
});
