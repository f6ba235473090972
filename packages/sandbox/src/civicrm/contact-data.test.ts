import { expect, test } from 'vitest';
import { type Json, serveCivicrm } from '../../testing/serve-civicrm.ts';

const HOUR_MS = 3_600_000;

/** Two people and a site that has added fields of its own. */
async function donors() {
  const site = await serveCivicrm();
  const { values, world } = site;
  const [wilma = 0, fred = 0] = ['Wilma', 'Fred'].map((firstName) =>
    world.createContact({ firstName, lastName: 'Flint', emails: [`${firstName}@oak.test`] }),
  );
  const [group] = await values('admin', 'CustomGroup/create', {
    values: { title: 'Donor info', extends: 'Individual' },
  });
  const add = (label: string, more: object) =>
    values('admin', 'CustomField/create', {
      values: { custom_group_id: group.id, label, html_type: 'Text', data_type: 'String', ...more },
    });
  await add('Nickname', { text_length: 8 });
  await add('Gifts', { data_type: 'Int' });
  await add('Since', { data_type: 'Date', html_type: 'Select Date' });
  await add('Size', { html_type: 'Select', option_values: { s: 'Small', l: 'Large' } });
  await add('Anonymous', { data_type: 'Boolean', html_type: 'Radio' });
  const update = (id: number, changes: object) =>
    values('admin', 'Contact/update', { where: [['id', '=', id]], values: changes });
  const read = async (id: number, ...select: string[]) => {
    const [row] = await values('admin', 'Contact/get', { select, where: [['id', '=', id]] });
    const { id: _id, ...rest } = row;
    return rest;
  };
  const modified = async (id: number) => (await read(id, 'modified_date')).modified_date;
  return { ...site, wilma, fred, update, read, modified };
}

test('address and phone are read and written over the contact, made where there is none, and move its date', async () => {
  const { values, clock, wilma, update, read, modified } = await donors();
  const before = await modified(wilma);
  clock.advance(HOUR_MS);
  await update(wilma, {
    'address_primary.city': 'Bedrock',
    'address_primary.country_id:name': 'GB',
    'phone_primary.phone': '+44 20 7946 0000',
    birth_date: '1960-02-29',
  });
  expect(await modified(wilma)).not.toBe(before);
  const fields = [
    'address_primary.city',
    'address_primary.country_id:label',
    'phone_primary.phone',
    'phone_primary.phone_numeric',
    'birth_date',
  ];
  expect(await read(wilma, ...fields)).toEqual({
    'address_primary.city': 'Bedrock',
    'address_primary.country_id:label': 'United Kingdom',
    'phone_primary.phone': '+44 20 7946 0000',
    'phone_primary.phone_numeric': '442079460000',
    birth_date: '1960-02-29',
  });
  await update(wilma, { 'address_primary.city': null, 'phone_primary.phone': '' });
  expect(await read(wilma, 'address_primary.city', 'phone_primary.phone')).toEqual({
    'address_primary.city': null,
    'phone_primary.phone': null,
  });
  expect(await values('admin', 'Phone/get', { where: [['contact_id', '=', wilma]] })).toEqual([]);
  expect(await values('admin', 'Address/get', { where: [['contact_id', '=', wilma]] })).toHaveLength(1);
});

test('a contact has one primary address, the one flagged last, and the oldest where that goes', async () => {
  const { values, wilma } = await donors();
  for (const city of ['Bedrock', 'Rockville']) {
    await values('admin', 'Address/create', { values: { contact_id: wilma, city, location_type_id: 2 } });
  }
  const primary = async () =>
    (
      await values('sync', 'Address/get', {
        select: ['city', 'location_type_id:name', 'contact_id.first_name'],
        where: [
          ['contact_id', '=', wilma],
          ['is_primary', '=', true],
        ],
      })
    ).map((row: Json) => row.city);
  expect(await primary()).toEqual(['Bedrock']);
  await values('admin', 'Address/update', {
    where: [
      ['city', '=', 'Rockville'],
      ['contact_id', '=', wilma],
    ],
    values: { is_primary: true },
  });
  expect(await primary()).toEqual(['Rockville']);
  await values('admin', 'Address/delete', { where: [['city', '=', 'Rockville']] });
  expect(await primary()).toEqual(['Bedrock']);
});

