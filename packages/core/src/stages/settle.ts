import { observeAbsence, observeMember, observeOwnWrite } from '../decide/observe-member.ts';
import { type Settlement, settleUpdate } from '../decide/settle-update.ts';
import { addressKey, subscriberHash } from '../domain/email.ts';
import type { MailchimpFacts, Side } from '../domain/facts.ts';
import { type BatchId, mailchimpContactId, type UpdateId } from '../domain/ids.ts';
import type { CallOutcome, MemberRecord, TagsBody } from '../domain/mailchimp-call.ts';
import { passStep } from '../step-boundary.ts';
import type { Db } from '../store/db.ts';
import { type Observation, recordObservations } from '../store/observed-members.ts';
import {
  confirmUpdates,
  type NewMember,
  recordMarks,
  recordNewMembers,
  recordRefusals,
  recordSettledUpdates,
  recordTodo,
  type SettledUpdate,
} from '../store/settled-updates.ts';
import { forgetAsks, listOpenUpdates, type OpenUpdate } from '../store/updates.ts';
import { compareAtOnce } from './compare-at-once.ts';
import { confirmProfiles } from './confirm-profiles.ts';
import { decideAfresh } from './decide-afresh.ts';
import type { MailchimpContext } from './mailchimp-context.ts';
import { chunksOf } from './stage.ts';

/** One update and what came of its call. */
export interface Result {
  readonly updateId: UpdateId;
  readonly outcome: CallOutcome;
}

/** How many updates are settled in one transaction. */
const AT_ONCE = 250;
/** Members read one by one at the same time, where nobody knows what came of an update. */
const SINGLE_READS = 8;

/**
 * Settles updates (architecture.md "polling"): success moves the base; what Mailchimp refuses becomes a fact or a refusal; what is unknown is read, never sent again.
 * Then the rules decide afresh about whoever is not confirmed. `sentIn`: the batch that the results are of; null for direct calls. May run twice: an update that
 * is settled already, or was sent again since, is passed over.
 */
export async function settle(
  ctx: MailchimpContext,
  sentIn: BatchId | null,
  results: readonly Result[],
): Promise<void> {
  for (const some of chunksOf(results, AT_ONCE)) {
    ctx.signal.throwIfAborted();
    const settled = await ctx.store.transaction((tx) => settleSome(ctx, tx, sentIn, some));
    passStep('updates-settled');
    await readAgain(ctx, settled);
    passStep('members-read-again');
    await decideAfresh(
      ctx,
      settled.filter(isOpen).map(({ update }) => update),
    );
    passStep('decided-afresh');
  }
}

interface Settled {
  readonly update: OpenUpdate;
  readonly outcome: CallOutcome;
  readonly settlement: Settlement;
}

async function settleSome(
  ctx: MailchimpContext,
  tx: Db,
  sentIn: BatchId | null,
  results: readonly Result[],
): Promise<readonly Settled[]> {
  const outcomes = new Map(results.map(({ updateId, outcome }) => [updateId, outcome]));
  const updates = await listOpenUpdates(tx, [...outcomes.keys()], sentIn);
  const settled = updates.flatMap((update) => {
    const outcome = outcomes.get(update.id);
    return outcome === undefined
      ? []
      : [{ update, outcome, settlement: settleOne(update, outcome, ctx.now()) }];
  });
  await recordNewMembers(tx, ctx.connection.id, settled.flatMap(newMember));
  await recordObservations(tx, ctx.connection.id, settled.flatMap(observation));
  await recordSettledUpdates(tx, settled.map(toSettledUpdate));
  await forgetAsks(
    tx,
    updatesWhere(settled, ({ settlement }) => settlement.kind === 'send-again'),
  );
  const confirmed = settled.filter(({ settlement }) => settlement.kind === 'confirmed');
  const confirmedIds = confirmed.map(({ update }) => update.id);
  await confirmUpdates(tx, confirmedIds);
  await confirmProfiles(tx, confirmedIds);
  await compareAtOnce(
    tx,
    ctx,
    confirmed.map(({ update }) => update.decisionId),
  );
  await recordMarks(tx, ctx.connection.id, marked(settled, 'forgotten'), 'forgotten');
  await recordMarks(tx, ctx.connection.id, marked(settled, 'in-compliance-state'), 'in-compliance-state');
  await recordTodo(tx, updatesWhere(settled, isOpen));
  await recordRefusals(tx, settled.flatMap(refusal));
  return settled;
}

