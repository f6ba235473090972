import { addressKey } from '../domain/email.ts';
import { type CivicrmFacts, isThere, type Link, type MailchimpFacts } from '../domain/facts.ts';
import type { ContactId } from '../domain/ids.ts';

/**
 * The links that are decided together: all that share a Mailchimp member, a contact or an address, directly or through others (rules 1.1). Most people are a
 * component of one link.
 */
export interface Component {
  readonly links: readonly Link[];
  /** The contact's links with a Mailchimp member. */
  membersOf(contact: CivicrmFacts): readonly MailchimpFacts[];
  /** The member's links with a contact. */
  contactsOf(member: MailchimpFacts): readonly CivicrmFacts[];
  /** The Mailchimp member at an address, whichever link it came with; of several who had it one after the other the one who is there now. */
  memberAt(address: string): MailchimpFacts | undefined;
}

/** Indexes one component. Links of the same contact, or member, must carry the same facts about it. */
export function indexComponent(links: readonly Link[]): Component {
  const members = new Map<ContactId, MailchimpFacts[]>();
  const contacts = new Map<string, CivicrmFacts[]>();
  const byAddress = new Map<string, MailchimpFacts>();
  for (const { mailchimp, civicrm } of links) {
    if (mailchimp !== null) {
      const key = addressKey(mailchimp.address);
      const known = byAddress.get(key);
      if (known === undefined || isThere(mailchimp) || !isThere(known)) byAddress.set(key, mailchimp);
    }
    if (mailchimp === null || civicrm === null) continue;
    push(members, civicrm.contactId, mailchimp);
    push(contacts, memberKey(mailchimp), civicrm);
  }
  return {
    links,
    membersOf: (contact) => members.get(contact.contactId) ?? [],
    contactsOf: (member) => contacts.get(memberKey(member)) ?? [],
    memberAt: (address) => byAddress.get(addressKey(address)),
  };
}

/** Same member, same key: by `contact_id`, and by address while Mailchimp has not told us one. */
export const memberKey = (member: MailchimpFacts): string => member.contactId ?? addressKey(member.address);

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
