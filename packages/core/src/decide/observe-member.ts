import {
  isThere,
  type MailchimpFacts,
  type MemberStatus,
  type OwnWrite,
  type Side,
} from '../domain/facts.ts';
import { mailchimpContactId } from '../domain/ids.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import { sameJson } from '../domain/profile.ts';
import { whoLeft } from './who-left.ts';

/**
 * M after a look at Mailchimp: what it says now, and what we remember of before because Mailchimp tells no history (mailchimp-api.md 9.3). The same record
 * observed twice changes nothing. Being seen subscribed clears what Mailchimp had refused.
 * `givenUp`: what updates of ours asked for that were given up in the last 7 days (E28).
 */
export function observeMember(
  previous: MailchimpFacts | null,
  record: MemberRecord,
  givenUp: ReadonlySet<Side> = NOTHING,
): MailchimpFacts {
  const { status, unsubscribeReason } = record;
  const isSubscribed = status === 'subscribed';
  const { statusBefore, leftByOwnWill, ownWrite } = remember(previous, status);
  const everSubscribed = isSubscribed || (previous?.everSubscribed ?? false);
  const seen = { status, unsubscribeReason, everSubscribed, statusBefore, leftByOwnWill, ownWrite };
  // Key by key: a whole audience is observed in a full run, and spreading costs ten times as much.
  return {
    contactId: mailchimpContactId(record.contactId),
    address: record.address,
    status,
    changedAt: record.changedAt,
    optedInAt: record.optedInAt,
    everSubscribed,
    unsubscribeReason,
    statusBefore,
    leftByOwnWill: !isSubscribed && (leftByOwnWill || whoLeft(seen) === 'person'),
    ownWrite,
    ...profileOf(previous, record),
    forgotten: !isSubscribed && (previous?.forgotten ?? false),
    inComplianceState: !isSubscribed && (previous?.inComplianceState ?? false),
    lateWrite: lateWriteOf(previous, record, givenUp),
  };
}

const NOTHING: ReadonlySet<Side> = new Set();

/**
 * E28: whether the present status may be the late outcome of an update that was given up. Who opted in anew and has signed up by a form did it themselves; who turned out
 * may have.
 */
function lateWriteOf(
  previous: MailchimpFacts | null,
  { status, optedInAt, signedUpAt }: MemberRecord,
  givenUp: ReadonlySet<Side>,
): Side | null {
  if (previous?.status === status) return previous.lateWrite;
  if (status === 'subscribed') {
    const isTheirOwn = optedInAt !== (previous?.optedInAt ?? null) && signedUpAt !== null;
    return givenUp.has('in') && !isTheirOwn ? 'in' : null;
  }
  return givenUp.has('out') && (status === 'unsubscribed' || status === 'archived') ? 'out' : null;
}

/** An answer that says nothing of interests and fields leaves what was known of them. */
function profileOf(previous: MailchimpFacts | null, record: MemberRecord): Pick<MailchimpFacts, 'profile'> {
  const profile = record.profile ?? previous?.profile;
  return profile === undefined ? {} : { profile };
}

/** M after Mailchimp said that there is no such member: `gone` where we had seen them subscribed, else `absent` (rules section 1). */
export function observeAbsence(previous: MailchimpFacts): MailchimpFacts {
  const status = previous.everSubscribed ? 'gone' : 'absent';
  return { ...previous, ...remember(previous, status), status, lateWrite: null };
}

/** M after a write of ours that Mailchimp confirmed: as observed, and known to be our doing while no other status is seen. */
export function observeOwnWrite(
  previous: MailchimpFacts | null,
  record: MemberRecord,
  removalMethod: string | null,
): MailchimpFacts {
  const wasOwnWill = previous?.leftByOwnWill ?? false;
  const observed = observeMember(previous, record);
  const ownWrite: OwnWrite | null =
    record.status === 'unknown' ? null : { status: record.status, removalMethod };
  const seen = {
    ...observed,
    leftByOwnWill: wasOwnWill && record.status !== 'subscribed',
    ownWrite,
    lateWrite: null,
  };
  return { ...seen, leftByOwnWill: seen.leftByOwnWill || whoLeft(seen) === 'person' };
}

function remember(
  previous: MailchimpFacts | null,
  status: MemberStatus,
): Pick<MailchimpFacts, 'statusBefore' | 'leftByOwnWill' | 'ownWrite'> {
  if (previous === null) return { statusBefore: null, leftByOwnWill: false, ownWrite: null };
  const { statusBefore, leftByOwnWill, ownWrite } = previous;
  if (previous.status === status) return { statusBefore, leftByOwnWill, ownWrite };
  // Not being found tells nothing of what somebody was; what we saw before that does.
  return { statusBefore: isThere(previous) ? previous.status : statusBefore, leftByOwnWill, ownWrite: null };
}

/** Whether a decision may differ: `last_changed` moves with any edit, so by itself it means nothing (rules E25). */
export function isRelevantChange(previous: MailchimpFacts | null, next: MailchimpFacts): boolean {
  return (
    previous === null ||
    previous.status !== next.status ||
    previous.optedInAt !== next.optedInAt ||
    previous.address !== next.address ||
    previous.unsubscribeReason !== next.unsubscribeReason ||
    !sameJson(previous.profile, next.profile)
  );
}
