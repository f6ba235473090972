import type { Category } from './category.ts';
import { BY_ADMIN, BY_PERSON, capitalised, partnerOf } from './histories.ts';

/** On whom both sides agree already, in or out. */
export const AGREED_PEOPLE: readonly Category[] = [
  {
    name: 'agreed', // R1
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const contactId = charity.contact(person, [{ email: person.email }]);
      charity.added(contactId);
      if (charity.random.chance(0.08)) charity.volunteer(contactId);
      charity.member(person);
      charity.likes(contactId, person.email);
    },
  },
  {
    name: 'agreed-mixed-case', // R1; each side writes the address in its own way
    share: 0.01,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: capitalised(person.email) }]));
      charity.member(person, {
        email: charity.random.chance(0.5) ? person.email.toUpperCase() : person.email,
      });
    },
  },
  {
    name: 'agreed-by-bulk-address', // R1; the primary address is another one
    share: 0.01,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const work = charity.people.secondAddress(person);
      charity.added(
        charity.contact(person, [
          { email: work, isPrimary: true, locationTypeId: 2 },
          { email: person.email, isBulkmail: true },
        ]),
      );
      charity.member(person);
    },
  },
  {
    name: 'agreed-primary-on-hold', // R1; the primary address bounced, the other one is subscribed
    share: 0.003,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const dead = charity.people.secondAddress(person);
      charity.added(
        charity.contact(person, [
          { email: dead, isPrimary: true, onHold: 1, holdDate: '2024-05-06 07:08:09' },
          { email: person.email, locationTypeId: 2 },
        ]),
      );
      charity.member(person);
    },
  },
  {
    name: 'agreed-flagged', // R1, 2.7: a warning, no change
    share: 0.005,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const flag = charity.random.pick(['is_opt_out', 'do_not_email', 'is_deceased'] as const);
      charity.added(charity.contact(person, [{ email: person.email }], { [flag]: true }));
      charity.member(person);
    },
  },
  {
    name: 'agreed-couple', // R1 twice: one member, two contacts Added
    share: 0.004,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      for (const one of [person, partnerOf(charity, person)]) {
        charity.added(charity.contact(one, [{ email: one.email }]));
      }
      charity.member(person);
    },
  },
  {
    name: 'agreed-couple-one-in-group', // R1, section 3: the one Added is the member's contact
    share: 0.003,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      charity.contact(partnerOf(charity, person), [{ email: person.email }]);
      charity.added(charity.contact(person, [{ email: person.email }]));
      charity.member(person);
    },
  },
  {
    name: 'agreed-duplicate', // R1, section 3: the same person twice, once in the group
    share: 0.002,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      charity.added(charity.contact(person, [{ email: person.email }]));
      charity.contact(person, [{ email: person.email }], { source: 'Import 2019' });
      charity.member(person);
    },
  },
  {
    name: 'agreed-organisation', // R1
    share: 0.004,
    effect: 'agreed-in',
    build: (charity) => {
      const { name, email } = charity.people.organisation();
      const kind = charity.random.chance(0.7) ? 'Organization' : 'Household';
      charity.added(charity.organisation(kind, name, [{ email }]));
      charity.member({ firstName: '', lastName: '', email }, { mergeValues: {} });
    },
  },
  {
    name: 'agreed-two-members', // R1 twice: both addresses of one contact are subscribed
    share: 0.001,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const second = charity.people.secondAddress(person);
      charity.added(charity.contact(person, [{ email: person.email }, { email: second, locationTypeId: 2 }]));
      charity.member(person);
      charity.member({ ...person, email: second });
    },
  },
  {
    name: 'agreed-one-of-two-left', // 1.1: one address left, the other is in, so the contact is
    share: 0.001,
    effect: 'agreed-in',
    build: (charity) => {
      const person = charity.people.person();
      const second = charity.people.secondAddress(person);
      charity.added(charity.contact(person, [{ email: person.email }, { email: second, locationTypeId: 2 }]));
      charity.member(person);
      charity.member({ ...person, email: second }, BY_PERSON);
    },
  },
  {
    name: 'both-left', // R2
    share: 0.012,
    effect: 'agreed-out',
    build: (charity) => {
      const person = charity.people.person();
      charity.removed(charity.contact(person, [{ email: person.email }]), charity.longAgo());
      charity.member(person, charity.random.chance(0.7) ? BY_PERSON : BY_ADMIN);
    },
  },
  {
    name: 'cleaned-and-removed', // R2
    share: 0.003,
    effect: 'agreed-out',
    build: (charity) => {
      const person = charity.people.person();
      charity.removed(charity.contact(person, [{ email: person.email, onHold: 1 }]), charity.longAgo());
      charity.member(person, { status: 'cleaned' });
    },
  },
  {
    name: 'archived-not-in-group', // R2
    share: 0.003,
    effect: 'agreed-out',
    build: (charity) => {
      const person = charity.people.person();
      charity.contact(person, [{ email: person.email }]);
      charity.member(person, { status: 'archived', statusBeforeArchive: 'subscribed' });
    },
  },
  {
    name: 'transactional-stranger', // R2; section 3: no owner and not in, so nobody is created
    share: 0.003,
    effect: 'agreed-out',
    build: (charity) =>
      charity.member(charity.people.person(), { status: 'transactional', source: 'E-Commerce' }),
  },
  {
    name: 'unsubscribed-stranger', // R2
    share: 0.003,
    effect: 'agreed-out',
    build: (charity) => charity.member(charity.people.person(), BY_PERSON),
  },
];
