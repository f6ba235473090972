import assert from 'node:assert/strict';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';

/** Section 5. */
export const BULK: readonly Behaviour[] = [
  behaviour(
    '5 the answer is 200 even when every member failed, with a code and a text for each',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      world.seedMember(audience.id, { email: 'left@people.org', status: 'unsubscribed' });
      audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
      const members = [
        { email_address: EMAIL, status: 'subscribed' },
        { email_address: 'nonsense', status: 'subscribed' },
        { email_address: 'a@people.org', status: 'subscribed', merge_fields: { LTV: 'much' } },
      ];
      const { status, json } = await list('POST', '', { members });
      assert.deepEqual([status, json.total_created, json.total_updated, json.error_count], [200, 0, 0, 3]);
      assert.deepEqual(
        json.errors.map((error: Record<string, string>) => [
          error['error_code'],
          error['field'],
          error['field_message'],
        ]),
        [
          ['ERROR_CONTACT_EXISTS', undefined, undefined],
          ['ERROR_GENERIC', undefined, undefined],
          ['ERROR_GENERIC', 'LTV', 'Please enter a number'],
        ],
      );
      const updating = await list('POST', '', {
        members: [{ email_address: 'left@people.org', status: 'subscribed' }],
        update_existing: true,
      });
      assert.match(updating.json.errors[0].error, /compliance state/);
    },
  ),
  behaviour('5 update_existing changes those who are there', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL });
    const members = [{ email_address: EMAIL, merge_fields: { FNAME: 'Wilma' } }];
    assert.equal((await list('POST', '', { members })).json.error_count, 1);
    const { json } = await list('POST', '', { members, update_existing: true });
    assert.deepEqual([json.total_updated, json.updated_members[0].merge_fields.FNAME], [1, 'Wilma']);
  }),
  behaviour('5 sync_tags replaces the tags, without it they are added', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: EMAIL, tags: ['Donor'] });
    const tagsAfter = async (body: object) => {
      const members = [{ email_address: EMAIL, tags: ['Friend'] }];
      const { json } = await list('POST', '', { members, update_existing: true, ...body });
      return json.updated_members[0].tags.map(({ name }: { name: string }) => name);
    };
    assert.deepEqual(await tagsAfter({}), ['Donor', 'Friend']);
    assert.deepEqual(await tagsAfter({ sync_tags: true }), ['Friend']);
  }),
  behaviour(
    '5 the same address twice is an error, with skip_duplicate_check the rest is ignored',
    async ({ list }) => {
      const members = [
        { email_address: EMAIL, status: 'subscribed' },
        { email_address: EMAIL.toUpperCase(), status: 'unsubscribed' },
      ];
      const skipped = (await list('POST', '?skip_duplicate_check=true', { members })).json;
      assert.deepEqual(
        [skipped.total_created, skipped.error_count, skipped.new_members[0].status],
        [1, 0, 'subscribed'],
      );
      const other = members.map((member) => ({ ...member, email_address: `x${member.email_address}` }));
      const checked = (await list('POST', '', { members: other })).json;
      assert.deepEqual([checked.total_created, checked.error_count], [1, 1]);
    },
  ),
  behaviour('5 archived addresses come back and count as created', async ({ list, world, audience }) => {
    const { contactId } = world.seedMember(audience.id, { email: EMAIL, status: 'archived' });
    const { json } = await list('POST', '', { members: [{ email_address: EMAIL, status: 'subscribed' }] });
    assert.deepEqual([json.total_created, json.new_members[0].contact_id], [1, contactId]);
  }),
  behaviour('5 member objects are smaller here', async ({ list }) => {
    const { json } = await list('POST', '', { members: [{ email_address: EMAIL, status: 'subscribed' }] });
    const [member] = json.new_members;
    for (const name of [
      'full_name',
      'web_id',
      'unsubscribe_reason',
      'source',
      'consents_to_one_to_one_messaging',
    ]) {
      assert.equal(member[name], undefined, name);
    }
    assert.equal(typeof member.contact_id, 'string');
  }),
  behaviour(
    '5 nobody’s address changes and nobody is archived by this call',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: EMAIL });
      const members = [{ email_address: EMAIL, status: 'archived' }];
      const { status } = await list('POST', '', { members, update_existing: true });
      assert.deepEqual([status, world.findMember(audience.id, EMAIL)?.status], [400, 'subscribed']);
    },
  ),
  ...(
    [
      ['no', 'unsubscribed'],
      ['yes', 'subscribed'],
    ] as const
  ).map(([bulkRevivesUnsubscribed, expected]) =>
    behaviour(
      `4.2 whom the API unsubscribed is ${expected} afterwards where the setting says ${bulkRevivesUnsubscribed} (reports disagree)`,
      async ({ list, world, audience }) => {
        world.seedMember(audience.id, { email: EMAIL, status: 'unsubscribed', unsubscribedBy: 'api' });
        const members = [{ email_address: EMAIL, status: 'subscribed' }];
        const { json } = await list('POST', '', { members, update_existing: true });
        assert.equal(json.updated_members[0].status, expected);
      },
      { bulkRevivesUnsubscribed },
    ),
  ),
];
