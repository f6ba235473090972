import { assessPlan } from '../decide/assess-plan.ts';
import type { CategoryVerdict } from '../domain/plan.ts';
import { listComponents } from '../store/components.ts';
import { countHeld, countPlanned, countWrittenLastDay, recordVerdict } from '../store/decisions.ts';
import { countKnownMembers } from '../store/observed-members.ts';
import type { PersonLink } from '../store/person-links.ts';
import { addRunCounts, getRun, recordApplyStages, recordMeasured, recordRunState } from '../store/runs.ts';
import { createContacts } from './apply/create-contacts.ts';
import { enqueueUpdatesStage } from './apply/enqueue-updates.ts';
import { writeCivicrm } from './apply/write-civicrm.ts';
import { sendUpdates } from './batching.ts';
import { checkPlaces } from './check-places.ts';
import { decideComponents, rulesAt } from './decide-components.ts';
import { lookAtPairings, recordPairingsSeen, withConnectionAgain } from './look-at-pairings.ts';
import type { MailchimpContext } from './mailchimp-context.ts';
import { fetchExtraData } from './plan/fetch-extra-data.ts';
import { readPeople } from './read-person.ts';
import { recordDecided, untilKept } from './record-decided.ts';
import type { ApplyContext, Counts, Stage, StageContext } from './stage.ts';

/** Everything, for the whole way of one person. */
export type PersonContext = ApplyContext & Pick<MailchimpContext, 'mailchimpWriter'>;

/** `nobody`: on neither side, and in no row of ours. */
export type PersonSynced = 'synced' | 'nobody';

/** However many there are, they go one by one: somebody waits. */
const DIRECTLY = { fewest: Number.POSITIVE_INFINITY, most: 100 };

/**
 * The same rules for one person, or a few, now and in one piece: rights, both sides, section 3, the decision, the limits of section 8, and the writes; what Mailchimp is to
 * change is sent directly. The run holds the connection's lease, so that nobody else writes to them meanwhile; it moves no cursor. What is over a limit is held, and waits for
 * approval like any other plan. Addresses in lower case.
 */
export async function syncPerson(ctx: PersonContext, addresses: readonly string[]): Promise<PersonSynced> {
  const measured = await measure(ctx);
  const people = await readPeople(measured, addresses);
  await decide(await readPairings(measured), people);
  const plan = await drawUp(measured);
  await apply(measured, plan);
  return people.length === 0 ? 'nobody' : 'synced';
}

/** What the run goes by (E17, E19, E21, E24). In-counts are ours: two requests fewer, and a share of them is what a limit needs. */
async function measure(ctx: PersonContext): Promise<PersonContext> {
  const { store, run, lease, connection } = ctx;
  const { site } = await checkPlaces(ctx);
  const { subscribed } = await countKnownMembers(store.db, connection.id);
  await store.fenced(lease, (tx) =>
    recordMeasured(tx, run.id, {
      windowBefore: new Date(ctx.now()),
      historyNewest: site.newestHistoryId,
      utcOffsetMinutes: site.utcOffsetMinutes,
      totals: { ...run.totals, mailchimp: subscribed, civicrm: site.added - site.addedTrashed },
    }),
  );
  return { ...ctx, run: await getRun(store.db, run.id) };
}

/** After the reading, so that a group that went before it does not look like one that they have left (rules section 8); then what a developer's own module says. */
async function readPairings(ctx: PersonContext): Promise<PersonContext> {
  await recordPairingsSeen(ctx, await lookAtPairings(ctx));
  await doStage(ctx, fetchExtraData);
  return await withConnectionAgain(ctx);
}

async function decide(ctx: PersonContext, people: readonly PersonLink[]): Promise<void> {
  const { store, connection, run, lease } = ctx;
  const seeds = people.map(({ memberId }) => memberId);
  const scope = { connectionId: connection.id, runId: run.id, seenHistoryId: run.historyNewest ?? 0 };
  await untilKept(async () => {
    const rules = rulesAt(connection, ctx.now(), run.utcOffsetMinutes);
    const components = await listComponents(store.db, connection.id, seeds);
    const result = await decideComponents(
      { ...ctx, db: store.db, write: (work) => store.fenced(lease, work), rules },
      components,
    );
    return await store.fenced(lease, (tx) => recordDecided(tx, scope, result));
  });
}

async function drawUp(ctx: PersonContext): Promise<readonly CategoryVerdict[]> {
  const { store, connection, run, lease } = ctx;
  return await store.fenced(lease, async (tx) => {
    const plan = assessPlan({
      people: await countPlanned(tx, run.id),
      inCounts: run.totals,
      writtenLastDay: await countWrittenLastDay(tx, connection.id, ctx.now()),
      limits: connection.policies.limits,
      phase: 'running',
      approval: run.approval,
      shrunk: [],
    });
    await recordMeasured(tx, run.id, { plan });
    // Whoever counts in several categories is approved where all of them are safe.
    for (const [verdict, state] of [
      ['safe', 'approved'],
      ['held', 'held'],
    ] as const) {
      const categories = plan.filter((one) => one.verdict === verdict).map(({ category }) => category);
      await recordVerdict(tx, run.id, categories, state, null);
    }
    if (plan.some(({ verdict }) => verdict === 'safe')) {
      await recordApplyStages(tx, run.id);
      await recordRunState(tx, run, 'applying');
    } else await recordRunState(tx, run, plan.length > 0 ? 'held' : 'done');
    return plan;
  });
}

async function apply(ctx: PersonContext, plan: readonly CategoryVerdict[]): Promise<void> {
  if (!plan.some(({ verdict }) => verdict === 'safe')) return;
  const { store, run, lease } = ctx;
  const counts = [
    await doStage(ctx, createContacts),
    await doStage(ctx, writeCivicrm),
    await doStage(ctx, enqueueUpdatesStage),
  ];
  await store.fenced(lease, async (tx) => {
    for (const { queued: _, ...written } of counts.flat()) await addRunCounts(tx, run.id, written);
    await recordRunState(tx, run, (await countHeld(tx, run.id)) > 0 ? 'held' : 'done');
  });
  await sendUpdates(ctx, DIRECTLY, run.id);
}

async function doStage<Context extends StageContext, Input>(
  ctx: Context,
  stage: Stage<Context, Input>,
): Promise<readonly Counts[]> {
  const counts: Counts[] = [];
  for (const input of await stage.split(ctx)) counts.push(await stage.work(ctx, input));
  return counts;
}
