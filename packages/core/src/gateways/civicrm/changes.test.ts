import { describe, expect, test } from 'vitest';
import { never, startGateways } from '../../../testing/gateways-sandbox.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/instant.ts';

describe('reading on to the end', () => {
  async function startWithCrowd(count: number) {
    const world = await startGateways();
    const { world: site } = world.sandbox.civicrm;
    const at = world.sandbox.clock.now() - HOUR_MS;
    const ids = Array.from({ length: count }, (_, index) =>
      site.seedContact({
        createdAt: at,
        // All in one second, as an import leaves them.
        modifiedAt: at,
        values: { contact_type: 'Individual', first_name: `N${index}` },
      }),
    );
    site.seedHistory(
      ids.map((id) => ({ groupId: world.group, contactId: id, status: 'Added', method: 'Admin', at })),
    );
    return { ...world, ids, at };
  }

  test('finds every change, several thousand in one second', async () => {
    const { civicrm, group, ids, at, requests } = await startWithCrowd(2500);
    const changes = await civicrm.reader.fetchChanges(group, { historyId: 0, modifiedAt: at }, never());
    expect(changes.inGroup.toSorted((a, b) => a - b)).toEqual(ids);
    expect(changes.modified.map(({ contactId: id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
    expect(requests.civicrm).toBe(3);
  });

  test('finds all history of a thousand contacts', async () => {
    const { civicrm, sandbox, group, ids, at } = await startWithCrowd(1000);
    for (const status of ['Removed', 'Added', 'Removed', 'Added', 'Removed']) {
      sandbox.civicrm.world.seedHistory(
        ids.map((id) => ({ groupId: group, contactId: id, status, method: 'Admin', at: at + MINUTE_MS })),
      );
    }
    const histories = await civicrm.reader.fetchHistory(group, ids.map(contactId), never());
    expect([...histories.values()].map((rows) => rows.length)).toEqual(Array(1000).fill(6));
  });
});

describe('dates across a change of the clocks', () => {
  /** New York, the hour after the clocks went back: 2026-11-01 06:30 UTC, 01:30 for the second time. */
  const JUST_AFTER = Date.parse('2026-11-01T06:30:00Z');
  /** November in New York: five hours behind. */
  const WINTER = Date.parse('2026-11-23T09:00:00Z');

  async function startInNewYork(now: number) {
    const world = await startGateways({ sandbox: { timeZone: 'America/New_York' } });
    world.sandbox.clock.freeze();
    world.sandbox.clock.set(now);
    const { world: site } = world.sandbox.civicrm;
    const seed = (modifiedAt: number) =>
      contactId(
        site.seedContact({ createdAt: modifiedAt, modifiedAt, values: { contact_type: 'Individual' } }),
      );
    const note = (id: ContactId, at: number) =>
      site.seedHistory([{ groupId: world.group, contactId: id, status: 'Added', method: 'Admin', at }]);
    return { ...world, seed, note };
  }

  test('a summer’s date read in winter is the moment it was', async () => {
    const { civicrm, group, seed, note } = await startInNewYork(WINTER);
    const summer = Date.parse('2026-07-01T12:00:00Z');
    const wilma = seed(summer);
    note(wilma, summer);
    const [record] = await civicrm.reader.fetchContacts(group, [wilma], never());
    expect(record?.modifiedAt).toBe(summer);
    const histories = await civicrm.reader.fetchHistory(group, [wilma], never());
    expect(histories.get(wilma)?.[0]?.at).toBe(summer);
  });

  test('changes since a summer’s moment are found, and older ones are not', async () => {
    const { civicrm, group, seed } = await startInNewYork(WINTER);
    const since = Date.parse('2026-07-01T12:00:00Z');
    const [before, at, after] = [seed(since - 1000), seed(since), seed(since + 1000)];
    const changes = await civicrm.reader.fetchChanges(group, { historyId: 0, modifiedAt: since }, never());
    const found = changes.modified.map(({ contactId: id }) => id);
    expect(found).toEqual(expect.arrayContaining([at, after]));
    expect(found).not.toContain(before);
    expect(changes.modified.find(({ contactId: id }) => id === at)?.modifiedAt).toBe(since);
  });

  test.each([
    ['in the hour after', JUST_AFTER],
    ['on any other day', JUST_AFTER + 3 * DAY_MS],
  ])('the overlap goes back half an hour at least, %s', async (_, now) => {
    const { civicrm, sandbox, group, seed, note } = await startInNewYork(now);
    const wilma = seed(now - DAY_MS);
    for (const minutes of [200, 100, 80, 40, 31, 29, 10, 0]) note(wilma, now - minutes * MINUTE_MS);
    const { newestHistoryId, overlapHistoryId } = await civicrm.reader.probe(group, never());
    const rows = sandbox.civicrm.world.historyOf(group, wilma);
    expect(newestHistoryId).toBe(rows.at(-1)?.id);
    const overlap = rows.find(({ id }) => id === overlapHistoryId);
    const ageMinutes = (now - (overlap?.date ?? 0)) / MINUTE_MS;
    expect(ageMinutes).toBeGreaterThanOrEqual(30);
    expect(ageMinutes).toBeLessThanOrEqual(200);
  });
});
