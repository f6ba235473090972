import {
  type AccountId,
  type AudienceId,
  audienceId,
  type ConnectionId,
  type GroupId,
  type SiteId,
} from '../domain/ids.ts';
import { DEFAULT_POLICIES, type ParsedPolicies, parsePolicies } from '../domain/policies.ts';
import { type Connection, findRivals, recordConnection } from '../store/connections.ts';
import type { NewInterest, NewMapping } from '../store/pairings.ts';
import { getAccount, getSite, type Site } from '../store/sites.ts';
import { checkSchedule } from './check-schedule.ts';
import { type GroupTitles, inspectInterests, inspectMappings, withTitles } from './inspect-pairings.ts';
import {
  type AudienceFindings,
  type GroupFindings,
  inspectAudience,
  inspectGroup,
} from './inspect-places.ts';
import { andLook, insistOn, type Look, look, type Obstacle, obstaclesOf, unless, usage } from './obstacle.ts';
import { type ParsedInterests, parseInterests } from './parse-interests.ts';
import { type ParsedMappings, parseMappings } from './parse-mappings.ts';
import type { SetupContext } from './setup-context.ts';

/** What somebody wants to be kept the same. Lists are texts as they are typed: they are read here, so that everything that is wrong is told at once. */
export interface ConnectionRequest {
  readonly accountId: AccountId;
  readonly siteId: SiteId;
  readonly audienceId: string;
  readonly groupId: GroupId;
  /** `INTERESTID=GROUPID` */
  readonly interests: readonly string[];
  /** `FIELDPATH=MERGETAG[:direction]`, or `tag:NAME` */
  readonly mappings: readonly string[];
  /** `name=value` */
  readonly policies: readonly string[];
}

export interface AddedConnection {
  readonly id: ConnectionId;
  readonly audience: AudienceFindings;
  readonly group: GroupFindings;
}

/**
 * Connects an audience with a group once both are known to be there, fit and free, and everything else that was asked for can be read. Rejects with all that stands in the way, having
 * stored nothing.
 */
export async function addConnection(ctx: SetupContext, request: ConnectionRequest): Promise<AddedConnection> {
  const typed = readTyped(request);
  const [audience, groups, taken] = await Promise.all([
    lookAtAudience(ctx, request, typed),
    lookAtGroups(ctx, request, typed),
    listTaken(ctx, request, typed),
  ]);
  const paired = await lookAtPairings(ctx, request, typed, audience);
  const inTheWay = [
    ...obstaclesOf(typed.audience),
    ...typed.obstacles,
    ...obstaclesOf(audience, groups),
    ...obstaclesOf(paired.interests, paired.mappings),
    ...taken,
  ];
  insistOn(unless(inTheWay, null));
  const { group, titles } = insistOn(groups);
  const found = { audience: insistOn(audience), group };
  const { accountId, siteId, groupId } = request;
  const recorded = recordConnection(ctx.store.db, {
    ...{ accountId, siteId, groupId },
    audienceId: insistOn(typed.audience),
    audienceName: found.audience.name,
    groupTitle: found.group.title,
    policies: typed.policies.policies,
    interests: withTitles(insistOn(paired.interests), titles),
    mappings: insistOn(paired.mappings),
  });
  const { id } = await recorded.catch(async (error: unknown) => {
    // Somebody else may have been faster: the database has refused the second one.
    insistOn(unless(await listTaken(ctx, request, typed), null));
    throw error;
  });
  return { id, ...found };
}

/** Interests, fields and tags, once the audience is known to be there. */
async function lookAtPairings(
  { store, secrets, signal }: SetupContext,
  { accountId, siteId }: ConnectionRequest,
  typed: Typed,
  audience: Look<unknown>,
): Promise<{
  readonly interests: Look<readonly NewInterest[]>;
  readonly mappings: Look<readonly NewMapping[]>;
}> {
  const nothing = { kind: 'found', found: [] } as const;
  const account = await look(() => getAccount(store.db, secrets, accountId));
  const site = await look(() => getSite(store.db, secrets, siteId));
  if (account.kind === 'obstructed' || site.kind === 'obstructed')
    return { interests: nothing, mappings: nothing };
  if (audience.kind === 'obstructed' || typed.audience.kind === 'obstructed')
    return { interests: nothing, mappings: nothing };
  const place = { account: account.found, site: site.found, audience: typed.audience.found };
  const [interests, mappings] = await Promise.all([
    inspectInterests(place, typed.interests.pairs, signal),
    inspectMappings(place, typed.mappings, signal),
  ]);
  return { interests, mappings };
}