function settleOne(update: OpenUpdate, outcome: CallOutcome, now: number): Settlement {
  const settlement = settleUpdate(
    {
      ...update,
      hasNextCall: update.step + 1 < update.calls.length,
      isNextForTags: update.calls[update.step + 1]?.kind === 'tags',
      isTagsCall: update.calls[update.step]?.kind === 'tags',
      wantedAddress: wantedAddressOf(update),
    },
    outcome,
    now,
  );
  const isOutdated =
    'member' in settlement && settlement.member !== null && isOlder(settlement.member, update.known);
  return isOutdated ? { kind: 'read-again', as: 'differs' } : settlement;
}

/** A2: the address that the member is to have; null: the call changes none. */
function wantedAddressOf({ kind, calls, step }: OpenUpdate): string | null {
  const call = calls[step];
  return kind === 'move' && call?.kind === 'patch' ? (call.body.email_address ?? null) : null;
}

/** A fetch may have seen what happened after the answer was given. */
const isOlder = (member: MemberRecord, known: MailchimpFacts | null): boolean =>
  known?.changedAt != null && member.changedAt !== null && member.changedAt < known.changedAt;

/** Whether the rules have to speak again: neither agreed, nor under way, nor refused in words. */
function isOpen({ settlement }: Settled): boolean {
  switch (settlement.kind) {
    case 'differs':
    case 'read-again':
      return true;
    case 'refused':
      return settlement.mark !== null;
    default:
      return false;
  }
}

const updatesWhere = (settled: readonly Settled[], fits: (one: Settled) => boolean): readonly UpdateId[] =>
  settled.filter(fits).map(({ update }) => update.id);

/** The addresses of which Mailchimp has said something for good. */
const marked = (settled: readonly Settled[], mark: 'forgotten' | 'in-compliance-state'): readonly string[] =>
  settled.flatMap(({ update, settlement }) =>
    settlement.kind === 'refused' && settlement.mark === mark ? addressKey(calledAddressOf(update)) : [],
  );

/** The address that the call was about: the row may have got another one since. */
function calledAddressOf({ calls: [call], known, addressKey: key }: OpenUpdate): string {
  return call?.kind === 'put' ? call.body.email_address : (known?.address ?? key);
}

const refusal = ({ update, settlement }: Settled) =>
  settlement.kind === 'refused' && settlement.mark === null
    ? [{ updateId: update.id, retryAt: toDate(settlement.retryAt) }]
    : [];

/** Somebody who was not there and is now: Mailchimp has told us the `contact_id`. */
const newMember = ({ update, settlement }: Settled) =>
  'member' in settlement && settlement.member !== null && update.known?.contactId == null
    ? [toNewMember(update, settlement.member)]
    : [];

const toNewMember = ({ memberId }: OpenUpdate, { address, contactId }: MemberRecord): NewMember => ({
  memberId,
  addressKey: addressKey(address),
  mailchimpContactId: contactId,
});

/** M as Mailchimp has just said it, or as its silence says it (204). */
function observation(settled: Settled): readonly Observation[] {
  const { update, settlement } = settled;
  if (!('member' in settlement)) return [];
  const { member } = settlement;
  if (member === null) return silentObservation(settled);
  // Who is in stays in: a change of interests, fields or address makes nobody's status ours.
  const isOurs = settlement.kind !== 'differs' && update.kind !== 'update' && update.kind !== 'move';
  const facts = isOurs
    ? observeOwnWrite(update.known, member, update.removalMethod)
    : observeMember(update.known, member);
  return [
    { facts, id: member.id, firstName: member.firstName, lastName: member.lastName, novelty: 'relevant' },
  ];
}

/** Archiving and deleting answer nothing: the member is as we wanted it. */
function silentObservation({ update }: Settled): readonly Observation[] {
  const { known, mailchimpId: id, firstName, lastName, removalMethod } = update;
  if (known === null) return [];
  const call = update.calls[update.step];
  if (call?.kind === 'tags') return [taggedObservation(update, known, call.body)];
  const facts =
    call?.kind === 'delete-permanent'
      ? { ...observeAbsence({ ...known, everSubscribed: true }), forgotten: true }
      : observeOwnWrite(known, archived(known, update), removalMethod);
  return [{ facts, id, firstName, lastName, novelty: 'relevant' }];
}

