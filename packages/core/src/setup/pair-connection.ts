import type { ConnectionId } from '../domain/ids.ts';
import { UsageError } from '../errors/sync-error.ts';
import { type Connection, findRivals, getConnection, lockForRemoval } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { recordPairings, removePairings } from '../store/pairings.ts';
import { listRunsIn } from '../store/runs.ts';
import { getAccount, getSite } from '../store/sites.ts';
import { type GroupTitles, inspectInterests, inspectMappings, withTitles } from './inspect-pairings.ts';
import { inspectGroup } from './inspect-places.ts';
import { insistOn, type Look, type Obstacle, obstaclesOf, unless, usage } from './obstacle.ts';
import { type InterestPair, parseInterests } from './parse-interests.ts';
import { parseMappings } from './parse-mappings.ts';
import type { SetupContext } from './setup-context.ts';

/** What is to be paired besides what is, as it is typed. */
export interface PairingRequest {
  /** `INTERESTID=GROUPID` */
  readonly interests: readonly string[];
  /** `FIELDPATH=MERGETAG[:direction]`, or `tag:NAME` */
  readonly mappings: readonly string[];
}

/**
 * Pairs more interests, fields and tags of a connection. What is new is read of everybody by the next run, which is why no run may be under way or waiting; and a new interest's first sync waits for
 * approval (rules section 8). Rejects with all that stands in the way, having stored nothing.
 */
export async function pairConnection(
  ctx: SetupContext,
  id: ConnectionId,
  request: PairingRequest,
): Promise<{ readonly id: ConnectionId; readonly interests: number; readonly mappings: number }> {
  const { store, secrets, signal } = ctx;
  const connection = await getConnection(store.db, id);
  const interests = parseInterests(request.interests, connection.groupId);
  const parsed = parseMappings(request.mappings);
  const mappings = { ...parsed, mappings: parsed.mappings.filter(({ isDefault }) => !isDefault) };
  const typed = [...interests.problems, ...mappings.problems].map((message) => usage('BAD_INPUT', message));
  if (interests.pairs.length + mappings.mappings.length + mappings.tags.length + typed.length === 0)
    typed.push(usage('BAD_INPUT', 'Name at least one interest, field or tag to be paired.'));
  insistOn(unless([...typed, ...findPaired(connection, interests.pairs, mappings)], null));
  const place = {
    account: await getAccount(store.db, secrets, connection.accountId),
    site: await getSite(store.db, secrets, connection.siteId),
    audience: connection.audienceId,
  };
  const groups = await lookAtGroups(ctx, connection, interests.pairs, place.site);
  const foundInterests = await inspectInterests(place, interests.pairs, signal);
  const foundMappings = await inspectMappings(place, mappings, signal);
  insistOn(unless(obstaclesOf(groups, foundInterests, foundMappings), null));
  const added = {
    interests: withTitles(insistOn(foundInterests), insistOn(groups)),
    mappings: insistOn(foundMappings),
  };
  await store.transaction(async (tx) => {
    await insistOnNoRun(tx, id);
    await recordPairings(tx, id, added);
  });
  return { id, interests: added.interests.length, mappings: added.mappings.length };
}

/** No run can begin before the transaction ends. */
async function insistOnNoRun(tx: Db, id: ConnectionId): Promise<void> {
  await lockForRemoval(tx, id);
  const [run] = await listRunsIn(tx, ['planning', 'applying', 'held', 'stopped'], id);
  if (run !== undefined) {
    throw new UsageError('CONNECTION_BUSY', [
      `Run ${run.id} of the connection is not over (${run.state}). Wait for it, approve it, reject it or abort it first.`,
    ]);
  }
}

function findPaired(
  { pairings }: Connection,
  pairs: readonly InterestPair[],
  { mappings, tags }: Pick<ReturnType<typeof parseMappings>, 'mappings' | 'tags'>,
): readonly Obstacle[] {
  const taken = [
    ...pairs
      .filter((pair) => pairings.interests.some(({ interestId }) => interestId === pair.interestId))
      .map(({ interestId }) => `Interest ${interestId}`),
    ...mappings
      .filter((one) => pairings.mappings.some(({ mergeTag }) => mergeTag === one.mergeTag))
      .map(({ mergeTag }) => `Merge tag ${mergeTag}`),
    ...tags
      .filter((name) => pairings.tags.some((known) => known.toLowerCase() === name.toLowerCase()))
      .map((name) => `Tag ${name}`),
  ];
  return taken.map((what) => usage('BAD_INPUT', `${what} is paired already. Unpair it first.`));
}

/** Whether each group can be an interest group, and what it is called. */
async function lookAtGroups(
  { store, signal }: SetupContext,
  connection: Connection,
  pairs: readonly InterestPair[],
  site: Parameters<typeof inspectGroup>[0],
): Promise<Look<GroupTitles>> {
  const obstacles: Obstacle[] = [];
  const titles = new Map<number, string>();
  for (const { groupId } of pairs) {
    const group = await inspectGroup(site, groupId, signal);
    if (group.kind === 'found') titles.set(groupId, group.found.title);
    else obstacles.push(...group.obstacles);
    const { group: rival } = await findRivals(store.db, { ...connection, groupId });
    if (rival !== null)
      obstacles.push(
        usage('GROUP_TAKEN', `Group ${groupId} serves connection ${rival.id} already. Pick another group.`),
      );
  }
  return unless(obstacles, titles);
}

/**
 * What is not to be kept the same any more: ids of interests, merge tags, `tag:NAME`. Nothing is changed on either side; which is why no run may be under way or waiting, whose plan would still write
 * it.
 */
export async function unpairConnection(
  { store }: SetupContext,
  id: ConnectionId,
  request: PairingRequest,
): Promise<{ readonly id: ConnectionId; readonly removed: number }> {
  await getConnection(store.db, id);
  const removed = await store.transaction(async (tx) => {
    await insistOnNoRun(tx, id);
    return await removePairings(tx, id, request);
  });
  if (removed === 0)
    throw new UsageError('NOT_FOUND', [
      `Connection ${id} pairs nothing of this. See "mcsync connection show ${id}".`,
    ]);
  return { id, removed };
}