/** What was typed, as far as it can be read, and what is wrong with the rest. */
interface Typed {
  readonly audience: Look<AudienceId>;
  readonly interests: ParsedInterests;
  readonly mappings: ParsedMappings;
  readonly policies: ParsedPolicies;
  readonly obstacles: readonly Obstacle[];
}

function readTyped(request: ConnectionRequest): Typed {
  const id = request.audienceId.trim().toLowerCase();
  const audience = unless(
    /^[0-9a-f]{10}$/.test(id) ? [] : [usage('BAD_INPUT', BAD_AUDIENCE_ID)],
    audienceId(id),
  );
  const interests = parseInterests(request.interests, request.groupId);
  const mappings = parseMappings(request.mappings);
  const policies = parsePolicies(request.policies, DEFAULT_POLICIES);
  const problems = [
    ...policies.problems,
    ...checkSchedule(policies.policies),
    ...mappings.problems,
    ...interests.problems,
  ];
  return {
    ...{ audience, interests, mappings, policies },
    obstacles: problems.map((message) => usage('BAD_INPUT', message)),
  };
}

const BAD_AUDIENCE_ID =
  'An audience’s id is ten hexadecimal digits, such as 3fd2a1b4c5. It is under Audience, Settings, "Audience ID"; the number in the address of Mailchimp’s pages is another one.';

async function lookAtAudience(
  { store, secrets, signal }: SetupContext,
  { accountId }: ConnectionRequest,
  { audience }: Typed,
): Promise<Look<AudienceFindings>> {
  const account = await look(() => getAccount(store.db, secrets, accountId));
  return await andLook(account, (opened) => andLook(audience, (id) => inspectAudience(opened, id, signal)));
}

/** The subscription group, and all interest groups with it. One after the other: a site has other things to do. */
async function lookAtGroups(
  { store, secrets, signal }: SetupContext,
  { siteId, groupId }: ConnectionRequest,
  { interests }: Typed,
): Promise<Look<FoundGroups>> {
  const site = await look(() => getSite(store.db, secrets, siteId));
  return await andLook(site, async (opened) => {
    const group = await inspectGroup(opened, groupId, signal);
    const obstacles = [...obstaclesOf(group)];
    const titles = new Map<number, string>();
    for (const { groupId: other } of interests.pairs) {
      const found = await lookAtInterestGroup(opened, other, signal);
      obstacles.push(...obstaclesOf(found));
      if (found.kind === 'found') titles.set(other, found.found.title);
    }
    return group.kind === 'found'
      ? unless(obstacles, { group: group.found, titles })
      : { kind: 'obstructed', obstacles };
  });
}

interface FoundGroups {
  readonly group: GroupFindings;
  /** Of interest groups. */
  readonly titles: GroupTitles;
}

/** What stands in the way of an interest group says which one it is about; what is wrong with the site as a whole has been said. */
async function lookAtInterestGroup(
  site: Site,
  group: GroupId,
  signal: AbortSignal,
): Promise<Look<GroupFindings>> {
  const looked = await inspectGroup(site, group, signal);
  if (looked.kind === 'found') return looked;
  const obstacles = looked.obstacles.map((obstacle) =>
    obstacle.kind === 'usage'
      ? { ...obstacle, message: `Interest group ${group}: ${obstacle.message}` }
      : obstacle,
  );
  return { kind: 'obstructed', obstacles };
}

/** One role per thing (rules section 8). */
async function listTaken(
  { store: { db } }: SetupContext,
  { accountId, siteId, groupId }: ConnectionRequest,
  { audience, interests }: Typed,
): Promise<readonly Obstacle[]> {
  const wanted = {
    accountId,
    siteId,
    audienceId: audience.kind === 'found' ? audience.found : audienceId(''),
  };
  const groups = [groupId, ...interests.pairs.map((pair) => pair.groupId)];
  const rivals = await Promise.all(groups.map((id) => findRivals(db, { ...wanted, groupId: id })));
  const ofAudience = rivals[0]?.audience ?? null;
  return [
    ...(ofAudience === null ? [] : [audienceTaken(ofAudience)]),
    ...rivals.flatMap(({ group }, at) => (group === null ? [] : [groupTaken(groups[at] ?? groupId, group)])),
  ];
}

const audienceTaken = ({ id, audienceName, groupTitle }: Connection): Obstacle =>
  usage(
    'AUDIENCE_TAKEN',
    `The audience "${audienceName}" is connected already: connection ${id} keeps it the same as the group "${groupTitle}". Pick another audience, or remove that connection first.`,
  );

const groupTaken = (group: GroupId, { id, audienceName }: Connection): Obstacle =>
  usage(
    'GROUP_TAKEN',
    `Group ${group} is connected already: it serves connection ${id} with the audience "${audienceName}". Pick another group, or remove that connection first.`,
  );
