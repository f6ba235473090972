import { checkInterests } from '../decide/check-interests.ts';
import type { InterestFault, MergeField } from '../domain/pairings.ts';
import { recordEverybodyTodo, recordInterestFaults, recordMergeFields } from '../store/pairings.ts';
import type { PlanContext } from './stage.ts';

/** What both sides have of what a connection pairs. */
export interface SeenPairings {
  /** By the interest's id; null: the pair is fit. */
  readonly faults: ReadonlyMap<string, InterestFault | null>;
  /** Null: no field is mapped. */
  readonly mergeFields: readonly MergeField[] | null;
}

/** Are interests, interest groups and merge fields still there (E16, E20)? One request to CiviCRM and two to Mailchimp; none where nothing is paired. */
export async function lookAtPairings(ctx: PlanContext): Promise<SeenPairings> {
  const { connection, mailchimp, signal } = ctx;
  const { mappings } = connection.pairings;
  const [faults, mergeFields] = await Promise.all([
    lookAtInterests(ctx),
    mappings.length === 0 ? null : mailchimp.fetchMergeFields(connection.audienceId, signal),
  ]);
  return { faults, mergeFields };
}

async function lookAtInterests(ctx: PlanContext): Promise<SeenPairings['faults']> {
  const { connection, mailchimp, civicrm, signal } = ctx;
  const { interests } = connection.pairings;
  if (interests.length === 0) return new Map();
  const [groups, interestIds] = await Promise.all([
    civicrm.fetchGroups(
      interests.map(({ groupId }) => groupId),
      signal,
    ),
    mailchimp.fetchInterestIds(connection.audienceId, signal),
  ]);
  return checkInterests(interests, { groups, interestIds });
}

/** Keeps what was seen. A fault is told once, and whoever waited for its end is looked at again. */
export async function recordPairingsSeen(ctx: PlanContext, seen: SeenPairings): Promise<void> {
  const { store, lease, connection } = ctx;
  const { interests } = connection.pairings;
  const news = interests.filter(({ interestId, fault }) => seen.faults.get(interestId)?.code !== fault?.code);
  await store.fenced(lease, async (tx) => {
    if (seen.mergeFields !== null) await recordMergeFields(tx, connection.id, seen.mergeFields);
    await recordInterestFaults(tx, connection.id, seen.faults);
    const isMended = news.some(({ interestId }) => seen.faults.get(interestId) === null);
    if (isMended) await recordEverybodyTodo(tx, connection.id);
  });
  if (seen.mergeFields !== null) await tellMissingTags(ctx, seen.mergeFields);
  for (const { interestId } of news) {
    const fault = seen.faults.get(interestId);
    if (fault != null) await ctx.tell('warn', fault.message);
  }
}

/** A merge field that is gone is left alone: Mailchimp would pass over its values without a word. */
async function tellMissingTags(ctx: PlanContext, fields: readonly MergeField[]): Promise<void> {
  const known = new Set(fields.map(({ tag }) => tag));
  for (const { mergeTag } of ctx.connection.pairings.mappings.filter((one) => !known.has(one.mergeTag)))
    await ctx.tell('warn', `The audience has no merge tag ${mergeTag}; nothing is kept the same for it`);
}

/**
 * Once more after everything was read: a group that went meanwhile looks like one that everybody has left (rules section 8). One request; none where no interest is paired.
 */
export async function lookAgainAtInterests(ctx: PlanContext): Promise<void> {
  if (ctx.connection.pairings.interests.length === 0) return;
  await recordPairingsSeen(ctx, { faults: await lookAtInterests(ctx), mergeFields: null });
}
