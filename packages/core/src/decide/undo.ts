import type { Write } from '../domain/decision.ts';
import { sameAddress } from '../domain/email.ts';
import type { CivicrmFacts, GroupStatus, Link, MailchimpFacts, MailchimpStatus } from '../domain/facts.ts';
import type { Category } from '../domain/plan.ts';
import { whoLeft } from './who-left.ts';

/**
 * Why a change stays. `changed-since`: somebody, or a later run, has changed it. `own-will`: the person left by their own will, and nobody brings them back. `for-good`: it cannot
 * be put back at all.
 */
export type StaysBecause = 'changed-since' | 'own-will' | 'for-good';

/** One write of a run that was carried out, and what stands where it was written to. */
export interface CarriedOut {
  readonly write: Write;
  /** The link that was written to, as both sides stand now, with history. */
  readonly link: Link;
  /** The member's address before the run; null: unknown, or there was none. */
  readonly addressBefore: string | null;
}

export type PutBack =
  | { readonly kind: 'put-back'; readonly write: Write; readonly category: Category }
  | { readonly kind: 'stays'; readonly why: StaysBecause };

/** The opposite of one write, where nobody has changed since what it made. */
export function putBack({ write, link, addressBefore }: CarriedOut): PutBack {
  const { mailchimp, civicrm } = link;
  switch (write.kind) {
    case 'add-to-group':
    case 'create-contact':
      return removeAgain(civicrm);
    case 'remove-from-group':
      return addAgain(civicrm);
    case 'subscribe':
      return unsubscribeAgain(mailchimp, write.how === 'pending' ? 'pending' : 'subscribed');
    case 'remove-at-mailchimp':
      // Asking once more would be a second mail for the same act (I5).
      return write.how === 'erase' || write.how === 'withdraw'
        ? stays('for-good')
        : subscribeAgain(mailchimp, civicrm, write.how === 'archive' ? 'archived' : 'unsubscribed');
    case 'change-address':
      return changeAddressBack(mailchimp, civicrm, write.address, addressBefore);
    case 'put-on-hold':
    case 'add-address':
    case 'update-member':
    case 'add-to-interest-group':
    case 'remove-from-interest-group':
    case 'write-fields':
      return stays('for-good');
  }
}

const stays = (why: StaysBecause): PutBack => ({ kind: 'stays', why });

/** The contact made for somebody stays; they are out of the group. */
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

function unsubscribeAgain(member: MailchimpFacts | null, made: 'subscribed' | 'pending'): PutBack {
  if (!isAsWeMadeThem(member, made)) return stays('changed-since');
  const how = made === 'pending' ? 'withdraw' : 'unsubscribe';
  return {
    kind: 'put-back',
    write: { kind: 'remove-at-mailchimp', how, target: member.contactId, removalMethod: null },
    category: made === 'pending' ? 'withdrawn' : 'removed-at-mailchimp',
  };
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
  if (before === null || member?.contactId == null || contact === null) return stays('for-good');
  if (member.status !== 'subscribed' || !sameAddress(member.address, address)) return stays('changed-since');
  const { contactId } = contact;
  return {
    kind: 'put-back',
    write: { kind: 'change-address', target: member.contactId, contactId, address: before },
    category: 'address-moved',
  };
}
