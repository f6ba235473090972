import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import {
  type ContactsWorld,
  never,
  OUR_TRACKING,
  startWithContacts,
} from '../../../testing/gateways-sandbox.ts';
import { nobodyListens } from '../../../testing/gateways-server.ts';
import type { ContactId } from '../../domain/ids.ts';

const MARK = { method: 'API', tracking: `${OUR_TRACKING}r1` };

const writes: readonly (readonly [
  string,
  'Added' | null,
  string,
  string,
  (world: ContactsWorld, ids?: readonly ContactId[]) => Promise<{ written: readonly ContactId[] }>,
])[] = [
  [
    'adding',
    null,
    'GroupContact/save',
    'Added',
    ({ civicrm, group, ids: all }, ids = all) => civicrm.writer.addToGroup(group, ids, MARK, never()),
  ],
  [
    'removing',
    'Added',
    'GroupContact/update',
    'Removed',
    ({ civicrm, group, ids: all }, ids = all) => civicrm.writer.removeFromGroup(group, ids, MARK, never()),
  ],
];

describe.each(writes)('%s', (_, status, path, wanted, write) => {
  const statuses = ({ site, group, ids }: ContactsWorld) => ids.map((id) => site.statusOf(group, id));
  const historyLengths = ({ site, group, ids }: ContactsWorld) =>
    new Set(
      ids.map((id) => site.historyOf(group, id).filter(({ tracking }) => tracking === MARK.tracking).length),
    );

  test('goes out in pieces, and each row is written once and marked', async () => {
    const world = await startWithContacts(150, status);
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
    const world = await startWithContacts(3, status);
    world.sandbox.faults.inject({ system: 'civicrm', kind, path });
    const error = await rejection(write(world));
    expect(error).toMatchObject({ name: 'OutcomeUnknownError', code: 'CIVICRM_OUTCOME_UNKNOWN' });
    await write(world);
    expect(new Set(statuses(world))).toEqual(new Set([wanted]));
    expect(historyLengths(world)).toEqual(new Set([1]));
  });

  test('past our time limit nobody knows either', async () => {
    const world = await startWithContacts(3, status, { civicrm: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow-after', delayMs: 3000, path });
    await expect(write(world)).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    expect(world.limiter.abandoned).toBe(1);
    expect(await write(world)).toEqual({ written: [], failed: [] });
    expect(historyLengths(world)).toEqual(new Set([1]));
  });

  test.each(['rate-limit', 'unavailable'] as const)('%s: surely not carried out', async (kind) => {
    const world = await startWithContacts(3, status);
    world.sandbox.faults.inject({ system: 'civicrm', kind, path });
    await expect(write(world)).rejects.toMatchObject({ name: 'TransientError', code: 'CIVICRM_BUSY' });
    expect(world.sandbox.requests.counts().civicrm.write).toBe(1);
    expect(historyLengths(world)).toEqual(new Set([0]));
  });

  test('without the right it is a fault, and nothing is written', async () => {
    const world = await startWithContacts(3, status);
    world.site.caller('service').revoke('edit all contacts');
    const error = await rejection(write(world));
    expect(error).toMatchObject({ name: 'FaultError', code: 'CIVICRM_RIGHTS_MISSING' });
    expectToHide(error, [world.sandbox.civicrm.apiKey]);
    expect(historyLengths(world)).toEqual(new Set([0]));
  });

  test('twice at once, every row ends as wanted', async () => {
    const world = await startWithContacts(20, status);
    world.sandbox.faults.setLatency('civicrm', 5);
    await Promise.all([write(world), write(world)]);
    expect(new Set(statuses(world))).toEqual(new Set([wanted]));
  });
});

test('nobody at the address: surely not written', async () => {
  const world = await startWithContacts(1, null);
  const { sandbox } = world;
  const gone = await startWithContacts(1, null, { civicrm: { url: await nobodyListens() } });
  const add = gone.civicrm.writer.addToGroup(gone.group, gone.ids, MARK, never());
  await expect(add).rejects.toMatchObject({ name: 'TransientError', code: 'CIVICRM_UNREACHABLE' });
  expect(sandbox.requests.counts().civicrm.write).toBe(0);
});

test('contacts that are not there are each told, the others are added, in few requests', async () => {
  const world = await startWithContacts(100, null);
  const erased = [world.ids[3], world.ids[50], world.ids[99]].flatMap((id) => id ?? []);
  for (const id of erased) world.site.eraseContact(id);
  const result = await world.civicrm.writer.addToGroup(world.group, world.ids, MARK, never());
  expect(result.written).toHaveLength(97);
  expect(result.failed).toEqual(
    erased.map((id) => ({ contactId: id, message: 'DB Error: constraint violation' })),
  );
  expect(world.site.addedTo(world.group)).toHaveLength(97);
  expect(world.sandbox.requests.counts().civicrm).toEqual({ read: 3, write: 2, total: 5 });
});
