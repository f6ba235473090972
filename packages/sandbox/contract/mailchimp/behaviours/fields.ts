import assert from 'node:assert/strict';
import type { MergeFieldType } from '../../../src/mailchimp/merge-field.ts';
import type { Json } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const HOME = { addr1: '1 Cobblestone Way', city: 'Bedrock', state: 'BR', zip: '70777' };

/** What is written to a field of each type, and what is read of it. */
const TAKEN: readonly (readonly [MergeFieldType, unknown, unknown])[] = [
  ['text', 'Zoë', 'Zoë'],
  ['number', '12.5', 12.5],
  ['number', 12, 12],
  ['address', HOME, { ...HOME, addr2: '', country: 'US' }],
  ['phone', '+5583999999999', '+5583999999999'],
  ['date', '2026-03-02', '2026-03-02'],
  ['date', '2026/03/02', '2026-03-02'],
  ['date', '02-03-2026', '2026-03-02'],
  ['date', '03/02/2026', '2026-03-02'],
  ['birthday', '02/29', '02/29'],
  ['url', 'https://bedrock.org/a', 'https://bedrock.org/a'],
  ['imageurl', 'https://bedrock.org/a.png', 'https://bedrock.org/a.png'],
  ['radio', 'Red', 'Red'],
  ['dropdown', 'Red', 'Red'],
  ['zip', '70777', '70777'],
];
const REFUSED: readonly (readonly [MergeFieldType, unknown, string])[] = [
  ['number', 'much', 'Please enter a number'],
  ['address', { city: 'Bedrock' }, 'Please enter a complete address'],
  ['date', '2026-13-02', 'Please enter a date'],
  ['birthday', '2026-03-02', 'Please enter a date'],
  ['url', 'bedrock', 'Please enter a valid URL'],
  ['imageurl', 'bedrock', 'Please enter a valid URL'],
  ['radio', 'Green', 'Please choose one of the options'],
  ['dropdown', 'Green', 'Please choose one of the options'],
  ['zip', 'BS1', 'Please enter a valid zip code'],
];

const write = (type: MergeFieldType, value: unknown) => ({
  email_address: EMAIL,
  status: 'subscribed',
  merge_fields: { X: value, KEPT: type },
});

/** Section 8.2. */
export const FIELDS: readonly Behaviour[] = [
  behaviour(
    '8.2 a new audience has FNAME, LNAME, ADDRESS and PHONE under the ids 1 to 4, and EMAIL is not listed',
    async ({ list }) => {
      const { merge_fields: fields } = (await list('GET', '/merge-fields')).json;
      assert.deepEqual(
        fields.map((field: Json) => [field.merge_id, field.tag]),
        [
          [1, 'FNAME'],
          [2, 'LNAME'],
          [3, 'ADDRESS'],
          [4, 'PHONE'],
        ],
      );
    },
  ),
  ...TAKEN.map(([type, given, read]) =>
    behaviour(
      `8.2 ${type}: ${JSON.stringify(given)} is read as ${JSON.stringify(read)}`,
      async ({ list, audience }) => {
        audience.addMergeField({ tag: 'X', name: 'X', type, choices: ['Red'] });
        await list('POST', '/members', write(type, given));
        assert.deepEqual((await list('GET', `/members/${EMAIL}`)).json.merge_fields.X, read);
        await list('PATCH', `/members/${EMAIL}`, { merge_fields: { X: '' } });
        assert.equal((await list('GET', `/members/${EMAIL}`)).json.merge_fields.X, '');
      },
    ),
  ),
  ...REFUSED.map(([type, given, message]) =>
    behaviour(`8.2 ${type}: ${JSON.stringify(given)} is refused`, async ({ list, audience }) => {
      audience.addMergeField({ tag: 'X', name: 'X', type, choices: ['Red'] });
      const { json } = await list('POST', '/members', write(type, given));
      assert.deepEqual(
        [json.detail, json.errors],
        ['Your merge fields were invalid.', [{ field: 'X', message }]],
      );
    }),
  ),
  behaviour(
    '8.2 name and type are required, tags are capitals, digits and underscores, ten at most',
    async ({ list }) => {
      const post = (body: object) => list('POST', '/merge-fields', body);
      assert.equal((await post({ name: 'City' })).status, 400);
      assert.equal((await post({ type: 'text' })).status, 400);
      assert.equal((await post({ name: 'City', type: 'novel' })).status, 400);
      assert.equal((await post({ name: 'City', type: 'text', tag: 'TOOLONGATAG' })).status, 400);
      assert.equal((await post({ name: 'City', type: 'text', tag: 'A-B' })).status, 400);
      assert.equal((await post({ name: 'City', type: 'text', tag: 'FNAME' })).status, 400);
      assert.equal((await post({ name: 'City', type: 'text', tag: 'CITY_2' })).json.tag, 'CITY_2');
      assert.equal((await post({ name: 'City', type: 'text' })).json.tag, 'MMERGE6');
    },
  ),
  behaviour('8.2 PATCH wants a name, changes the rest, and the type not at all', async ({ list }) => {
    const { merge_id: id } = (
      await list('POST', '/merge-fields', { name: 'City', type: 'dropdown', options: { choices: ['A'] } })
    ).json;
    const patch = (body: object) => list('PATCH', `/merge-fields/${id}`, body);
    assert.equal((await patch({ required: true })).status, 400);
    assert.equal((await patch({ name: 'City', type: 'text' })).status, 400);
    const changed = {
      name: 'Town',
      tag: 'TOWN',
      required: true,
      default_value: 'B',
      public: true,
      display_order: 9,
      help_text: 'Where?',
      options: { choices: ['A', 'B'] },
    };
    const { json } = await patch(changed);
    assert.deepEqual(Object.fromEntries(Object.keys(changed).map((key) => [key, json[key]])), changed);
    assert.equal((await patch({ name: 'Ort' })).json.required, true);
  }),
  behaviour('8.2 the default tags can be edited; values follow', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma' } });
    assert.equal((await list('PATCH', '/merge-fields/1', { name: 'First', tag: 'FIRST' })).json.tag, 'FIRST');
    assert.equal((await list('GET', `/members/${EMAIL}`)).json.merge_fields.FIRST, 'Wilma');
  }),
  behaviour('8.2 a deleted field is gone with its values', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL, mergeValues: { PHONE: '1' } });
    assert.equal((await list('DELETE', '/merge-fields/4')).status, 204);
    assert.equal((await list('GET', '/merge-fields/4')).status, 404);
    assert.equal((await list('GET', `/members/${EMAIL}`)).json.merge_fields.PHONE, undefined);
  }),
  behaviour(
    '8.2 fields are filtered by type and by whether they are required',
    async ({ list, audience }) => {
      audience.changeMergeField('LNAME', { required: true });
      const tags = async (query: string) =>
        (await list('GET', `/merge-fields?${query}`)).json.merge_fields.map(({ tag }: Json) => tag);
      assert.deepEqual(await tags('type=phone'), ['PHONE']);
      assert.deepEqual(await tags('required=true'), ['LNAME']);
    },
  ),
];
