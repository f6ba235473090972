import assert from 'node:assert/strict';
import { type Behaviour, behaviour } from '../behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const OTHER = 'wilma@slaghoople.org';

/** Section 4.3. */
export const ADDRESSES: readonly Behaviour[] = [
  ...['PATCH', 'PUT'].map((verb) =>
    behaviour(
      `4.3 ${verb} on the old hash changes the address; the old hash is 404 from then on`,
      async ({ list, world, audience }) => {
        const { hash } = world.seedMember(audience.id, { email: EMAIL });
        const { status, json } = await list(verb, `/members/${hash}`, { email_address: OTHER });
        assert.deepEqual([status, json.email_address], [200, OTHER]);
        assert.equal((await list('GET', `/members/${hash}`)).status, 404);
        assert.equal((await list('GET', `/members/${json.id}`)).status, 200);
      },
    ),
  ),
  ...(['unsubscribed', 'cleaned', 'archived', 'pending', 'transactional'] as const).map((status) =>
    behaviour(
      `4.3 only for subscribed members, not for one who is ${status}`,
      async ({ list, world, audience }) => {
        world.seedMember(audience.id, { email: EMAIL, status });
        const { json } = await list('PATCH', `/members/${EMAIL}`, { email_address: OTHER });
        const said = `This member's status is "${status}." You can only update email addresses for members with a status of "subscribed."`;
        assert.deepEqual([json.title, json.detail], ['Invalid Resource', said]);
      },
    ),
  ),
  ...(['subscribed', 'unsubscribed', 'cleaned', 'archived'] as const).map((status) =>
    behaviour(
      `4.3 the new address must not be in the audience, ${status} neither`,
      async ({ list, world, audience }) => {
        world.seedMember(audience.id, { email: EMAIL });
        world.seedMember(audience.id, { email: OTHER, status });
        const { json } = await list('PATCH', `/members/${EMAIL}`, { email_address: OTHER });
        assert.match(
          json.detail,
          new RegExp(`^"${OTHER}" is already in this list with a status of "${status}".$`, 'i'),
        );
      },
    ),
  ),
  behaviour('4.3 nor may it have been erased', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: OTHER });
    world.people.deletePermanently(audience.id, OTHER);
    world.seedMember(audience.id, { email: EMAIL });
    const { json } = await list('PATCH', `/members/${EMAIL}`, { email_address: OTHER });
    assert.match(json.detail, /with a status of "Deleted"/);
  }),
  behaviour(
    '4.3 PUT under an unused hash makes the member under the hash of its own address',
    async ({ list, world, audience }) => {
      const { json } = await list('PUT', `/members/${EMAIL}`, {
        email_address: OTHER,
        status_if_new: 'subscribed',
      });
      assert.equal(json.id, world.findMember(audience.id, OTHER)?.hash);
      assert.equal(world.findMember(audience.id, EMAIL), undefined);
    },
  ),
  behaviour(
    '4.3 PUT under an unused hash with the address of another member gets Member Exists',
    async ({ list, world, audience }) => {
      world.seedMember(audience.id, { email: OTHER });
      const { json } = await list('PUT', `/members/${EMAIL}`, { email_address: OTHER, status: 'subscribed' });
      assert.equal(json.title, 'Member Exists');
    },
  ),
  behaviour(
    '4.3 another spelling of the same address is no change of address',
    async ({ list, world, audience }) => {
      const { hash } = world.seedMember(audience.id, { email: EMAIL, status: 'unsubscribed' });
      const { status, json } = await list('PATCH', `/members/${hash}`, {
        email_address: 'Wilma@Flintstone.org',
      });
      assert.deepEqual([status, json.id, json.email_address], [200, hash, 'Wilma@Flintstone.org']);
    },
  ),
  behaviour('11 ASCII alone is lower-cased before hashing', async ({ list }) => {
    const post = (email: string) => list('POST', '/members', { email_address: email, status: 'subscribed' });
    assert.notEqual((await post('Öl@people.org')).json.id, (await post('öl@people.org')).json.id);
  }),
  behaviour(
    '11 a very old member whose id came from the address as written is found by its contact id',
    async ({ list, world, audience }) => {
      const { contactId } = world.seedMember(audience.id, { email: 'Old@people.org', hash: 'f'.repeat(32) });
      assert.equal((await list('GET', '/members/old@people.org')).status, 404);
      assert.equal((await list('GET', `/members/${contactId}`)).json.id, 'f'.repeat(32));
    },
  ),
];
