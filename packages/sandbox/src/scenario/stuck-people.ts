import type { Category } from './category.ts';
import { addedAndLeft } from './histories.ts';

/** For whom nothing can be done, or not yet, or not without somebody to decide. */
export const STUCK_PEOPLE: readonly Category[] = [
  {
    name: 'pending-stranger', // R6c: the ask was not ours
    share: 0.001,
    effect: 'left-alone',
    build: (charity) =>
      charity.member(charity.people.person(), { status: 'pending', signedUpAt: charity.longAgo() }),
  },
  {
    name: 'cleaned-then-added', // R4d → R4b, 2.3
    share: 0.0005,
    effect: 'refused-cleaned',
    build: (charity) => addedAndLeft(charity, 'added-later', { status: 'cleaned' }),
  },
  {
    name: 'pending-in-group', // R6a
    share: 0.001,
    effect: 'waiting',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }]));
      charity.member(person, { status: 'pending', signedUpAt: charity.longAgo() });
    },
  },
  {
    name: 'unconfirmed-in-civicrm', // R3e: nothing written, a warning
    share: 0.0005,
    effect: 'left-alone',
    build: (charity) => {
      const person = charity.people.person();
      charity.pending(charity.contact(person, [{ email: person.email }]));
      charity.member(person);
    },
  },
  {
    name: 'no-address', // 2.3
    share: 0.0015,
    effect: 'refused-no-email',
    build: (charity) => charity.added(charity.contact(charity.people.person(), [])),
  },
  {
    name: 'on-hold', // 2.3
    share: 0.0015,
    effect: 'refused-on-hold',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(
        charity.contact(person, [{ email: person.email, onHold: 1, holdDate: '2025-01-02 03:04:05' }]),
      );
    },
  },
  {
    name: 'fake-address', // 2.3: Mailchimp takes it for a role address
    share: 0.0002,
    effect: 'refused-rejected',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: `noreply@${person.email.replace('@', '.')}` }]));
    },
  },
  {
    name: 'in-trash', // section 3: only a trashed contact holds the address
    share: 0.001,
    effect: 'refused-in-trash',
    build: (charity) => {
      const person = charity.people.person();
      const contactId = charity.contact(person, [{ email: person.email }], { is_deleted: true });
      if (charity.random.chance(0.5)) charity.added(contactId);
      charity.member(person);
    },
  },
  {
    name: 'trashed-in-group', // 1: the contact is not live
    share: 0.0005,
    effect: 'left-alone',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }], { is_deleted: true }));
    },
  },
];
