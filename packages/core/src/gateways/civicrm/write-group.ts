import { type ContactId, contactId, type GroupId } from '../../domain/ids.ts';
import type { CivicrmWriter, WriteMark } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { membershipsOf } from './queries.ts';
import { anyRow } from './schemas.ts';
import { toStatusBook } from './translate.ts';
import { type RecordsCall, writeEach } from './write-each.ts';

/** Adds to a group and removes from it (civicrm-api.md 3.4). */
export function createGroupWriter(
  client: CivicrmClient,
): Pick<CivicrmWriter, 'addToGroup' | 'removeFromGroup'> {
  async function fetchStatuses(group: GroupId, ids: readonly ContactId[], signal: AbortSignal) {
    const { answers } = await client.read({ rows: membershipsOf(group, ids) }, signal);
    return toStatusBook(answers.rows.rows);
  }

  return {
    async addToGroup(group, ids, mark, signal) {
      const findMissing = async (some: readonly ContactId[]) => {
        const statuses = await fetchStatuses(group, some, signal);
        return some.filter((id) => statuses.get(id) !== 'Added');
      };
      return await writeEach(
        client,
        { ids, findMissing, toCall: (some) => addMembers(group, some, mark) },
        signal,
      );
    },

    async removeFromGroup(group, ids, mark, signal) {
      const findMissing = async (some: readonly ContactId[]) => {
        const statuses = await fetchStatuses(group, some, signal);
        return [...statuses].filter(([, status]) => status !== 'Removed').map(([id]) => contactId(id));
      };
      return await writeEach(
        client,
        { ids, findMissing, toCall: (some) => removeMembers(group, some, mark) },
        signal,
      );
    },
  };
}

/** `match` turns a second one into an update; alone it would be refused as a duplicate. */
const addMembers = (group: GroupId, ids: readonly ContactId[], mark: WriteMark): RecordsCall => ({
  records: ids.length,
  call: {
    entity: 'GroupContact',
    action: 'save',
    params: {
      records: ids.map((id) => ({ contact_id: id })),
      defaults: { group_id: group, status: 'Added' },
      match: ['contact_id', 'group_id'],
      ...mark,
    },
    row: anyRow,
  },
});

/** An update never makes a row for a stranger, and carried out again it finds nothing to change. */
const removeMembers = (group: GroupId, ids: readonly ContactId[], mark: WriteMark): RecordsCall => ({
  records: ids.length,
  call: {
    entity: 'GroupContact',
    action: 'update',
    params: {
      values: { status: 'Removed' },
      where: [
        ['group_id', '=', group],
        ['contact_id', 'IN', ids],
        ['status', '!=', 'Removed'],
      ],
      ...mark,
    },
    row: anyRow,
  },
});