test('fields that a site has added are read, written, asked for and ordered by under Group.field', async () => {
  const { values, wilma, fred, update, read } = await donors();
  await update(wilma, {
    'Donor_info.Nickname': 'Wilhelmina',
    'Donor_info.Gifts': '12',
    'Donor_info.Since': '2020-05-01',
    'Donor_info.Size:label': 'Large',
    'Donor_info.Anonymous': true,
  });
  await update(fred, { 'Donor_info.Gifts': 3 });
  const fields = ['Nickname', 'Gifts', 'Since', 'Size', 'Size:label', 'Anonymous'].map(
    (name) => `Donor_info.${name}`,
  );
  expect(await read(wilma, ...fields)).toEqual({
    'Donor_info.Nickname': 'Wilhe...',
    'Donor_info.Gifts': 12,
    'Donor_info.Since': '2020-05-01',
    'Donor_info.Size': 'l',
    'Donor_info.Size:label': 'Large',
    'Donor_info.Anonymous': true,
  });
  expect(await read(fred, 'Donor_info.Anonymous', 'Donor_info.Since')).toEqual({
    'Donor_info.Anonymous': null,
    'Donor_info.Since': null,
  });
  expect(Object.keys(await read(fred, 'custom.*'))).toHaveLength(5);
  const most = await values('admin', 'Contact/get', {
    select: ['id'],
    where: [['Donor_info.Gifts', '>=', 3]],
    orderBy: { 'Donor_info.Gifts': 'DESC' },
  });
  expect(most.map((row: Json) => row.id)).toEqual([wilma, fred]);
  const byAddress = await values('admin', 'Email/get', {
    select: ['contact_id.Donor_info.Gifts'],
    where: [['email', '=', 'fred@oak.test']],
  });
  expect(byAddress).toMatchObject([{ 'contact_id.Donor_info.Gifts': 3 }]);
});

test('getFields tells of every field, those of the site too, with their options if asked', async () => {
  const { values } = await donors();
  const fields = await values('admin', 'Contact/getFields', {
    select: ['name', 'type', 'data_type', 'label', 'options', 'custom_group'],
    loadOptions: true,
  });
  const byName = new Map<string, Json>(fields.map((field: Json) => [field.name, field]));
  expect(byName.get('birth_date')).toMatchObject({ type: 'Field', data_type: 'Date', options: false });
  expect(byName.get('address_primary')).toMatchObject({ type: 'Extra' });
  expect(byName.get('Donor_info.Gifts')).toMatchObject({
    type: 'Custom',
    data_type: 'Integer',
    label: 'Gifts',
    custom_group: 'Donor_info',
  });
  expect(byName.get('Donor_info.Size')).toMatchObject({ options: { s: 'Small', l: 'Large' } });
  const [city] = await values('admin', 'Address/getFields', {
    select: ['name', 'data_type'],
    where: [['name', '=', 'city']],
  });
  expect(city).toEqual({ name: 'city', data_type: 'String' });
});

test('a change of a field of the site moves the contact’s date, a tag does not', async () => {
  const { values, clock, wilma, update, modified } = await donors();
  const [tag] = await values('admin', 'Tag/create', { values: { label: 'Major donor' } });
  const dates = [await modified(wilma)];
  clock.advance(HOUR_MS);
  await values('sync', 'EntityTag/create', {
    values: { entity_table: 'civicrm_contact', entity_id: wilma, tag_id: tag.id },
  });
  dates.push(await modified(wilma));
  await update(wilma, { 'Donor_info.Gifts': 1 });
  dates.push(await modified(wilma));
  expect(dates[1]).toBe(dates[0]);
  expect(dates[2]).not.toBe(dates[1]);
});

