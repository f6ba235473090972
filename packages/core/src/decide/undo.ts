import type { AddressPast } from '../domain/contact-address.ts';
import type { RemoveHow, Write } from '../domain/decision.ts';
import { sameAddress } from '../domain/email.ts';
import type { CivicrmFacts, GroupStatus, Link, MailchimpFacts, MailchimpStatus } from '../domain/facts.ts';
import type { Pairings } from '../domain/pairings.ts';
import type { Category } from '../domain/plan.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import { isBlank, type PendingAgreement } from '../domain/profile.ts';
import type { StaysBecause } from '../domain/stays-because.ts';
import { addAddressAgain, holdAgain, removeAddress, takeOffHold } from './undo-addresses.ts';
import { putBackProfile } from './undo-profile.ts';
import { whoLeft } from './who-left.ts';

/** What a run wrote by one decision, and what stands where it was written to. */
export interface CarriedOut {
  readonly writes: readonly Write[];
  /** What was agreed of interests, fields and tags when the writes were confirmed. */
  readonly pending: PendingAgreement | null;
  /** Both sides as they were before. */
  readonly before: Pick<PlannedFacts, 'mailchimp' | 'civicrm' | 'profile'>;
  /** The link that was written to, as both sides stand now, with history. */
  readonly link: Link;
  /** The contact's addresses as they stand now; only read where one was written. */
  readonly addresses: readonly AddressPast[];
  readonly pairings: Pairings;
}

/** What puts it back, and what stays of it. */
export interface Undone {
  readonly writes: readonly Write[];
  readonly categories: readonly Category[];
  readonly pending: PendingAgreement | null;
  readonly stays: readonly StaysBecause[];
}

/** The opposite of everything that one decision wrote, where nobody has changed since what it made. */
export function undo(carried: CarriedOut): Undone {
  const done = carried.writes.map((write) => putBack(write, carried));
  const profile = putBackProfile({ ...carried, before: carried.before.profile });
  return {
    writes: [...done.flatMap((one) => (one?.kind === 'put-back' ? one.write : [])), ...profile.writes],
    categories: [
      ...new Set([
        ...done.flatMap((one) => (one?.kind === 'put-back' ? one.category : [])),
        ...profile.categories,
      ]),
    ],
    pending: profile.writes.length > 0 ? profile.pending : null,
    stays: [...done.flatMap((one) => one?.stays ?? []), ...profile.stays],
  };
}

type PutBack =
  | {
      readonly kind: 'put-back';
      readonly write: Write;
      readonly category: Category;
      readonly stays?: readonly StaysBecause[];
    }
  | { readonly kind: 'stays'; readonly stays: readonly [StaysBecause] };

/** The opposite of one write; null: it is one of interests, fields and tags, which are looked at value by value. */
function putBack(write: Write, { link, addresses, before }: CarriedOut): PutBack | null {
  const addressBefore = before.mailchimp?.address ?? null;
  const bestBefore = before.civicrm?.addresses[0] ?? null;
  const { mailchimp, civicrm } = link;
  switch (write.kind) {
    case 'add-to-group':
      return removeAgain(civicrm);
    case 'create-contact':
      return but(removeAgain(civicrm), 'contact-kept');
    case 'remove-from-group':
      return addAgain(civicrm);
    case 'subscribe':
      return unsubscribeAgain(mailchimp, write);
    case 'remove-at-mailchimp':
      return comeBack(write.how, link);
    case 'change-address':
      return changeAddressBack(mailchimp, civicrm, write.address, addressBefore);
    case 'put-on-hold':
      return take(takeOffHold(write, { link, addresses }), 'taken-off-hold');
    case 'add-address':
      return take(removeAddress(write, { link, addresses, bestBefore }), 'address-removed');
    case 'take-off-hold':
      return take(holdAgain(write, { link, addresses }), 'put-on-hold');
    case 'remove-address':
      return take(addAddressAgain(write, { link, addresses }), 'address-added');
    case 'update-member':
    case 'add-to-interest-group':
    case 'remove-from-interest-group':
    case 'write-fields':
      return null;
  }
}

/** Null: somebody has changed it since. */
const take = (write: Write | null, category: Category): PutBack =>
  write === null ? stays('changed-since') : { kind: 'put-back', write, category };

