import { beforeEach, describe, expect, test } from 'vitest';
import { type ContactId, groupId } from '../../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/instant.ts';
import type { ContactRecord, WriteMark } from './civicrm.ts';
import { type CivicrmContractWorld, ContractPeople } from './contract-world.ts';

const signal = new AbortController().signal;
const NO_GROUP = groupId(999_999);

/** What every implementation of the CiviCRM gateway must do, and what a stand-in for CiviCRM must answer. */
export function describeCivicrmContract(name: string, start: () => Promise<CivicrmContractWorld>): void {
  describe(`CiviCRM: ${name}`, () => {
    let world: CivicrmContractWorld;
    let people: ContractPeople;
    beforeEach(async () => {
      world = await start();
      people = new ContractPeople(world);
    });

    test('tells who we are and what we may do', async () => {
      const site = await world.reader.fetchSite(signal);
      expect(site.knowsMerges).toBe(true);
      expect(site.contactId).toBeGreaterThan(0);
      expect(site.rights).toEqual(ALL_RIGHTS);
    });

    test('measures a group', async () => {
      const [wilma, fred, betty] = await people.create(3);
      for (const id of [wilma, fred, betty]) await world.staff.add(world.group, id);
      await world.staff.remove(world.group, betty);
      await world.staff.trash(fred);
      const probe = await world.reader.probe(world.group, signal);
      expect(probe).toMatchObject({ added: 2, addedTrashed: 1, rows: 3, rights: ALL_RIGHTS });
      expect(probe.group).toMatchObject({
        id: world.group,
        isActive: true,
        isHidden: false,
        isSmart: false,
        hasChildren: false,
        contactCount: 2,
      });
      expect(probe.newestHistoryId).toBeGreaterThan(probe.overlapHistoryId);
    });

    test('says of a group that is not there that it is not', async () => {
      await people.create(1);
      expect(await world.reader.probe(NO_GROUP, signal)).toMatchObject({ group: null, added: 0, rows: 0 });
      expect(await world.reader.fetchGroupBounds(NO_GROUP, signal)).toBeNull();
    });

    describe('reading a group', () => {
      test('walks through it by contact, whatever the status, with the addresses', async () => {
        const ids = await people.create(5);
        const [first, second, third, fourth, last] = ids;
        for (const id of [first, second, last]) await world.staff.add(world.group, id);
        await world.staff.remove(world.group, second);
        await world.staff.setStatus(world.group, third, 'Bogus');
        await world.staff.setStatus(world.group, fourth, 'Pending');
        await world.staff.flag(first, 'opted-out');
        expect(await world.reader.fetchGroupBounds(world.group, signal)).toEqual({ first, last });
        const page = (after: number, upTo: number, limit: number) =>
          world.reader.fetchGroupPage(world.group, { after, upTo, limit }, signal);
        const all = [...(await page(0, last, 2)), ...(await page(second, last, 1000))];
        expect(all.map(({ contactId: id, group }) => [id, group])).toEqual([
          [first, 'Added'],
          [second, 'Removed'],
          [third, 'unknown'],
          [fourth, 'Pending'],
          [last, 'Added'],
        ]);
        expect(all[0]).toMatchObject({ state: 'live', isIndividual: true, flags: ['opted-out'] });
        expect(all.map(({ addresses }) => addresses.map(({ address }) => address))).toEqual(
          ids.map((id) => [people.addressOf(id)]),
        );
        expect(await page(last, last + 1000, 1000)).toEqual([]);
        expect((await page(0, third, 1000)).at(-1)?.contactId).toBe(third);
      });

      test('dates contacts by our own clock', async () => {
        const [wilma] = await people.create(1);
        const [record] = await fetchContacts([wilma]);
        expect(Math.abs((record?.modifiedAt ?? 0) - world.now())).toBeLessThan(2 * MINUTE_MS);
      });
    });

    describe('reading contacts', () => {
      test('finds the live and the trashed, and leaves the erased out', async () => {
        const [live, trashed, erased] = await people.create(3);
        await world.staff.add(world.group, live);
        await world.staff.trash(trashed);
        await world.staff.erase(erased);
        const records = await fetchContacts([live, trashed, erased]);
        expect(records.map(({ contactId: id, state, group }) => [id, state, group])).toEqual([
          [live, 'live', 'Added'],
          [trashed, 'trashed', 'none'],
        ]);
      });

      test('finds who holds an address in any case, trashed or not, and by which addresses', async () => {
        const [wilma, fred, betty] = await people.create(3);
        const shared = world.newAddress();
        for (const id of [wilma, fred]) await world.staff.addAddress(id, shared.toUpperCase());
        await world.staff.add(world.group, wilma);
        await world.staff.trash(fred);
        const owners = await world.reader.fetchOwners(
          world.group,
          [` ${shared.toUpperCase()}`, people.addressOf(wilma), world.newAddress()],
          signal,
        );
        expect(owners.map(({ contactId: id, state, hasHistory }) => [id, state, hasHistory])).toEqual([
          [wilma, 'live', true],
          [fred, 'trashed', false],
        ]);
        expect(owners.map(({ held }) => held.toSorted())).toEqual([
          [people.addressOf(wilma), shared].toSorted(),
          [shared],
        ]);
        expect(owners[0]?.addresses).toHaveLength(2);
        expect(owners.map(({ contactId: id }) => id)).not.toContain(betty);
      });

      test('does not take one letter for another, as the database does', async () => {
        const [wilma] = await people.create(1);
        await world.staff.addAddress(wilma, 'renee@oakfield-trust.test');
        const owners = await world.reader.fetchOwners(world.group, ['renée@oakfield-trust.test'], signal);
        expect(owners).toEqual([]);
      });

      test('follows merges to the survivor', async () => {
        const [kept, lost, trashed] = await people.create(3);
        await world.staff.merge(kept, lost);
        await world.staff.trash(trashed);
        expect(await world.reader.fetchMergedTo([lost, trashed], signal)).toEqual(
          new Map([
            [lost, kept],
            [trashed, null],
          ]),
        );
      });

      test('asks nothing where nobody is asked for', async () => {
        expect(await fetchContacts([])).toEqual([]);
        expect(await world.reader.fetchOwners(world.group, [' '], signal)).toEqual([]);
        expect(await world.reader.fetchBySource(world.group, [], signal)).toEqual([]);
        expect(await world.reader.fetchMergedTo([], signal)).toEqual(new Map());
        expect(await world.reader.fetchHistory(world.group, [], signal)).toEqual(new Map());
      });
    });

    describe('history', () => {
      test('comes in the order in which it was written, and tells ours from others’', async () => {
        const [wilma, fred] = await people.create(2);
        await world.staff.add(world.group, wilma);
        await world.staff.leaveByMail(world.group, wilma);
        await world.writer.addToGroup(world.group, [wilma], mark('r1'), signal);
        const histories = await world.reader.fetchHistory(world.group, [wilma, fred], signal);
        expect(histories.get(wilma)).toMatchObject([
          { status: 'Added', method: 'Admin', byUs: false },
          { status: 'Removed', method: 'Email', byUs: false },
          { status: 'Added', method: 'API', byUs: true },
        ]);
        expect(histories.get(fred)).toEqual([]);
        const rows = histories.get(wilma) ?? [];
        expect(rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toSorted((a, b) => a - b));
        for (const { at } of rows) expect(Math.abs(at - world.now())).toBeLessThan(2 * MINUTE_MS);
      });

      test('and modified contacts show what changed, and nothing else', async () => {
        const [wilma, fred, betty] = await people.create(3);
        await world.staff.add(world.group, wilma);
        const { newestHistoryId: historyId } = await world.reader.probe(world.group, signal);
        await world.staff.add(world.group, fred);
        await world.staff.trash(betty);
        const since = { historyId, modifiedAt: world.now() - HOUR_MS };
        const changes = await world.reader.fetchChanges(world.group, since, signal);
        expect(changes.inGroup).toEqual([fred]);
        expect(changes.modified.map(({ contactId: id }) => id)).toContain(betty);
        const later = { historyId: historyId + 1000, modifiedAt: world.now() + HOUR_MS };
        expect(await world.reader.fetchChanges(world.group, later, signal)).toEqual({
          inGroup: [],
          modified: [],
        });
      });
    });

    describe('writing', () => {
      test('creates each contact once, however often it is asked to, and finds it again', async () => {
        const wanted = [people.plan('Wilma'), people.plan('Fred')];
        const created = await world.writer.createContacts(wanted, signal);
        expect([...created.keys()].toSorted()).toEqual(wanted.map(({ source }) => source).toSorted());
        expect(await world.writer.createContacts(wanted, signal)).toEqual(created);
        const found = await world.reader.fetchBySource(
          world.group,
          wanted.map(({ source }) => source),
          signal,
        );
        expect(found).toMatchObject(
          wanted.map(({ source, address }) => ({
            source,
            contactId: created.get(source),
            isIndividual: true,
            addresses: [{ address, isPrimary: true, isOnHold: false }],
          })),
        );
      });

      test('adds whoever is not Added, and writes nothing for the others', async () => {
        const [added, removed, fresh] = await people.create(3);
        for (const id of [added, removed]) await world.staff.add(world.group, id);
        await world.staff.remove(world.group, removed);
        const first = await world.writer.addToGroup(world.group, [added, removed, fresh], mark('r1'), signal);
        expect(first).toEqual({ written: [removed, fresh], failed: [] });
        const again = await world.writer.addToGroup(world.group, [added, removed, fresh], mark('r2'), signal);
        expect(again).toEqual({ written: [], failed: [] });
        expect(await statusesOf([added, removed, fresh])).toEqual(['Added', 'Added', 'Added']);
        expect(await historyLengths([added, removed, fresh])).toEqual([1, 3, 1]);
      });

      test('removes whoever is in, and makes no row for a stranger', async () => {
        const [added, removed, stranger] = await people.create(3);
        for (const id of [added, removed]) await world.staff.add(world.group, id);
        await world.staff.remove(world.group, removed);
        const all = [added, removed, stranger];
        const first = await world.writer.removeFromGroup(world.group, all, mark('r1'), signal);
        expect(first).toEqual({ written: [added], failed: [] });
        const again = await world.writer.removeFromGroup(world.group, all, mark('r2'), signal);
        expect(again).toEqual({ written: [], failed: [] });
        expect(await statusesOf(all)).toEqual(['Removed', 'Removed', 'none']);
        expect(await historyLengths(all)).toEqual([2, 2, 0]);
      });

      test('one contact that is not there does not keep the others from being added', async () => {
        const [first, erased, last] = await people.create(3);
        await world.staff.erase(erased);
        const result = await world.writer.addToGroup(world.group, [first, erased, last], mark('r1'), signal);
        expect(result.written.toSorted()).toEqual([first, last].toSorted());
        expect(result.failed).toMatchObject([{ contactId: erased }]);
        expect(await historyLengths([first, last])).toEqual([1, 1]);
      });

      test('puts an address on hold once, and no other address of the contact', async () => {
        const [wilma] = await people.create(1);
        const other = world.newAddress();
        await world.staff.addAddress(wilma, other);
        const holds = [{ contactId: wilma, address: people.addressOf(wilma).toUpperCase() }];
        expect(await world.writer.putOnHold(holds, signal)).toEqual({ written: [wilma], failed: [] });
        expect(await world.writer.putOnHold(holds, signal)).toEqual({ written: [], failed: [] });
        const [record] = await fetchContacts([wilma]);
        const held = new Map(record?.addresses.map(({ address, isOnHold }) => [address, isOnHold]));
        expect(held).toEqual(
          new Map([
            [people.addressOf(wilma), true],
            [other, false],
          ]),
        );
      });
    });

    describe('adding addresses', () => {
      test('each becomes the bulk-mail address, once; one that is there is left alone', async () => {
        const [wilma, fred] = await people.create(2);
        const [first, second] = [world.newAddress(), world.newAddress()];
        const writes = [
          { contactId: wilma, address: first.toUpperCase() },
          { contactId: wilma, address: second },
          { contactId: fred, address: people.addressOf(fred).toUpperCase() },
        ];
        const { written, failed } = await world.writer.addAddresses(writes, signal);
        expect({ written: new Set(written), failed }).toEqual({ written: new Set([wilma]), failed: [] });
        expect(await world.writer.addAddresses(writes, signal)).toEqual({ written: [], failed: [] });
        const records = await fetchContacts([wilma, fred]);
        const marked = records.map(({ addresses }) =>
          addresses.map(({ address, isBulkmail }) => [address, isBulkmail]),
        );
        expect(marked).toEqual([
          [
            [people.addressOf(wilma), false],
            [first, false],
            [second, true],
          ],
          [[people.addressOf(fred), false]],
        ]);
      });

      test('one that CiviCRM would cut is not written', async () => {
        const [wilma] = await people.create(1);
        const address = `${'w'.repeat(250)}@x.test`;
        expect(await world.writer.addAddresses([{ contactId: wilma, address }], signal)).toMatchObject({
          written: [],
          failed: [{ contactId: wilma }],
        });
      });
    });

    const fetchContacts = (ids: readonly ContactId[]): Promise<readonly ContactRecord[]> =>
      world.reader.fetchContacts(world.group, ids, signal);

    const mark = (run: string): WriteMark => ({ method: 'API', tracking: `${world.ourTracking}${run}` });

    async function statusesOf(ids: readonly ContactId[]) {
      const records = new Map((await fetchContacts(ids)).map((record) => [record.contactId, record.group]));
      return ids.map((id) => records.get(id));
    }

    async function historyLengths(ids: readonly ContactId[]) {
      const histories = await world.reader.fetchHistory(world.group, ids, signal);
      return ids.map((id) => histories.get(id)?.length);
    }
  });
}

const ALL_RIGHTS = {
  isSignedIn: true,
  seesContacts: true,
  seesTrash: true,
  seesHistory: true,
  mayEditContacts: true,
  mayAddContacts: true,
};