test('tags are given by whoever may edit the contact, once each, and found from both sides', async () => {
  const { values, call, world, wilma, fred } = await donors();
  const [major] = await values('admin', 'Tag/create', { values: { label: 'Major donor' } });
  expect((await call('sync', 'Tag/create', { values: { label: 'Other' } })).status).toBe(403);
  expect((await call('admin', 'Tag/create', { values: { label: 'Major donor' } })).status).toBe(500);
  const give = (who: 'sync' | 'readonly', contact: number) =>
    call(who, 'EntityTag/save', {
      records: [{ entity_id: contact, tag_id: major.id }],
      defaults: { entity_table: 'civicrm_contact' },
      match: ['entity_id', 'tag_id'],
    });
  for (const contact of [wilma, wilma, fred]) expect((await give('sync', contact)).status).toBe(200);
  expect((await give('readonly', wilma)).status).toBe(403);
  const worn = async (who: 'admin' | 'sync') =>
    (
      await values(who, 'EntityTag/get', {
        select: ['entity_id', 'tag_id:name', 'tag_id.label'],
        where: [['tag_id', '=', major.id]],
        orderBy: { id: 'ASC' },
      })
    ).map((row: Json) => [row.entity_id, row['tag_id:name'], row['tag_id.label']]);
  const both = [wilma, fred].map((contact) => [contact, 'Major_donor', 'Major donor']);
  expect(await worn('sync')).toEqual(both);
  const tagged = await values('sync', 'Contact/get', {
    select: ['id'],
    where: [['tags', 'IN', [major.id]]],
    orderBy: { id: 'ASC' },
  });
  expect(tagged.map((row: Json) => row.id)).toEqual([wilma, fred]);
  world.trashContact(fred);
  expect(await worn('sync')).toEqual(both.slice(0, 1));
  expect(await worn('admin')).toEqual(both);
  await values('admin', 'Tag/delete', { where: [['id', '=', major.id]] });
  expect(await worn('admin')).toEqual([]);
});

test('a merge brings along tags, address, phone and fields that the survivor lacks', async () => {
  const { values, world, wilma, fred, update, read } = await donors();
  await update(wilma, { 'Donor_info.Gifts': 1 });
  await update(fred, {
    'Donor_info.Gifts': 2,
    'Donor_info.Nickname': 'Fred',
    'address_primary.city': 'Bedrock',
    'phone_primary.phone': '123',
  });
  const [tag] = await values('admin', 'Tag/create', { values: { label: 'Board' } });
  await values('admin', 'EntityTag/create', { values: { entity_id: fred, tag_id: tag.id } });
  world.mergeContacts(wilma, fred);
  expect(
    await read(
      wilma,
      'Donor_info.Gifts',
      'Donor_info.Nickname',
      'address_primary.city',
      'phone_primary.phone',
    ),
  ).toEqual({
    'Donor_info.Gifts': 1,
    'Donor_info.Nickname': 'Fred',
    'address_primary.city': 'Bedrock',
    'phone_primary.phone': '123',
  });
  const tags = await values('admin', 'EntityTag/get', { where: [['entity_id', '=', wilma]] });
  expect(tags).toHaveLength(1);
  world.eraseContact(wilma);
  for (const entity of ['Address', 'Phone']) {
    expect(await values('admin', `${entity}/get`, { where: [['contact_id', '=', wilma]] })).toEqual([]);
  }
});

test('a site tells its health to who administers it', async () => {
  const { values, call } = await donors();
  expect(await values('admin', 'System/check')).toMatchObject([{ severity: 'info' }]);
  expect((await call('sync', 'System/check')).status).toBe(403);
});
