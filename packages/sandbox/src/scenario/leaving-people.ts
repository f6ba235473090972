import type { Category } from './category.ts';
import { addedAndLeft, BY_ADMIN, BY_PERSON, inOrder, partnerOf, subscribedAndGone } from './histories.ts';

/** Who has left on one side, later than anything the other side says. */
export const LEAVING_PEOPLE: readonly Category[] = [
  {
    name: 'opted-in-then-removed', // R3d
    share: 0.0015,
    effect: 'unsubscribed',
    build: (charity) => subscribedAndGone(charity, 'removed', 'left-later'),
  },
  {
    name: 'opted-in-then-deleted', // R3d
    share: 0.0005,
    effect: 'unsubscribed',
    build: (charity) => subscribedAndGone(charity, 'deleted', 'left-later'),
  },
  {
    name: 'added-then-unsubscribed', // R4d
    share: 0.003,
    effect: 'removed-from-group',
    build: (charity) => addedAndLeft(charity, 'left-later', BY_PERSON),
  },
  {
    name: 'added-then-unsubscribed-by-admin', // R4d
    share: 0.001,
    effect: 'removed-from-group',
    build: (charity) => addedAndLeft(charity, 'left-later', BY_ADMIN),
  },
  {
    name: 'added-then-cleaned', // R4d
    share: 0.0015,
    effect: 'removed-from-group',
    build: (charity) => addedAndLeft(charity, 'left-later', { status: 'cleaned' }),
  },
  {
    name: 'added-then-archived', // R4d
    share: 0.001,
    effect: 'removed-from-group',
    build: (charity) =>
      addedAndLeft(charity, 'left-later', { status: 'archived', statusBeforeArchive: 'subscribed' }),
  },
  {
    name: 'couple-unsubscribed', // R4d twice
    share: 0.0005,
    effect: 'removed-from-group',
    effects: 2,
    build: (charity) => {
      const person = charity.people.person();
      const [addedAt, leftAt] = inOrder(charity);
      for (const one of [person, partnerOf(charity, person)]) {
        charity.added(charity.contact(one, [{ email: one.email }]), addedAt);
      }
      charity.member(person, { ...BY_PERSON, optedInAt: addedAt, lastChangedAt: leftAt });
    },
  },
];
