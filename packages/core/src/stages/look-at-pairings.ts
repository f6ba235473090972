import { checkInterests } from '../decide/check-interests.ts';
import { type InterestFault, type MergeField, withExtraPairings } from '../domain/pairings.ts';
import { FaultError } from '../errors/sync-error.ts';
import { type Connection, getConnection } from '../store/connections.ts';
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

/** The context with the connection as it is on record now, and with what a developer's own data adds to what it pairs. */
export async function withConnectionAgain<Ctx extends PlanContext>(ctx: Ctx): Promise<Ctx> {
  return { ...ctx, connection: withOwnData(ctx, await getConnection(ctx.store.db, ctx.connection.id)) };
}

/** With the merge fields and tags of a developer's own data, where there is a module for it. */
export function withOwnData(
  { extraData }: { readonly extraData?: PlanContext['extraData'] },
  connection: Connection,
): Connection {
  return extraData == null
    ? connection
    : { ...connection, pairings: withExtraPairings(connection.pairings, extraData) };
}

/** A merge field that is gone is left alone: Mailchimp would pass over its values without a word. */
async function tellMissingTags(ctx: PlanContext, fields: readonly MergeField[]): Promise<void> {
  const known = new Set(fields.map(({ tag }) => tag));
  for (const { mergeTag } of ctx.connection.pairings.mappings.filter((one) => !known.has(one.mergeTag)))
    await ctx.tell('warn', `The audience has no merge tag ${mergeTag}; nothing is kept the same for it`);
}

/**
 * Once more before interests are switched off: a group that went while it was read looks like one that everybody has left (rules section 8). Throws where one did; the next run finds its fault at
 * the start, and goes on without it.
 */
export async function insistOnInterests(ctx: PlanContext): Promise<void> {
  const faults = await lookAtInterests(ctx);
  const { interests } = ctx.connection.pairings;
  const isNew = interests.some(({ interestId, fault }) => fault === null && faults.get(interestId) != null);
  if (!isNew) return;
  const message =
    'An interest, or its group, went away while both sides were read. Nothing was changed; the next run goes on without it.';
  throw new FaultError('INTEREST_GONE', message);
}
