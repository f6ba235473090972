import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import {
  acceptMergeValue,
  DEFAULT_MERGE_FIELDS,
  type MergeField,
  type MergeFieldType,
} from './merge-field.ts';

const EMAIL = 'wilma@flintstone.org';
const field = (type: MergeFieldType): MergeField => ({
  id: 9,
  tag: 'X',
  name: 'X',
  type,
  required: false,
  defaultValue: '',
  isPublic: true,
  choices: ['Red', 'Blue'],
  displayOrder: 9,
  helpText: '',
});
const HOME = { addr1: '1 Cobblestone Way', city: 'Bedrock', state: 'BR', zip: '70777' };

describe('what Mailchimp makes of a value', () => {
  test.each<[MergeFieldType, unknown, unknown]>([
    ['text', 'Zoë', 'Zoë'],
    ['text', 12, '12'],
    ['number', '12.50', 12.5],
    ['number', 12, 12],
    ['address', HOME, { ...HOME, addr2: '', country: 'US' }],
    ['date', '2026/03/02', '2026-03-02'],
    ['date', '02-03-2026', '2026-03-02'],
    ['date', '03/02/2026', '2026-03-02'],
    ['birthday', '02/29', '02/29'],
    ['url', 'https://bedrock.org/a', 'https://bedrock.org/a'],
    ['dropdown', 'Blue', 'Blue'],
    ['zip', '70777', '70777'],
    ['phone', '+5583999999999', '+5583999999999'],
    ['number', '', ''],
    ['address', '', ''],
  ])('%s %j becomes %j', (type, given, value) => {
    expect(acceptMergeValue(field(type), given)).toEqual({ kind: 'accepted', value });
  });

  test.each<[MergeFieldType, unknown, string]>([
    ['number', 'many', 'Please enter a number'],
    ['number', {}, 'Please enter a number'],
    ['address', { addr1: '1 Cobblestone Way' }, 'Please enter a complete address'],
    ['address', 'Bedrock', 'Please enter a complete address'],
    ['date', '2026-13-02', 'Please enter a date'],
    ['birthday', '2026-03-02', 'Please enter a date'],
    ['url', 'bedrock', 'Please enter a valid URL'],
    ['radio', 'Green', 'Please choose one of the options'],
    ['zip', 'BS1', 'Please enter a valid zip code'],
  ])('%s %j is refused', (type, given, message) => {
    expect(acceptMergeValue(field(type), given)).toEqual({ kind: 'refused', message });
  });

  test('text is cut at 255 bytes without a word, never inside a character', () => {
    const cut = acceptMergeValue(field('text'), 'é'.repeat(200));
    expect(cut).toEqual({ kind: 'accepted', value: 'é'.repeat(127) });
  });
});

test('a new audience has the four usual fields and lists no EMAIL', async () => {
  const { list } = await serveMailchimp();
  const { json } = await list('GET', '/merge-fields');
  expect(
    json.merge_fields.map(({ merge_id, tag, type }: Record<string, unknown>) => [merge_id, tag, type]),
  ).toEqual(DEFAULT_MERGE_FIELDS.map(({ id, tag, type }) => [id, tag, type]));
  expect([json.total_items, json.merge_field_limit]).toEqual([4, 30]);
});

test('a field can be added and read, and a second of its tag cannot', async () => {
  const { list } = await serveMailchimp();
  const made = await list('POST', '/merge-fields', {
    tag: 'city',
    name: 'City',
    type: 'text',
    required: true,
  });
  expect(made.json).toMatchObject({ merge_id: 5, tag: 'CITY', required: true });
  expect((await list('GET', '/merge-fields/5')).json.tag).toBe('CITY');
  expect((await list('GET', '/merge-fields/99')).status).toBe(404);
  expect((await list('POST', '/merge-fields', { tag: 'CITY', name: 'Town', type: 'text' })).status).toBe(400);
  expect((await list('POST', '/merge-fields', { name: 'Town', type: 'novel' })).json.errors[0].field).toBe(
    'type',
  );
  expect((await list('POST', '/merge-fields', { tag: 'TOOLONGATAG', name: 'T', type: 'text' })).status).toBe(
    400,
  );
});

test('refused values come with the field and what is wrong, all of them', async () => {
  const { list, audience } = await serveMailchimp();
  audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
  const body = {
    email_address: EMAIL,
    status: 'subscribed',
    merge_fields: { LTV: 'much', ADDRESS: { city: 'Bedrock' } },
  };
  const { json } = await list('POST', '/members', body);
  expect([json.detail, json.errors]).toEqual([
    'Your merge fields were invalid.',
    [
      { field: 'ADDRESS', message: 'Please enter a complete address' },
      { field: 'LTV', message: 'Please enter a number' },
    ],
  ]);
});

test('a required field breaks every write that lacks it, except with skip_merge_validation', async () => {
  const { list, audience, world } = await serveMailchimp();
  world.seedMember(audience.id, { email: EMAIL });
  audience.changeMergeField('FNAME', { required: true });
  const body = { email_address: 'new@people.org', status: 'subscribed', merge_fields: { LNAME: 'Lee' } };
  expect((await list('POST', '/members', body)).json.errors).toEqual([
    { field: 'FNAME', message: 'Please enter a value' },
  ]);
  expect((await list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' })).status).toBe(400);
  expect(
    (await list('PATCH', `/members/${EMAIL}?skip_merge_validation=true`, { status: 'unsubscribed' })).status,
  ).toBe(200);
  expect((await list('POST', '/members?skip_merge_validation=true', body)).status).toBe(200);
});

test('skip_merge_validation does not let a wrong type pass', async () => {
  const { list, audience } = await serveMailchimp();
  audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
  const body = { email_address: EMAIL, status: 'subscribed', merge_fields: { LTV: 'much' } };
  expect((await list('POST', '/members?skip_merge_validation=true', body)).status).toBe(400);
});
