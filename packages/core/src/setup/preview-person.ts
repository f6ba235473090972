import { toleranceAt } from '../decide/clock.ts';
import { statusWithoutRow } from '../decide/group-history.ts';
import { matchContact } from '../decide/match-contact.ts';
import { observeAbsence, observeMember } from '../decide/observe-member.ts';
import { reconcile } from '../decide/reconcile.ts';
import type { Decision } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import { memberId } from '../domain/ids.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import type { Pairings } from '../domain/pairings.ts';
import type { Policies } from '../domain/policies.ts';
import { type ContactProfile, keepOwnData } from '../domain/profile.ts';
import { erasedContact, toFetchedContact } from '../stages/fetched-contact.ts';
import { toOwner } from '../stages/owner.ts';
import { fingerprintOf, plannedFacts } from '../stages/planned-facts.ts';
import { withoutRejected } from '../stages/record-decided.ts';
import type { PersonRecord } from '../store/person-records.ts';
import type { ContactNow } from './look-at-person.ts';

/** What both sides say now, both having been reached. */
export interface BothSides {
  readonly members: readonly MemberRecord[];
  readonly contacts: readonly ContactNow[];
}

/** One of our rows, as far as it has a say. */
export type KnownLink = Pick<PersonRecord, 'link' | 'rejectedFingerprint'>;

/**
 * What the rules want for somebody as both sides stand now: what the next sync would decide, were nothing to change before it, interests, fields and tags included. Rows of ours give what was agreed,
 * and rejected; who has none yet is linked by section 3. Pure; empty where the rules have nobody to speak of.
 */
export function previewPerson(
  known: readonly KnownLink[],
  now: BothSides,
  {
    policies,
    pairings,
    at,
    utcOffsetMinutes,
  }: { policies: Policies; pairings: Pairings; at: number; utcOffsetMinutes: number },
): readonly Decision[] {
  const links = known.map(({ link }) => link);
  const fresh = [...links.map((link) => refresh(link, now)), ...newLinks(links, now)].map((link) =>
    withHolders(link, now),
  );
  if (fresh.length === 0) return [];
  const tolerance = toleranceAt(at, utcOffsetMinutes);
  const result = reconcile(fresh, { policies, pairings, tolerance, now: at, areOwnersRead: true });
  if (result.kind !== 'decided') return [];
  return result.decisions.map((decision, at) => {
    const [link, rejected] = [fresh[at], known[at]?.rejectedFingerprint ?? null];
    return link !== undefined && rejected !== null ? unlessRejected(decision, link, rejected) : decision;
  });
}

/** Whether a run would have read the history cannot be told from here. */
function unlessRejected(decision: Decision, link: Link, rejected: string): Decision {
  const unread = link.civicrm === null ? link : { ...link, civicrm: { ...link.civicrm, history: null } };
  return [link, unread].reduce<Decision>(
    (left, one) =>
      withoutRejected(left, fingerprintOf(left, plannedFacts(one, 0)), { rejectedFingerprint: rejected }),
    decision,
  );
}

/** Who holds a member's address: something is only written to a contact from an address that is theirs alone. */
function withHolders(link: Link, { contacts }: BothSides): Link {
  const { mailchimp } = link;
  if (mailchimp === null) return link;
  const key = addressKey(mailchimp.address);
  const holders = contacts.filter(({ state, held }) => state === 'live' && held.includes(key)).length;
  return { ...link, mailchimp: { ...mailchimp, holders } };
}

function refresh(link: Link, { members, contacts }: BothSides): Link {
  const { mailchimp, civicrm } = link;
  const record = members.find(({ contactId }) => contactId === mailchimp?.contactId);
  const contact = contacts.find(({ contactId }) => contactId === civicrm?.contactId);
  return {
    ...link,
    mailchimp: record ? observeMember(mailchimp, record) : mailchimp && withoutRecord(mailchimp, link),
    civicrm:
      civicrm &&
      (contact
        ? factsOf(contact, civicrm.profile)
        : { ...civicrm, ...erasedContact(civicrm.contactId), history: [] }),
  };
}

/** Agreed in means seen in, whoever of the links was subscribed then. */
function withoutRecord(facts: MailchimpFacts, { base }: Link): MailchimpFacts {
  if (facts.contactId === null) return facts;
  return observeAbsence({ ...facts, everSubscribed: facts.everSubscribed || base?.side === 'in' });
}

function factsOf(record: ContactNow, known?: ContactProfile): CivicrmFacts {
  const { contactId, state, group, addresses, hasHeldAddress, flags, profile } = toFetchedContact(
    record,
    false,
  );
  const { history, interestHistory } = record;
  return {
    contactId,
    state,
    group: group === 'none' ? statusWithoutRow(history) : group,
    history,
    addresses,
    hasHeldAddress,
    flags,
    interestHistory,
    ...(profile !== undefined && { profile: keepOwnData(profile, known) }),
  };
}

/** Members and contacts that no row of ours has: as the stages would link them. */
function newLinks(links: readonly Link[], { members, contacts }: BothSides): readonly Link[] {
  const unknown = members.filter(
    ({ contactId }) => !links.some((link) => link.mailchimp?.contactId === contactId),
  );
  const ofMembers = unknown.flatMap((record) => linksOfMember(record, contacts));
  const linked = new Set([...links, ...ofMembers].map(({ civicrm }) => civicrm?.contactId));
  const lonely = contacts.filter(
    ({ contactId, state, group }) => state === 'live' && group === 'Added' && !linked.has(contactId),
  );
  return [...ofMembers, ...lonely.map((contact) => newLink(null, factsOf(contact)))].map((link, at) => ({
    ...link,
    id: memberId(-1 - at),
  }));
}

function linksOfMember(record: MemberRecord, contacts: readonly ContactNow[]): readonly Link[] {
  const key = addressKey(record.address);
  const holders = contacts.filter(({ held }) => held.includes(key));
  const match = matchContact(holders.map(toOwner));
  const member = observeMember(null, record);
  if (match.kind === 'nobody') return [newLink(member, null)];
  const ids = match.kind === 'matched' ? [match.contactId, ...match.covered] : [match.contactId];
  return holders
    .filter(({ contactId }) => ids.includes(contactId))
    .map((one) => newLink(member, factsOf(one)));
}

const newLink = (mailchimp: MailchimpFacts | null, civicrm: CivicrmFacts | null): Link => ({
  id: memberId(-1),
  mailchimp,
  civicrm,
  base: null,
  isSubmitted: false,
  ask: null,
  refusal: null,
  partedBy: null,
});
