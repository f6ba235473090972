import { fetchWindow } from '../../decide/clock.ts';
import { isShrinkImpossible } from '../../decide/detect-shrink.ts';
import { FaultError } from '../../errors/sync-error.ts';
import type { SiteProbe } from '../../gateways/civicrm/civicrm.ts';
import type { AudienceCounts } from '../../gateways/mailchimp/mailchimp.ts';
import { countAgreedIn } from '../../store/agreed-counts.ts';
import { recordNames } from '../../store/connections.ts';
import { countKnownAdded } from '../../store/fetched-contacts.ts';
import { countKnownMembers } from '../../store/observed-members.ts';
import { type RunTotals, recordMeasured } from '../../store/runs.ts';
import { checkPlaces, type Places } from '../check-places.ts';
import { checkTail } from '../check-tail.ts';
import { lookAtPairings, recordPairingsSeen } from '../look-at-pairings.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/**
 * Is everything there, are our rights whole (E17, E19, E21, E24), and is CiviCRM's history the one that we know (E26)? Measures what the run goes by: counts, windows, CiviCRM's offset. Seven requests, whatever the
 * audience's size.
 */
export const probe = simpleStage<PlanContext>('probe', async (ctx) => {
  const seen = await look(ctx);
  const shrunk = await confirmShrinking(ctx, seen);
  const { tail, isComplete } = await checkTail(ctx);
  const startedAt = ctx.now();
  await recordPairingsSeen(ctx, await lookAtPairings(ctx));
  await ctx.store.fenced(ctx.lease, async (tx) => {
    await recordNames(tx, ctx.connection.id, {
      audienceName: seen.audience.name,
      groupTitle: seen.group.title,
    });
    await recordMeasured(tx, ctx.run.id, {
      ...windowsOf(ctx, startedAt, seen.site),
      ...(!isComplete && { civicrmWhole: true }),
      historyTail: tail,
      totals: toTotals(seen, shrunk),
    });
  });
  return { mailchimp: seen.counts.subscribed, civicrm: seen.site.added };
});

interface Seen extends Places {
  readonly counts: AudienceCounts;
}

async function look(ctx: PlanContext): Promise<Seen> {
  const [places, counts] = await Promise.all([
    checkPlaces(ctx),
    ctx.mailchimp.fetchCounts(ctx.connection.audienceId, ctx.signal),
  ]);
  return { ...places, counts };
}

/**
 * E23: a side too small to be true is read a second time. Both reads must say the same; what follows from it is held for approval then. Small against what the last run read, or against what was agreed:
 * a plan that was only looked at, or waits for approval, or a run that failed half-way has read the small side already.
 */
async function confirmShrinking(ctx: PlanContext, first: Seen): Promise<RunTotals['shrunk']> {
  const { store, connection } = ctx;
  const [members, contacts, agreed] = await Promise.all([
    countKnownMembers(store.db, connection.id),
    countKnownAdded(store.db, connection.id),
    countAgreedIn(store.db, connection.id),
  ]);
  const before = {
    mailchimp: Math.max(members.subscribed, agreed.mailchimp),
    civicrm: Math.max(contacts.added, agreed.civicrm),
  };
  const shrunk = [
    ...(isShrinkImpossible(before.mailchimp, first.counts.subscribed) ? (['mailchimp'] as const) : []),
    ...(isShrinkImpossible(before.civicrm, first.site.added) ? (['civicrm'] as const) : []),
  ];
  if (shrunk.length === 0) return [];
  const second = await look(ctx);
  if (second.counts.subscribed !== first.counts.subscribed || second.site.added !== first.site.added) {
    const message =
      'A side has shrunk impossibly, and two reads of it do not say the same. Nothing was changed; the next run looks again.';
    throw new FaultError('SIDE_SHRANK', message);
  }
  await ctx.tell(
    'warn',
    `${shrunk.join(' and ')} lost more than half of its people; what follows from it waits for approval`,
  );
  return shrunk;
}

/** Rules section 9. A full run, a first one, and a side without a cursor are read whole. */
function windowsOf({ run, connection }: PlanContext, startedAt: number, site: SiteProbe) {
  const since = run.since ?? connection.mailchimpWatermark;
  const isWhole = run.mode === 'full' || since === null;
  const window = fetchWindow(since?.getTime() ?? 0, startedAt);
  const hasCursors = connection.historyCursor !== null && connection.contactWatermark !== null;
  return {
    windowSince: isWhole ? null : new Date(window.since),
    windowBefore: new Date(window.before),
    mailchimpWhole: isWhole,
    // History is read by id, which no date can tell: whoever names a date gets a full compare of this side.
    civicrmWhole: run.mode === 'full' || run.since !== null || !hasCursors,
    historyTo: site.overlapHistoryId,
    historyNewest: site.newestHistoryId,
    utcOffsetMinutes: site.utcOffsetMinutes,
  };
}

function toTotals({ counts, site }: Seen, shrunk: RunTotals['shrunk']): RunTotals {
  return {
    mailchimp: counts.subscribed,
    civicrm: site.added - site.addedTrashed,
    listed: counts.listed,
    archived: counts.archived,
    added: site.added,
    addedTrashed: site.addedTrashed,
    groupRows: site.rows,
    shrunk,
  };
}
