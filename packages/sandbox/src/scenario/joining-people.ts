import type { Category } from './category.ts';
import { addedAndLeft, BY_ADMIN, BY_PERSON, partnerOf, subscribedAndGone } from './histories.ts';

/** Who is in on one side only, and ought to be on both. */
export const JOINING_PEOPLE: readonly Category[] = [
  {
    name: 'civicrm-only', // R4c
    share: 0.013,
    effect: 'subscribed',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }]));
    },
  },
  {
    name: 'civicrm-only-flagged', // R4c, 2.7: policy `flagged` warns and subscribes
    share: 0.001,
    effect: 'subscribed',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }], { is_opt_out: true }));
    },
  },
  {
    name: 'civicrm-only-couple', // R4c: two contacts, one address, one member
    share: 0.001,
    effect: 'subscribed',
    build: (charity) => {
      const person = charity.people.person();
      for (const one of [person, partnerOf(charity, person)]) {
        charity.added(charity.contact(one, [{ email: one.email }]));
      }
    },
  },
  {
    name: 'came-back-by-form', // R4c, 2.3: left by mail and joined again by themselves, so they are asked
    share: 0.0005,
    effect: 'asked',
    build: (charity) => {
      const person = charity.people.person();
      charity.addedAgainByThemselves(charity.contact(person, [{ email: person.email }]));
    },
  },
  {
    name: 'transactional-in-group', // R4c
    share: 0.001,
    effect: 'subscribed',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }]));
      charity.member(person, { status: 'transactional', source: 'E-Commerce' });
    },
  },
  {
    name: 'mailchimp-only', // section 3: no owner at all
    share: 0.007,
    effect: 'contact-created',
    build: (charity) => {
      const person = charity.people.person();
      const isNamed = charity.random.chance(0.85);
      charity.member(person, isNamed ? {} : { mergeValues: {} });
    },
  },
  {
    name: 'not-in-group', // R3c
    share: 0.005,
    effect: 'added-to-group',
    build: (charity) => {
      const person = charity.people.person();
      charity.contact(person, [{ email: person.email }]);
      charity.member(person);
    },
  },
  {
    name: 'removed-then-opted-in', // R3d
    share: 0.001,
    effect: 'added-to-group',
    build: (charity) => subscribedAndGone(charity, 'removed', 'opted-in-later'),
  },
  {
    name: 'deleted-then-opted-in', // R3d
    share: 0.0005,
    effect: 'added-to-group',
    build: (charity) => subscribedAndGone(charity, 'deleted', 'opted-in-later'),
  },
  {
    name: 'unsubscribed-then-added', // R4d → R4b, 2.3: by the person, so they are asked
    share: 0.0015,
    effect: 'asked',
    build: (charity) => addedAndLeft(charity, 'added-later', BY_PERSON),
  },
  {
    name: 'archived-then-added', // R4d → R4b, 2.3: archived without our having seen the status before
    share: 0.0005,
    effect: 'asked',
    build: (charity) =>
      addedAndLeft(charity, 'added-later', { status: 'archived', statusBeforeArchive: 'subscribed' }),
  },
  {
    name: 'unsubscribed-by-admin-then-added', // R4d → R4b
    share: 0.0015,
    effect: 'subscribed',
    build: (charity) => addedAndLeft(charity, 'added-later', BY_ADMIN),
  },
];
