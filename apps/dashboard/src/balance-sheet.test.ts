import { CATEGORIES } from '@mcsync/core/domain/plan';
import { REFUSAL_REASONS } from '@mcsync/core/domain/refusal';
import type { PeopleInPlace } from '@mcsync/core/store/people-places';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawUpBalance } from './balance-sheet.ts';

const place = (given: Partial<PeopleInPlace>): PeopleInPlace => ({
  place: 'both',
  syncStatus: 'ok',
  reason: null,
  isAsked: false,
  category: null,
  members: 0,
  contacts: 0,
  ...given,
});

test('everybody who differs for a reason stands in a line, and both sides come to the same', () => {
  const sheet = drawUpBalance([
    place({ members: 100, contacts: 103 }),
    place({ place: 'civicrm', syncStatus: 'live', category: 'subscribed', contacts: 7 }),
    place({ place: 'civicrm', syncStatus: 'todo', category: 'removed-in-civicrm', contacts: 2 }),
    place({ place: 'civicrm', isAsked: true, contacts: 3 }),
    place({ place: 'civicrm', syncStatus: 'fail', reason: 'cleaned', contacts: 4 }),
    place({ place: 'civicrm', syncStatus: 'fail', reason: 'on-hold', contacts: 5 }),
    place({ place: 'mailchimp', syncStatus: 'fail', reason: 'in-trash', members: 6 }),
    place({ place: 'mailchimp', syncStatus: 'todo', category: 'created', members: 8 }),
    place({ place: 'mailchimp', syncStatus: 'live', category: 'removed-at-mailchimp', members: 9 }),
    place({ place: 'mailchimp', members: 1 }),
    place({ place: 'none', members: 50, contacts: 60 }),
  ]);
  expect(sheet).toEqual({
    mailchimp: {
      subscribed: 124,
      toAdd: 7,
      toRemove: 9,
      asked: 3,
      waiting: 0,
      cannotSubscribe: [
        { reason: 'on-hold', people: 5 },
        { reason: 'cleaned', people: 4 },
      ],
      cannotJoin: [{ reason: 'in-trash', people: 6 }],
      unconfirmed: 1,
      sharing: 3,
      total: 130,
    },
    civicrm: { added: 124, toAdd: 8, toRemove: 2, total: 130 },
    undecided: { mailchimp: 0, civicrm: 0 },
    isBalanced: true,
  });
});

test('who is not decided yet makes the sides differ, and is told', () => {
  const sheet = drawUpBalance([place({ place: 'civicrm', syncStatus: 'todo', contacts: 2 })]);
  expect(sheet.isBalanced).toBe(false);
  expect(sheet.undecided).toEqual({ mailchimp: 0, civicrm: 2 });
});

test('the sides differ by exactly those whom nobody has decided about', () => {
  const people = fc.record({
    place: fc.constantFrom('both', 'mailchimp', 'civicrm', 'none'),
    syncStatus: fc.constantFrom('todo', 'live', 'ok', 'fail'),
    reason: fc.option(fc.constantFrom(...REFUSAL_REASONS)),
    isAsked: fc.boolean(),
    category: fc.option(fc.constantFrom(...CATEGORIES)),
    members: fc.nat(1000),
    contacts: fc.nat(1000),
  });
  fc.assert(
    fc.property(fc.array(people), (given) => {
      const places = given.map((one) => ({
        ...one,
        members: one.place === 'civicrm' || one.place === 'none' ? 0 : one.members,
        contacts: one.place === 'mailchimp' || one.place === 'none' ? 0 : one.contacts,
      }));
      const { mailchimp, civicrm, undecided, isBalanced } = drawUpBalance(places);
      expect(mailchimp.total - civicrm.total).toBe(undecided.mailchimp - undecided.civicrm);
      expect(isBalanced).toBe(mailchimp.total === civicrm.total);
    }),
  );
});
