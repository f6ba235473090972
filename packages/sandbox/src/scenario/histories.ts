import type { CharityBuilder } from './charity-builder.ts';
import type { Person } from './person-maker.ts';

/** Two dates in the past, the second at least a day after the first. */
export function inOrder(charity: CharityBuilder): readonly [earlier: number, later: number] {
  const earlier = charity.longAgo();
  return [earlier, charity.after(earlier + 24 * 3600 * 1000)];
}

export const capitalised = (email: string): string =>
  email.replace(/^[a-z]|[._][a-z]/g, (letter) => letter.toUpperCase());

export function partnerOf(charity: CharityBuilder, { lastName, email }: Person): Person {
  return { firstName: charity.people.person().firstName, lastName, email };
}

/** Somebody Added at one date, whose member was last changed at another. */
export function addedAndLeft(
  charity: CharityBuilder,
  which: 'left-later' | 'added-later',
  seed: Parameters<CharityBuilder['member']>[1],
): void {
  const person = charity.people.person();
  const [earlier, later] = inOrder(charity);
  const [addedAt, leftAt] = which === 'left-later' ? [earlier, later] : [later, earlier];
  charity.added(charity.contact(person, [{ email: person.email }]), addedAt);
  charity.member(person, { ...seed, optedInAt: leftAt - 90 * 24 * 3600 * 1000, lastChangedAt: leftAt });
}

/** Somebody subscribed who left the group, before or after they opted in at Mailchimp. */
export function subscribedAndGone(
  charity: CharityBuilder,
  how: 'removed' | 'deleted',
  which: 'left-later' | 'opted-in-later',
): void {
  const person = charity.people.person();
  const [earlier, later] = inOrder(charity);
  const [leftAt, optedInAt] = which === 'left-later' ? [later, earlier] : [earlier, later];
  const contactId = charity.contact(person, [{ email: person.email }]);
  charity[how](contactId, leftAt);
  charity.member(person, { optedInAt });
}

export const BY_PERSON = {
  status: 'unsubscribed',
  unsubscribedBy: 'person',
  unsubscribeReason: 'Not interested',
} as const;
export const BY_ADMIN = { status: 'unsubscribed', unsubscribedBy: 'admin' } as const;
