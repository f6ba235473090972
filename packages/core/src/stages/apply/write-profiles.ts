import type { Write } from '../../domain/decision.ts';
import type { ContactId, GroupId } from '../../domain/ids.ts';
import type { PartialWrite } from '../../gateways/civicrm/civicrm.ts';
import type { Db } from '../../store/db.ts';
import { recordContacts } from '../../store/fresh-links.ts';
import { recordInterestStatus } from '../../store/profile-bases.ts';
import { toFetchedContact } from '../fetched-contact.ts';
import type { ApplyContext, Counts } from '../stage.ts';
import type { Rechecked } from './recheck.ts';
import { markOf } from './write-mark.ts';

/** What became of the writes to interest groups and fields. */
export interface WrittenProfiles {
  readonly failed: PartialWrite['failed'];
  readonly counts: Counts;
  /** Keeps what CiviCRM has made of it. */
  record(tx: Db): Promise<void>;
}

/** Interest groups and fields (rules sections 4 and 5), only where they differ; fields are read back, because CiviCRM puts some into a form of its own. */
export async function writeProfiles(
  ctx: ApplyContext,
  standing: readonly Rechecked[],
): Promise<WrittenProfiles> {
  const writes = standing.flatMap(({ decision }) => decision.writes);
  const groups = await writeGroups(ctx, writes);
  const fields = await writeFields(ctx, writes);
  const { connection } = ctx;
  return {
    failed: [...groups.flatMap(({ result }) => result.failed), ...fields.result.failed],
    counts: countsOf(groups, fields.result),
    async record(tx) {
      for (const { groupId, status, result } of groups) {
        await recordInterestStatus(tx, connection.id, { groupId, contacts: result.written, status });
      }
      await recordContacts(tx, connection.id, fields.contacts);
    },
  };
}

interface GroupWrite {
  readonly groupId: GroupId;
  readonly status: 'Added' | 'Removed';
  readonly result: PartialWrite;
}

/** Adds to interest groups, and removes from them, a call for each group. */
export async function writeGroups(
  ctx: ApplyContext,
  writes: readonly Write[],
): Promise<readonly GroupWrite[]> {
  const { civicrmWriter, signal } = ctx;
  const done: GroupWrite[] = [];
  for (const kind of ['add-to-interest-group', 'remove-from-interest-group'] as const) {
    for (const [groupId, ids] of contactsByGroup(writes, kind)) {
      const isAdding = kind === 'add-to-interest-group';
      const result = isAdding
        ? await civicrmWriter.addToGroup(groupId, ids, markOf(ctx), signal)
        : await civicrmWriter.removeFromGroup(groupId, ids, markOf(ctx), signal);
      done.push({ groupId, status: isAdding ? 'Added' : 'Removed', result });
    }
  }
  return done;
}

function contactsByGroup(
  writes: readonly Write[],
  kind: 'add-to-interest-group' | 'remove-from-interest-group',
): ReadonlyMap<GroupId, readonly ContactId[]> {
  const groups = new Map<GroupId, ContactId[]>();
  for (const write of writes) {
    if (write.kind !== kind) continue;
    const ids = groups.get(write.groupId) ?? [];
    if (!ids.includes(write.contactId)) groups.set(write.groupId, [...ids, write.contactId]);
  }
  return groups;
}

async function writeFields(ctx: ApplyContext, writes: readonly Write[]) {
  const { civicrm, civicrmWriter, connection, signal } = ctx;
  const changes = writes.flatMap((write) => (write.kind === 'write-fields' ? write : []));
  if (changes.length === 0) return { result: { written: [], failed: [] }, contacts: [] };
  const result = await civicrmWriter.writeFields(changes, signal);
  const records = await civicrm.fetchContacts(connection.groupId, result.written, signal);
  return { result, contacts: records.map((record) => toFetchedContact(record, false)) };
}

function countsOf(groups: readonly GroupWrite[], fields: PartialWrite): Counts {
  const written = (status: GroupWrite['status']) =>
    groups.filter((one) => one.status === status).reduce((sum, { result }) => sum + result.written.length, 0);
  return {
    addedToInterestGroups: written('Added'),
    removedFromInterestGroups: written('Removed'),
    fieldsWritten: fields.written.length,
  };
}
