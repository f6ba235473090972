import type { GroupId } from '../../domain/ids.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../../domain/instant.ts';
import { fromCivicrmDate } from '../../domain/wall-time.ts';
import { type ApiCall, type Condition, get, type Replies, type Reply } from './api-call.ts';
import type { CivicrmReader, GroupInfo, Rights, SiteProbe } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { readClock } from './clock.ts';
import { RIGHTS_CALLS, readRights, rowsOf, totalOf } from './rights.ts';
import { anyRow, datedRow, groupRow, nestingRow } from './schemas.ts';
import { toGroupInfo } from './translate.ts';

/** Rules section 9: history is read again from the id that was newest then, because a long transaction commits low ids late. */
const OVERLAP_MS = 30 * MINUTE_MS;
/** Old enough also in the hour after a DST change, when CiviCRM reads a date an hour off (civicrm-recorded.md 17). */
const SURE_OVERLAP_MS = OVERLAP_MS + HOUR_MS;

/** Measures and checks a site for one group. */
export function createProbe(
  client: CivicrmClient,
  now: () => number,
): Pick<CivicrmReader, 'probe' | 'fetchGroups'> {
  return {
    async fetchGroups(groups, signal) {
      const { replies } = await client.tryRead(groupsCalls(groups), signal);
      const rows = new Map(rowsOf(replies.groups).map((row) => [row.id, row]));
      const parents = new Set(rowsOf(replies.nested).map((row) => row.parent_group_id));
      return new Map(
        groups.map((group) => {
          const row = rows.get(group);
          return [group, row === undefined ? null : toGroupInfo(row, parents.has(group) ? 1 : null)];
        }),
      );
    },

    async probe(group, signal): Promise<SiteProbe> {
      const calls = probeCalls(group, now());
      const { askedAt, replies } = await client.tryRead(calls, signal);
      const info = readGroup(replies);
      const offset = readOffset(replies, askedAt);
      return {
        utcOffsetMinutes: offset,
        group: info,
        added: totalOf(replies.added) ?? 0,
        addedTrashed: totalOf(replies.addedTrashed) ?? 0,
        rows: totalOf(replies.rows) ?? 0,
        newestHistoryId: rowsOf(replies.newest)[0]?.id ?? 0,
        overlapHistoryId: readOverlap(replies, offset, askedAt),
        rights: await probeRights(client, replies, info, signal),
      };
    },
  };
}

function probeCalls(group: GroupId, now: Instant) {
  return {
    ...RIGHTS_CALLS,
    // Twice, around the group's own count: who joins or leaves just now is no gap.
    addedBefore: countMembers(group, [['status', '=', 'Added']]),
    group: get('Group', groupRow, { select: Object.keys(groupRow.shape), where: [['id', '=', group]] }),
    // Not offered everywhere; `children` is a copy of it.
    nested: count('GroupNesting', [['parent_group_id', '=', group]]),
    added: countMembers(group, [['status', '=', 'Added']]),
    addedTrashed: countMembers(group, [
      ['status', '=', 'Added'],
      ['contact_id.is_deleted', '=', true],
    ]),
    rows: countMembers(group, []),
    overlap: newestBefore(now - OVERLAP_MS),
    sureOverlap: newestBefore(now - SURE_OVERLAP_MS),
  };
}
/** Whether groups are there and fit; nesting is not offered everywhere, and `children` is a copy of it. */
function groupsCalls(groups: readonly GroupId[]) {
  return {
    clock: RIGHTS_CALLS.clock,
    groups: get('Group', groupRow, { select: Object.keys(groupRow.shape), where: [['id', 'IN', groups]] }),
    nested: get('GroupNesting', nestingRow, {
      select: ['parent_group_id'],
      where: [['parent_group_id', 'IN', groups]],
    }),
  };
}

type ProbeReplies = Replies<ReturnType<typeof probeCalls>>;

const count = (entity: string, where: readonly Condition[]): ApiCall<object> =>
  get(entity, anyRow, { select: ['row_count'], where });

const countMembers = (group: GroupId, where: readonly Condition[]): ApiCall<object> =>
  count('GroupContact', [['group_id', '=', group], ...where]);

const newestBefore = (at: Instant) =>
  get('SubscriptionHistory', datedRow, {
    select: ['id', 'date'],
    where: [['date', '<=', new Date(at).toISOString()]],
    orderBy: { id: 'DESC' },
    limit: 1,
  });

function readGroup(replies: ProbeReplies): GroupInfo | null {
  const [group] = rowsOf(replies.group);
  return group === undefined ? null : toGroupInfo(group, totalOf(replies.nested));
}

/** Nothing can be measured where we see no contact; then the rights say so, and nobody goes on. */
function readOffset({ clock }: ProbeReplies, askedAt: Instant): number {
  const [row] = rowsOf(clock);
  return row === undefined ? 0 : (readClock(row, askedAt) ?? 0);
}

/** The newer of the two ids, if its date is old enough by our own conversion. */
function readOverlap({ overlap, sureOverlap }: ProbeReplies, offset: number, askedAt: Instant): number {
  const isOldEnough = (row: { readonly date: string }): boolean => {
    const at = fromCivicrmDate(row.date, offset);
    // The date was asked for before the request was sent, and dates are whole seconds.
    return at !== null && at <= askedAt - OVERLAP_MS;
  };
  const rows = [...rowsOf(overlap), ...rowsOf(sureOverlap)];
  return rows.find(isOldEnough)?.id ?? 0;
}

async function probeRights(
  client: CivicrmClient,
  replies: ProbeReplies,
  group: GroupInfo | null,
  signal: AbortSignal,
): Promise<Rights> {
  const shown = Math.max(total(replies.addedBefore), total(replies.added));
  const isPlain = group !== null && !group.isSmart && !group.hasChildren;
  const isGapSeen = isPlain && (group.contactCount ?? 0) > shown;
  const isSignedIn = replies.group.kind === 'done';
  const rights = readRights(replies, { isSignedIn, isGapSeen });
  // Without "access CiviCRM" a signed-in user looks like a stranger: only then it takes a second request to tell.
  return rights.isSignedIn
    ? rights
    : { ...rights, isSignedIn: (await client.fetchIdentity(signal)) !== null };
}

const total = (reply: Reply<unknown>): number => totalOf(reply) ?? 0;
