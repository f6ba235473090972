import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, OUR_TRACKING, startGateways } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens } from '../../../testing/gateways-server.ts';
import { type ContactId, contactId, groupId } from '../../domain/ids.ts';

const MARK = { method: 'API', tracking: `${OUR_TRACKING}r1` };

/** So many contacts, all in the group where `status` says so. */
async function startWithPeople(
  count: number,
  status: 'Added' | null,
  options: Parameters<typeof startGateways>[0] = {},
) {
  const world = await startGateways(options);
  const site = world.sandbox.civicrm.world;
  const ids = Array.from({ length: count }, (_, index) =>
    contactId(site.createContact({ firstName: `N${index}`, emails: [`n${index}@oakfield-trust.test`] })),
  );
  if (status === 'Added') for (const id of ids) site.addToGroup(world.group, id);
  return { ...world, site, ids, gid: groupId(world.group) };
}
type World = Awaited<ReturnType<typeof startWithPeople>>;

const writes: readonly (readonly [
  string,
  'Added' | null,
  string,
  string,
  (world: World, ids?: readonly ContactId[]) => Promise<{ written: readonly ContactId[] }>,
])[] = [
  [
    'adding',
    null,
    'GroupContact/save',
    'Added',
    ({ civicrm, gid, ids: all }, ids = all) => civicrm.writer.addToGroup(gid, ids, MARK, never()),
  ],
  [
    'removing',
    'Added',
    'GroupContact/update',
    'Removed',
    ({ civicrm, gid, ids: all }, ids = all) => civicrm.writer.removeFromGroup(gid, ids, MARK, never()),
  ],
];

