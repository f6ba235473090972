import type { CivicrmFacts, Link, MailchimpFacts } from '../src/domain/facts.ts';
import { contactId, mailchimpContactId } from '../src/domain/ids.ts';
import { ADDRESS, type LinkFacts, link } from './factories.ts';

/** Wilma (contact 1) has two addresses and so two members, `mc-home` and `mc-work`; Fred (contact 2) shares the first of them. */
export const HOME = ADDRESS;
export const WORK = 'wilma@quarry.test';

export const home = (facts: Partial<MailchimpFacts> = {}): Partial<MailchimpFacts> => ({
  address: HOME,
  contactId: mailchimpContactId('mc-home'),
  ...facts,
});
export const work = (facts: Partial<MailchimpFacts> = {}): Partial<MailchimpFacts> => ({
  address: WORK,
  contactId: mailchimpContactId('mc-work'),
  ...facts,
});
export const wilma = (facts: Partial<CivicrmFacts> = {}): Partial<CivicrmFacts> => ({
  contactId: contactId(1),
  addresses: [HOME, WORK],
  ...facts,
});
export const fred = (facts: Partial<CivicrmFacts> = {}): Partial<CivicrmFacts> => ({
  contactId: contactId(2),
  addresses: [HOME],
  ...facts,
});

/** Links 1 and 2 of one component. */
export const two = (first: LinkFacts, second: LinkFacts): readonly [Link, Link] => [
  link({ id: 1, ...first }),
  link({ id: 2, ...second }),
];

/** What a decision looks like that changes one of them. */
export const removes = (member: string) => ({
  kind: 'change',
  writes: [{ kind: 'remove-at-mailchimp', target: member }],
});
export const leaves = (contact: number) => ({
  kind: 'change',
  writes: [{ kind: 'remove-from-group', contactId: contact }],
});
export const joins = (contact: number) => ({
  kind: 'change',
  writes: [{ kind: 'add-to-group', contactId: contact }],
});
export const AGREED_IN = { kind: 'agreed', side: 'in' };
export const AGREED_OUT = { kind: 'agreed', side: 'out' };
