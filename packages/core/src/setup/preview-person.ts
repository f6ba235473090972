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
import type { Policies } from '../domain/policies.ts';
import { erasedContact, toFetchedContact } from '../stages/fetched-contact.ts';
import { toOwner } from '../stages/owner.ts';
import type { ContactNow } from './look-at-person.ts';

/** What both sides say now, both having been reached. */
export interface BothSides {
  readonly members: readonly MemberRecord[];
  readonly contacts: readonly ContactNow[];
}

/**
 * What the rules want for somebody as both sides stand now: what the next sync would decide, were nothing to change before it. Rows of ours give what was agreed; who has none
 * yet is linked by section 3. Pure; empty where the rules have nobody to speak of.
 */
export function previewPerson(
  links: readonly Link[],
  now: BothSides,
  { policies, at, utcOffsetMinutes }: { policies: Policies; at: number; utcOffsetMinutes: number },
): readonly Decision[] {
  const fresh = [...links.map((link) => refresh(link, now)), ...newLinks(links, now)];
  if (fresh.length === 0) return [];
  const tolerance = toleranceAt(at, utcOffsetMinutes);
  const result = reconcile(fresh, { policies, tolerance, now: at, areOwnersRead: true });
  return result.kind === 'decided' ? result.decisions : [];
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
      (contact ? factsOf(contact) : { ...civicrm, ...erasedContact(civicrm.contactId), history: [] }),
  };
}

/** Agreed in means seen in, whoever of the links was subscribed then. */
function withoutRecord(facts: MailchimpFacts, { base }: Link): MailchimpFacts {
  if (facts.contactId === null) return facts;
  return observeAbsence({ ...facts, everSubscribed: facts.everSubscribed || base?.side === 'in' });
}

function factsOf(record: ContactNow): CivicrmFacts {
  const { contactId, state, group, addresses, hasHeldAddress, flags } = toFetchedContact(record, false);
  const { history } = record;
  return {
    contactId,
    state,
    group: group === 'none' ? statusWithoutRow(history) : group,
    history,
    addresses,
    hasHeldAddress,
    flags,
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