describe.each(writes)('%s', (_, status, path, wanted, write) => {
  const statuses = ({ site, group, ids }: World) => ids.map((id) => site.statusOf(group, id));
  const historyLengths = ({ site, group, ids }: World) =>
    new Set(
      ids.map((id) => site.historyOf(group, id).filter(({ tracking }) => tracking === MARK.tracking).length),
    );

  test('goes out in pieces, and each row is written once and marked', async () => {
    const world = await startWithPeople(150, status);
    const { written } = await write(world);
    expect(new Set(written)).toEqual(new Set(world.ids));
    expect(new Set(statuses(world))).toEqual(new Set([wanted]));
    expect(historyLengths(world)).toEqual(new Set([1]));
    expect(world.sandbox.requests.counts().civicrm).toEqual({ read: 2, write: 2, total: 4 });
  });

  test.each([
    'reset',
    'server-error',
    'bad-gateway-html',
    'reset-after',
    'truncated-json',
    'empty-200',
  ] as const)('%s: nobody knows; carried out again it writes only what is missing', async (kind) => {
    const world = await startWithPeople(3, status);
    world.sandbox.faults.inject({ system: 'civicrm', kind, path });
    const error = await rejection(write(world));
    expect(error).toMatchObject({ name: 'OutcomeUnknownError', code: 'CIVICRM_OUTCOME_UNKNOWN' });
    await write(world);
    expect(new Set(statuses(world))).toEqual(new Set([wanted]));
    expect(historyLengths(world)).toEqual(new Set([1]));
  });

  test('past our time limit nobody knows either', async () => {
    const world = await startWithPeople(3, status, { civicrm: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow-after', delayMs: 3000, path });
    await expect(write(world)).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    expect(world.limiter.abandoned).toBe(1);
    expect(await write(world)).toEqual({ written: [], failed: [] });
    expect(historyLengths(world)).toEqual(new Set([1]));
  });

  test.each(['rate-limit', 'unavailable'] as const)('%s: surely not carried out', async (kind) => {
    const world = await startWithPeople(3, status);
    world.sandbox.faults.inject({ system: 'civicrm', kind, path });
    await expect(write(world)).rejects.toMatchObject({ name: 'TransientError', code: 'CIVICRM_BUSY' });
    expect(world.sandbox.requests.counts().civicrm.write).toBe(1);
    expect(historyLengths(world)).toEqual(new Set([0]));
  });

  test('without the right it is a fault, and nothing is written', async () => {
    const world = await startWithPeople(3, status);
    world.site.caller('service').revoke('edit all contacts');
    const error = await rejection(write(world));
    expect(error).toMatchObject({ name: 'FaultError', code: 'CIVICRM_RIGHTS_MISSING' });
    expectToHide(error, [world.sandbox.civicrm.apiKey]);
    expect(historyLengths(world)).toEqual(new Set([0]));
  });

  test('twice at once, every row ends as wanted', async () => {
    const world = await startWithPeople(20, status);
    world.sandbox.faults.setLatency('civicrm', 5);
    await Promise.all([write(world), write(world)]);
    expect(new Set(statuses(world))).toEqual(new Set([wanted]));
  });
});

test('nobody at the address: surely not written', async () => {
  const world = await startWithPeople(1, null);
  const { sandbox } = world;
  const gone = await startWithPeople(1, null, { civicrm: { url: await nobodyListens() } });
  const add = gone.civicrm.writer.addToGroup(gone.gid, gone.ids, MARK, never());
  await expect(add).rejects.toMatchObject({ name: 'TransientError', code: 'CIVICRM_UNREACHABLE' });
  expect(sandbox.requests.counts().civicrm.write).toBe(0);
});

test('contacts that are not there are each told, the others are added, in few requests', async () => {
  const world = await startWithPeople(100, null);
  const erased = [world.ids[3], world.ids[50], world.ids[99]].flatMap((id) => id ?? []);
  for (const id of erased) world.site.eraseContact(id);
  const result = await world.civicrm.writer.addToGroup(world.gid, world.ids, MARK, never());
  expect(result.written).toHaveLength(97);
  expect(result.failed).toEqual(
    erased.map((id) => ({ contactId: id, message: 'DB Error: constraint violation' })),
  );
  expect(world.site.addedTo(world.group)).toHaveLength(97);
  expect(world.sandbox.requests.counts().civicrm).toEqual({ read: 3, write: 2, total: 5 });
});

describe('creating contacts', () => {
  const wanted = Array.from({ length: 5 }, (_, index) => ({
    source: `${OUR_TRACKING}row-${index}`,
    firstName: `Wilma ${index}`,
    lastName: 'null',
    address: `wilma.${index}@oakfield-trust.test`,
  }));

  test('takes two requests, and one when it is asked again', async () => {
    const world = await startWithPeople(0, null);
    const created = await world.civicrm.writer.createContacts(wanted, never());
    expect(world.sandbox.requests.counts().civicrm).toEqual({ read: 1, write: 1, total: 2 });
    const id = created.get(wanted[0]?.source ?? '') ?? 0;
    expect(world.site.contact(id)).toMatchObject({ first_name: 'Wilma 0', last_name: 'Null' });
    expect(world.site.emailsOf(id)).toMatchObject([{ email: wanted[0]?.address, is_primary: true }]);
  });

  test.each(['reset-after', 'truncated-json'] as const)(
    '%s: found again by their source, and nobody is made twice',
    async (kind) => {
      const world = await startWithPeople(0, null);
      world.sandbox.faults.inject({ system: 'civicrm', kind, path: 'Contact/create' });
      await expect(world.civicrm.writer.createContacts(wanted, never())).rejects.toMatchObject({
        name: 'OutcomeUnknownError',
      });
      const created = await world.civicrm.writer.createContacts(wanted, never());
      expect(created.size).toBe(5);
      for (const { address } of wanted) expect(world.site.findHolders(address)).toHaveLength(1);
      expect(world.sandbox.requests.counts().civicrm.write).toBe(1);
    },
  );

  test('does not take somebody else’s contact for ours because of its source', async () => {
    const world = await startWithPeople(0, null);
    const [first] = wanted;
    if (first === undefined) throw new Error('there is one');
    const other = world.site.createContact({
      firstName: 'Betty',
      source: first.source,
      emails: ['betty@oakfield-trust.test'],
    });
    const created = await world.civicrm.writer.createContacts([first], never());
    expect(created.get(first.source)).not.toBe(other);
    expect(world.site.findHolders(first.address)).toEqual([created.get(first.source)]);
  });

  test('does not make anybody whose address CiviCRM would cut', async () => {
    const world = await startWithPeople(0, null);
    const long = {
      source: `${OUR_TRACKING}long`,
      firstName: '',
      lastName: '',
      address: `${'x'.repeat(250)}@a.test`,
    };
    const created = await world.civicrm.writer.createContacts([...wanted, long], never());
    expect(created.has(long.source)).toBe(false);
    expect(created.size).toBe(5);
  });

  test('without the right is a fault', async () => {
    const world = await startWithPeople(0, null);
    world.site.caller('service').revoke('add contacts');
    await expect(world.civicrm.writer.createContacts(wanted, never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'CIVICRM_RIGHTS_MISSING',
    });
  });

  test('more than a hundred at once is a bug of ours', async () => {
    const world = await startWithPeople(0, null);
    const many = Array.from({ length: 101 }, (_, index) => ({ ...wanted[0], source: `s${index}` }));
    await expect(
      world.civicrm.writer.createContacts(
        many.map((contact) => ({ firstName: '', lastName: '', address: 'a@b.test', ...contact })),
        never(),
      ),
    ).rejects.toThrow(expect.objectContaining({ name: 'InvariantError' }));
  });
});

describe('putting on hold', () => {
  test('holds an address that stands on a contact twice, wherever it stands, and asks nothing for nobody', async () => {
    const world = await startWithPeople(2, null);
    const [wilma, fred] = world.ids;
    if (wilma === undefined || fred === undefined) throw new Error('there are two');
    world.site.addEmail(wilma, { email: 'n0@oakfield-trust.test', locationType: 'Work' });
    const holds = [{ contactId: wilma, address: 'N0@oakfield-trust.test' }];
    expect(await world.civicrm.writer.putOnHold(holds, never())).toEqual({ written: [wilma], failed: [] });
    expect(world.site.emailsOf(wilma).map(({ on_hold }) => on_hold)).toEqual([1, 1]);
    expect(world.site.emailsOf(fred).map(({ on_hold }) => on_hold)).toEqual([0]);
    expect(await world.civicrm.writer.putOnHold([], never())).toEqual({ written: [], failed: [] });
    expect(world.requests.civicrm).toBe(2);
  });

  test('carried out again after a cut line it changes nothing more', async () => {
    const world = await startWithPeople(1, null);
    const [wilma] = world.ids;
    if (wilma === undefined) throw new Error('there is one');
    const holds = [{ contactId: wilma, address: 'n0@oakfield-trust.test' }];
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'reset-after', path: 'Email/update' });
    await expect(world.civicrm.writer.putOnHold(holds, never())).rejects.toMatchObject({
      name: 'OutcomeUnknownError',
    });
    expect(await world.civicrm.writer.putOnHold(holds, never())).toEqual({ written: [], failed: [] });
  });
});
