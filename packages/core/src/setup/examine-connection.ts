import type { ConnectionId } from '../domain/ids.ts';
import { DAY_MS, HOUR_MS } from '../domain/instant.ts';
import { parseInterval, type Settings } from '../settings.ts';
import { listBatches } from '../store/batches.ts';
import type { Connection } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { listRunsIn } from '../store/runs.ts';
import { getAccount, getSite } from '../store/sites.ts';
import { type Finding, findingsOf, problem, warning } from './finding.ts';
import { inspectAudience, inspectGroup } from './inspect-places.ts';
import { andLook, look } from './obstacle.ts';
import type { SetupContext } from './setup-context.ts';

/** A sync is late when so many of its intervals have passed without one. */
const LATE_AFTER_INTERVALS = 3;
/** More than an account ever has under way (mailchimp-api.md 2). */
const MOST_BATCHES = 500;

/** Are audience and group still there and fit, and does the connection do its work? */
export async function examineConnection(
  ctx: SetupContext & { readonly settings: Settings; readonly now: number },
  connection: Connection,
): Promise<readonly Finding[]> {
  const { store, secrets, signal } = ctx;
  const subject = `connection ${connection.id}`;
  const account = await look(() => getAccount(store.db, secrets, connection.accountId));
  const site = await look(() => getSite(store.db, secrets, connection.siteId));
  const [audience, group, waiting] = await Promise.all([
    andLook(account, (opened) => inspectAudience(opened, connection.audienceId, signal)),
    andLook(site, (opened) => inspectGroup(opened, connection.groupId, signal)),
    listWhatWaits(store.db, connection.id, ctx.now),
  ]);
  return [
    ...findingsOf(
      subject,
      audience,
      ({ name, subscribed }) => `Audience "${name}": ${subscribed} subscribed.`,
    ),
    ...findingsOf(subject, group, ({ title, added }) => `Group "${title}": ${added} people.`),
    ...judgeState(subject, connection),
    ...judgeInterests(subject, connection),
    ...judgeAge(subject, connection, ctx),
    ...waiting.map((message) => warning(subject, message)),
  ];
}

function judgeState(subject: string, { id, state, fault }: Connection): readonly Finding[] {
  if (state === 'paused')
    return [warning(subject, `It is paused. "mcsync connection resume ${id}" lets it run.`)];
  if (state === 'active') return [];
  return [
    problem(subject, `It stopped itself: ${fault?.message ?? ''} Then "mcsync connection resume ${id}".`),
  ];
}

/** E16, E20: as the last run found them. */
const judgeInterests = (subject: string, { pairings }: Connection): readonly Finding[] =>
  pairings.interests.flatMap(({ fault }) => (fault === null ? [] : problem(subject, fault.message)));

function judgeAge(
  subject: string,
  { id, state, syncedAt, policies }: Connection,
  { settings, now }: { readonly settings: Settings; readonly now: number },
): readonly Finding[] {
  if (state !== 'active') return [];
  if (syncedAt === null)
    return [warning(subject, `It was never synced. "mcsync plan ${id}" shows what a first sync would do.`)];
  const everyMs = (policies.every === null ? null : parseInterval(policies.every)) ?? settings.syncEveryMs;
  const agoMs = now - syncedAt.getTime();
  if (agoMs < LATE_AFTER_INTERVALS * everyMs) return [];
  const hours = Math.round(agoMs / HOUR_MS);
  return [
    warning(
      subject,
      `It was last synced ${hours} hours ago. Is a worker running, and are its runs succeeding?`,
    ),
  ];
}

async function listWhatWaits(db: Db, id: ConnectionId, now: number): Promise<readonly string[]> {
  const held = await listRunsIn(db, ['held'], id);
  const batches = await listBatches(db, id, MOST_BATCHES);
  const overdue = batches.filter(
    ({ state, claimedAt }) =>
      (state === 'claimed' || state === 'submitted') && now - claimedAt.getTime() > DAY_MS,
  );
  return [
    ...held.map((run) => `Run ${run.id} waits for approval. "mcsync status ${id}" shows what it would do.`),
    ...(overdue.length > 0
      ? [`Batches that Mailchimp has not finished within a day: ${overdue.length}.`]
      : []),
  ];
}
