import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SandboxClock } from '../../clock.ts';
import { Random } from '../../random.ts';
import { ApiSchema } from '../api/api-schema.ts';
import { callApi } from '../api/call-api.ts';
import { CivicrmWorld } from '../civicrm-world.ts';

const DAY_MS = 86_400_000;

/** A small world in which every column takes few values, so that most conditions hit something. */
function smallWorld(): CivicrmWorld {
  const clock = new SandboxClock();
  clock.freeze();
  const world = new CivicrmWorld({ clock, random: new Random(1) });
  const random = new Random(2);
  const groups = ['One', 'Two', 'Three'].map((title) => world.createGroup(`${title} group`));
  for (let count = 0; count < 40; count += 1) {
    const at = clock.now() - random.int(1, 10) * DAY_MS;
    const emails = Array.from({ length: random.int(0, 2) }, () => ({
      email: `p${random.int(1, 8)}@oak.test`,
    }));
    const values = { first_name: random.pick(['Ann', 'Bob', null]), is_deleted: random.chance(0.2) };
    const contactId = world.seedContact({ values, createdAt: at, modifiedAt: at, emails });
    for (const groupId of groups.filter(() => random.chance(0.6))) {
      const status = random.pick(['Added', 'Removed', 'Pending']);
      world.seedMembership(groupId, contactId, status);
      world.seedHistory([{ groupId, contactId, status, method: random.pick(['Admin', 'API', null]), at }]);
    }
  }
  return world;
}

const anyIds = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
const anyId = fc.integer({ min: 1, max: 50 });
const anyGroup = fc.integer({ min: 1, max: 4 });
const anyDay = fc.integer({ min: 0, max: 11 }).map((days) => `${days} days ago`);
const anyAddress = fc.integer({ min: 1, max: 9 }).map((n) => `P${n}@oak.test`);
const compare = fc.constantFrom('=', '>', '>=', '<', '<=', '!=');

const CONDITIONS = {
  Contact: fc.oneof(
    fc.tuple(fc.constant('id'), compare, anyId),
    fc.tuple(fc.constant('id'), fc.constantFrom('IN', 'NOT IN'), anyIds),
    fc.tuple(fc.constant('modified_date'), compare, anyDay),
    fc.tuple(fc.constant('email_primary.email'), fc.constantFrom('=', '!='), anyAddress),
    fc.tuple(
      fc.constant('email_primary.email'),
      fc.constant('IN'),
      fc.array(anyAddress, { minLength: 1, maxLength: 4 }),
    ),
    fc.tuple(fc.constant('first_name'), fc.constantFrom('=', 'LIKE'), fc.constantFrom('ann', 'B%')),
    fc.tuple(
      fc.constant('groups'),
      fc.constantFrom('IN', 'NOT IN'),
      fc.array(anyGroup, { minLength: 1, maxLength: 2 }),
    ),
  ),
  Email: fc.oneof(
    fc.tuple(fc.constant('contact_id'), compare, anyId),
    fc.tuple(fc.constant('contact_id'), fc.constant('IN'), anyIds),
    fc
      .tuple(fc.constant('email'), fc.constantFrom('=', 'IN'), anyAddress)
      .map(([field, operator, address]) => [field, operator, operator === 'IN' ? [address] : address]),
    fc.tuple(fc.constant('contact_id.is_deleted'), fc.constant('='), fc.boolean()),
  ),
  GroupContact: fc.oneof(
    fc.tuple(fc.constant('group_id'), fc.constantFrom('=', '!='), anyGroup),
    fc.tuple(fc.constant('contact_id'), compare, anyId),
    fc.tuple(fc.constant('contact_id'), fc.constant('IN'), anyIds),
    fc.tuple(fc.constant('status'), fc.constantFrom('=', '!='), fc.constantFrom('added', 'Removed')),
    fc.tuple(fc.constant('contact_id.first_name'), fc.constant('IS NULL')),
  ),
  SubscriptionHistory: fc.oneof(
    fc.tuple(fc.constant('id'), compare, anyId),
    fc.tuple(fc.constant('group_id'), fc.constantFrom('=', '!='), anyGroup),
    fc.tuple(fc.constant('contact_id'), fc.constant('IN'), anyIds),
    fc.tuple(fc.constant('date'), compare, anyDay),
    fc.tuple(fc.constant('method'), fc.constantFrom('=', '!='), fc.constant('API')),
  ),
} as const;

const ORDERS = {
  Contact: ['id', 'modified_date', 'first_name'],
  Email: ['id', 'contact_id', 'email'],
  GroupContact: ['id', 'contact_id', 'status'],
  SubscriptionHistory: ['id', 'date', 'contact_id'],
} as const;

type EntityName = keyof typeof CONDITIONS;

const anyQuery = fc
  .constantFrom<EntityName>('Contact', 'Email', 'GroupContact', 'SubscriptionHistory')
  .chain((entity) => {
    const simple: fc.Arbitrary<unknown> = CONDITIONS[entity];
    const nested = fc.tuple(fc.constantFrom('AND', 'OR'), fc.array(simple, { minLength: 1, maxLength: 3 }));
    return fc.record({
      entity: fc.constant(entity),
      where: fc.array(fc.oneof({ weight: 3, arbitrary: simple }, nested), { maxLength: 3 }),
      order: fc.tuple(
        fc.constantFrom(...ORDERS[entity]),
        fc.constantFrom('ASC', 'DESC'),
        fc.constantFrom('ASC', 'DESC'),
      ),
      limit: fc.nat(10),
      offset: fc.nat(3),
    });
  });

test('which index is used changes nothing: conditions hidden from the planner give the same rows in the same order', () => {
  const world = smallWorld();
  const session = { site: world, schema: new ApiSchema(), caller: world.caller('service') };
  fc.assert(
    fc.property(anyQuery, ({ entity, where, order: [field, first, last], limit, offset }) => {
      const trash = entity === 'Contact' ? [['is_deleted', 'IN', [true, false]]] : [];
      const ask = (conditions: readonly unknown[]) =>
        callApi(session, {
          entity,
          action: 'get',
          params: { where: [...conditions, ...trash], orderBy: { [field]: first, id: last }, limit, offset },
        });
      // NOT NOT says the same, also of NULL, and nothing can be read off it.
      const hidden = where.map((clause) => ['NOT', [['NOT', [clause]]]]);
      expect(ask(where)).toEqual(ask(hidden));
    }),
    { numRuns: 400 },
  );
});

test('the total is that of the rows without limit and offset', () => {
  const world = smallWorld();
  const session = { site: world, schema: new ApiSchema(), caller: world.caller('readonly') };
  fc.assert(
    fc.property(anyQuery, ({ entity, where, limit, offset }) => {
      const ask = (params: object) =>
        callApi(session, { entity, action: 'get', params: { where, ...params } });
      const all = ask({ select: ['id'] });
      const counted = ask({ select: ['row_count'] });
      const page = ask({ select: ['id', 'row_count'], limit, offset });
      expect([counted.countMatched, page.countMatched]).toEqual([all.count, all.count]);
    }),
  );
});