/** So they are shown from now on: Mailchimp promises no moment for it (mailchimp-api.md 8.3). */
function taggedObservation(update: OpenUpdate, known: MailchimpFacts, { tags }: TagsBody): Observation {
  const { mailchimpId: id, firstName, lastName } = update;
  const shown = known.profile?.tags ?? null;
  const isOff = (name: string) => tags.some((tag) => tag.status === 'inactive' && sameName(tag.name, name));
  const on = tags.filter(({ status }) => status === 'active').map(({ name }) => name.toLowerCase());
  const names = [...new Set([...(shown?.names ?? []).filter((name) => !isOff(name)), ...on])].toSorted();
  const profile = known.profile && { ...known.profile, tags: shown && { ...shown, names } };
  const facts = profile === undefined ? known : { ...known, profile };
  return { facts, id, firstName, lastName, novelty: 'other' };
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const archived = (known: MailchimpFacts, update: OpenUpdate): MemberRecord => ({
  ...known,
  contactId: known.contactId ?? mailchimpContactId(''),
  id: update.mailchimpId,
  status: 'archived',
  signedUpAt: null,
  firstName: update.firstName,
  lastName: update.lastName,
});

function toSettledUpdate({ update, outcome, settlement }: Settled): SettledUpdate {
  const refused = outcome.kind === 'refused' ? outcome : null;
  return {
    id: update.id,
    state: STATE_OF[settlement.kind === 'read-again' ? settlement.as : settlement.kind],
    step: settlement.kind === 'next-call' ? update.step + 1 : update.step,
    notBefore: settlement.kind === 'send-again' ? toDate(settlement.notBefore) : null,
    httpStatus: outcome.httpStatus,
    reason: settlement.kind === 'refused' ? settlement.reason : null,
    answer: refused && `${refused.title}: ${refused.detail}`,
  };
}

const STATE_OF = {
  confirmed: 'confirmed',
  'next-call': 'queued',
  'send-again': 'queued',
  differs: 'differs',
  refused: 'refused',
  unknown: 'unknown',
} as const;

const toDate = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** Whoever nobody knows about is read, and stored as found. */
async function readAgain(ctx: MailchimpContext, settled: readonly Settled[]): Promise<void> {
  const unheard = settled.filter(({ settlement }) => settlement.kind === 'read-again');
  for (const some of chunksOf(unheard, SINGLE_READS)) await Promise.all(some.map((one) => readOne(ctx, one)));
}

/** E28: what an update asked for whose outcome nobody knows. What is found now may be its doing, and so may what comes later (`listGivenUp`). */
function givenUpBy({ update, settlement }: Settled): ReadonlySet<Side> {
  if (settlement.kind !== 'read-again' || settlement.as !== 'unknown') return new Set();
  if (update.kind === 'subscribe') return new Set(['in']);
  return update.kind === 'unsubscribe' || update.kind === 'archive' ? new Set(['out']) : new Set();
}

async function readOne(ctx: MailchimpContext, unheard: Settled): Promise<void> {
  const { update } = unheard;
  const key = update.known?.contactId ?? subscriberHash(calledAddressOf(update));
  const record = await ctx.mailchimp.fetchMember(ctx.connection.audienceId, key, ctx.signal);
  await ctx.store.transaction(async (tx) => {
    if (record === null) {
      if (update.known?.contactId == null) return;
      const { mailchimpId: id, firstName, lastName } = update;
      const facts = observeAbsence(update.known);
      await recordObservations(tx, ctx.connection.id, [
        { facts, id, firstName, lastName, novelty: 'relevant' },
      ]);
      return;
    }
    if (update.known?.contactId == null)
      await recordNewMembers(tx, ctx.connection.id, [toNewMember(update, record)]);
    const { id, firstName, lastName } = record;
    const facts = observeMember(update.known, record, givenUpBy(unheard));
    await recordObservations(tx, ctx.connection.id, [
      { facts, id, firstName, lastName, novelty: 'relevant' },
    ]);
  });
}