const stays = (why: StaysBecause): PutBack => ({ kind: 'stays', stays: [why] });

/** What stays of a change that is put back. */
const but = (put: PutBack, ...rest: readonly StaysBecause[]): PutBack =>
  put.kind === 'put-back' && rest.length > 0 ? { ...put, stays: rest } : put;

function removeAgain(contact: CivicrmFacts | null): PutBack {
  if (!isAsWeLeftIt(contact, 'Added')) return stays('changed-since');
  const write: Write = { kind: 'remove-from-group', contactId: contact.contactId };
  return { kind: 'put-back', write, category: 'removed-in-civicrm' };
}

function addAgain(contact: CivicrmFacts | null): PutBack {
  if (!isAsWeLeftIt(contact, 'Removed')) return stays('changed-since');
  return {
    kind: 'put-back',
    write: { kind: 'add-to-group', contactId: contact.contactId },
    category: 'added-to-group',
  };
}

/** The newest row of the history is ours: nobody has touched the membership since. */
const isAsWeLeftIt = (contact: CivicrmFacts | null, group: GroupStatus): contact is CivicrmFacts =>
  contact?.state === 'live' && contact.group === group && contact.history?.at(-1)?.byUs === true;

function unsubscribeAgain(member: MailchimpFacts | null, written: Subscribe): PutBack {
  const { how, profile } = written;
  const made = how === 'pending' ? 'pending' : 'subscribed';
  if (!isAsWeMadeThem(member, made)) return stays('changed-since');
  const opposite = made === 'pending' ? 'withdraw' : 'unsubscribe';
  const put: PutBack = {
    kind: 'put-back',
    write: { kind: 'remove-at-mailchimp', how: opposite, target: member.contactId, removalMethod: null },
    category: made === 'pending' ? 'withdrawn' : 'removed-at-mailchimp',
  };
  const hasProfile = profile !== undefined && !isBlank(profile);
  return but(
    put,
    ...(made === 'pending' ? (['mail-sent'] as const) : []),
    ...(hasProfile ? (['came-along'] as const) : []),
  );
}

type Subscribe = Extract<Write, { kind: 'subscribe' }>;

/** Asking once more would be a second mail for the same act (I5). */
function comeBack(how: RemoveHow, { mailchimp, civicrm }: Link): PutBack {
  switch (how) {
    case 'erase':
      return stays('erased');
    case 'withdraw':
      return stays('asked-once');
    case 'archive':
      return subscribeAgain(mailchimp, civicrm, 'archived');
    case 'unsubscribe':
      return subscribeAgain(mailchimp, civicrm, 'unsubscribed');
  }
}

/** I2: whoever left by their own will is never brought back by us, whoever asks for it. */
function subscribeAgain(
  member: MailchimpFacts | null,
  contact: CivicrmFacts | null,
  made: MailchimpStatus,
): PutBack {
  if (!isAsWeMadeThem(member, made) || contact === null) return stays('changed-since');
  if (whoLeft(member) === 'person' || member.leftByOwnWill || member.inComplianceState)
    return stays('own-will');
  const { address, contactId: target } = member;
  const write: Write = {
    kind: 'subscribe',
    how: 'subscribed',
    address,
    target,
    contactId: contact.contactId,
    isAsk: false,
  };
  return { kind: 'put-back', write, category: 'subscribed' };
}

type Found = MailchimpFacts & { readonly contactId: NonNullable<MailchimpFacts['contactId']> };

/** Our own write, and no other status seen since. */
const isAsWeMadeThem = (member: MailchimpFacts | null, made: MailchimpStatus): member is Found =>
  member !== null && member.contactId !== null && member.status === made && member.ownWrite?.status === made;

function changeAddressBack(
  member: MailchimpFacts | null,
  contact: CivicrmFacts | null,
  address: string,
  before: string | null,
): PutBack {
  if (before === null) return stays('unknown-before');
  if (member?.contactId == null || contact === null) return stays('changed-since');
  if (member.status !== 'subscribed' || !sameAddress(member.address, address)) return stays('changed-since');
  const { contactId } = contact;
  return {
    kind: 'put-back',
    write: { kind: 'change-address', target: member.contactId, contactId, address: before },
    category: 'address-moved',
  };
}
