import { sameAddress } from '../domain/email.ts';
import type { MailchimpStatus } from '../domain/facts.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/instant.ts';
import type { CallOutcome, MemberRecord } from '../domain/mailchimp-call.ts';
import type { RefusalReason } from '../domain/refusal.ts';

/** An update whose present call has an outcome. */
export interface SettledCall {
  readonly wantedStatus: MailchimpStatus | null;
  /** A2: the address that the member is to have; null: the call changes none. */
  readonly wantedAddress: string | null;
  /** Whether another call follows this one. */
  readonly hasNextCall: boolean;
  /** Whether that one is about tags: then this one has to have done what the update is for. */
  readonly isNextForTags?: boolean;
  /** Whether it is about tags, which Mailchimp answers without a body. */
  readonly isTagsCall?: boolean;
  /** How often this call was sent, this time included. */
  readonly attempts: number;
  /** How often Mailchimp has said "too many sign-ups" of this person before. */
  readonly retries: number;
}

/** What becomes of an update. `member` is what Mailchimp says now, to be stored as M; null where it said nothing of it. */
export type Settlement =
  | { readonly kind: 'confirmed'; readonly member: MemberRecord | null }
  /** The next call of the update may go. */
  | { readonly kind: 'next-call'; readonly member: MemberRecord | null }
  /** Mailchimp says something else than was wanted: decided afresh. */
  | { readonly kind: 'differs'; readonly member: MemberRecord }
  /** Nobody knows, or the answer fits only another state than we believed: the member is read and decided afresh. */
  | { readonly kind: 'read-again'; readonly as: 'unknown' | 'differs' }
  /** Nothing happened and the same may work later: sent again. */
  | { readonly kind: 'send-again'; readonly notBefore: Instant }
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly mark: 'forgotten' | 'in-compliance-state' | null;
      readonly retryAt: Instant | null;
    };

const MOST_ATTEMPTS = 8;
const SIGN_UP_PAUSES_DAYS = [7, 30, 90];

/** One result → what becomes of its update (architecture.md "polling"; titles: mailchimp-api.md 1.3). */
export function settleUpdate(call: SettledCall, outcome: CallOutcome, now: Instant): Settlement {
  switch (outcome.kind) {
    case 'done':
      return settleDone(call, outcome.member);
    case 'refused':
      return settleRefused(call, outcome, now);
    case 'transient':
      return call.attempts < MOST_ATTEMPTS
        ? { kind: 'send-again', notBefore: now + backOff(call.attempts) }
        : { kind: 'read-again', as: 'unknown' };
    case 'unknown':
      return { kind: 'read-again', as: 'unknown' };
  }
}

/** 1 min, 2 min, 4 min … at most an hour. */
const backOff = (attempts: number): number => Math.min(60, 2 ** (attempts - 1)) * MINUTE_MS;

function settleDone(call: SettledCall, member: MemberRecord | null): Settlement {
  const { wantedStatus, hasNextCall, isNextForTags, isTagsCall } = call;
  if (hasNextCall && isNextForTags && member !== null && !isAsWanted(call, member))
    return { kind: 'differs', member };
  if (hasNextCall) return { kind: 'next-call', member };
  if (member !== null) return { kind: isAsWanted(call, member) ? 'confirmed' : 'differs', member };
  // Archiving, deleting and tagging answer without a body (204); from anything else the status has to be heard.
  const needsNoAnswer = wantedStatus === 'archived' || wantedStatus === null || isTagsCall;
  return needsNoAnswer ? { kind: 'confirmed', member } : { kind: 'read-again', as: 'differs' };
}

const isAsWanted = ({ wantedStatus, wantedAddress }: SettledCall, member: MemberRecord): boolean =>
  member.status === wantedStatus && (wantedAddress === null || sameAddress(member.address, wantedAddress));

function settleRefused(
  call: SettledCall,
  { httpStatus, title, detail }: Extract<CallOutcome, { kind: 'refused' }>,
  now: Instant,
): Settlement {
  // 404: gone, or nobody we know; 405: not to be archived from the state it is in; "Member Exists": there after all.
  if (httpStatus === 404 || httpStatus === 405 || title === 'Member Exists')
    return { kind: 'read-again', as: 'differs' };
  // What Mailchimp says of the new address says nothing of the member's own.
  if (call.wantedAddress !== null) return refused('rejected', null);
  if (title === 'Member In Compliance State') return refused('compliance', 'in-compliance-state');
  if (title === 'Forgotten Email Not Subscribed') return refused('forgotten', 'forgotten');
  if (isTooManySignUps(detail)) return refused('rejected', null, retryAfterSignUps(call.retries, now));
  return refused('rejected', null);
}

function refused(
  reason: RefusalReason,
  mark: Extract<Settlement, { kind: 'refused' }>['mark'],
  retryAt: Instant | null = null,
): Settlement {
  return { kind: 'refused', reason, mark, retryAt };
}

/** Only the text tells this one from the other refusals (mailchimp-api.md 1.3). */
const isTooManySignUps = (detail: string): boolean =>
  /too many recent signup|a lot of lists very recently/i.test(detail);

function retryAfterSignUps(retries: number, now: Instant): Instant | null {
  const days = SIGN_UP_PAUSES_DAYS[retries];
  return days === undefined ? null : now + days * DAY_MS;
}
