import { newestId } from '../decide/group-history.ts';
import type { Decision, Wait } from '../domain/decision.ts';
import type { Link } from '../domain/facts.ts';
import type { ConnectionId, DecisionId, MemberId, RunId } from '../domain/ids.ts';
import { InvariantError } from '../domain/invariant.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import { agreeOn, NOTHING_AGREED, type ProfileBase, sameJson } from '../domain/profile.ts';
import { UNDONE } from '../store/carried-out.ts';
import type { Db } from '../store/db.ts';
import { type DecisionRecord, type RecordedBase, recordDecisions } from '../store/decisions.ts';
import { recordContacts } from '../store/fresh-links.ts';
import type { LinkRow } from '../store/member-rows.ts';
import { recordObservations } from '../store/observed-members.ts';
import type { Decided, Reading } from './decide-components.ts';
import { fingerprintOf, plannedFacts } from './planned-facts.ts';

/**
 * Keeps what was decided and what was read for it, in one transaction (durability rule 2). `seenHistoryId`: newest history id of the site when the facts were read. Gives
 * the decisions' ids by member; null: what was decided is out of date, see `untilKept`.
 */
export async function recordDecided(
  tx: Db,
  scope: {
    readonly connectionId: ConnectionId;
    readonly runId: RunId | null;
    readonly seenHistoryId: number;
  },
  { decided, reading }: { readonly decided: readonly Decided[]; readonly reading: Reading },
): Promise<ReadonlyMap<MemberId, DecisionId> | null> {
  await recordContacts(tx, scope.connectionId, reading.contacts);
  await recordObservations(tx, scope.connectionId, reading.observations);
  return await recordDecisions(
    tx,
    scope,
    decided.map((one) => toRecord(one, scope.seenHistoryId)),
  );
}

/** Somebody claims updates while we decide: rare, and each time fewer are left to be claimed. */
const MOST_TRIES = 10;

/** Decides and keeps it, again and again until no update was claimed meanwhile (`recordDecisions`). `attempt` reads the facts afresh and gives null where one was. */
export async function untilKept<Kept>(attempt: () => Promise<Kept | null>): Promise<Kept> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const kept = await attempt();
    if (kept !== null) return kept;
  }
  throw new InvariantError('updates are claimed faster than anybody can decide');
}

function toRecord({ row, link, decision }: Decided, seenHistoryId: number): DecisionRecord {
  const profileBase = profileBaseFor(decision, link);
  const more = profileBase === null ? {} : { profileBase };
  if (decision.kind !== 'agreed') return { ...explained({ row, link, decision }, seenHistoryId), ...more };
  // Most people: nothing to explain but the rule, so nothing is put into words.
  const base = baseFor(decision, link, seenHistoryId);
  const { id: memberId, isSubmitted } = link;
  const syncStatus = syncStatusFor(decision, link);
  return { memberId, decision, isSubmitted, syncStatus, base, explanation: null, ...more };
}

function explained({ row, link, decision: wanted }: Decided, seenHistoryId: number): DecisionRecord {
  const facts = { ...plannedFacts(link, seenHistoryId), ...plannedProfile(wanted, link) };
  const fingerprint = fingerprintOf(wanted, facts);
  const decision = withoutRejected(wanted, fingerprint, row);
  const syncStatus = syncStatusFor(decision, link);
  const { id: memberId, isSubmitted } = link;
  // Whatever is to be written, that they are in is agreed already.
  const isAgreed = wanted.kind === 'change' && wanted.isAgreed === true;
  const base = isAgreed ? baseFor({ side: 'in' }, link, seenHistoryId) : null;
  const record = { memberId, decision, isSubmitted, syncStatus, base, explanation: { facts, fingerprint } };
  return isTakenBack(row, wanted) ? { ...record, rejects: fingerprint } : record;
}

/** What is agreed of interests, fields and tags as they are; null: nothing new. */
function profileBaseFor(decision: Decision, { profileBase }: Link): ProfileBase | null {
  const agree = decision.kind === 'agreed' || decision.kind === 'change' ? decision.agree : undefined;
  if (agree === undefined) return null;
  const base = agreeOn(profileBase ?? NOTHING_AGREED, agree);
  return sameJson(base, profileBase) ? null : base;
}

function plannedProfile(decision: Decision, { mailchimp, civicrm }: Link): Pick<PlannedFacts, 'profile'> {
  if (decision.kind !== 'change' || decision.pending === undefined) return {};
  return { profile: { mailchimp: mailchimp?.profile ?? null, civicrm: civicrm?.profile ?? null } };
}

/** The decision, or that nothing follows because somebody has said no to exactly this (rules section 8). */
export function withoutRejected(
  decision: Decision,
  fingerprint: string,
  row: Pick<LinkRow, 'rejectedFingerprint'>,
): Decision {
  const isRejected = fingerprint === row.rejectedFingerprint || isTakenBack(row, decision);
  return isRejected ? rejected(decision) : decision;
}

/** Somebody has put back what a run had changed: what the rules want next is what they do not want. An undoing of that is their own wish. */
const isTakenBack = (
  { rejectedFingerprint }: Pick<LinkRow, 'rejectedFingerprint'>,
  { kind, rule }: Decision,
): boolean => rejectedFingerprint === UNDONE && rule !== 'undo' && (kind === 'change' || kind === 'follow');

function rejected(decision: Decision): Decision {
  if (decision.kind !== 'change' && decision.kind !== 'follow') return decision;
  return { kind: 'wait', rule: decision.rule, ...(decision.as && { as: decision.as }), why: 'rejected-plan' };
}

function baseFor(
  { side, byTrash }: Pick<Extract<Decision, { kind: 'agreed' }>, 'side' | 'byTrash'>,
  { mailchimp, civicrm, base }: Decided['link'],
  seen: number,
): RecordedBase {
  return {
    side,
    optedInAt: mailchimp?.optedInAt ?? null,
    historyId: Math.max(seen, base?.historyId ?? 0, newestId(civicrm?.history ?? null)),
    byTrash: byTrash === true || (side === 'out' && base?.byTrash === true),
  };
}

/**
 * What becomes of our row; a planned change stays to be looked at until it is applied. Whoever waits for an update of somebody else's (R5) has to be looked at after it:
 * settling sees to its own people only.
 */
function syncStatusFor(decision: Decision, { isSubmitted }: Link): SyncStatus {
  switch (decision.kind) {
    case 'agreed':
      return 'ok';
    case 'change':
    case 'follow':
      return 'todo';
    case 'refuse':
      return 'fail';
    case 'wait':
      return decision.why === 'submitted' && !isSubmitted ? 'todo' : STATUS_WHILE_WAITING[decision.why];
  }
}

const STATUS_WHILE_WAITING: Readonly<Record<Wait['why'], SyncStatus>> = {
  submitted: 'live',
  asked: 'ok',
  'not-our-ask': 'ok',
  unconfirmed: 'ok',
  unlisted: 'ok',
  yields: 'todo',
  'stands-by': 'ok',
  relink: 'todo',
  'rejected-plan': 'fail',
};
