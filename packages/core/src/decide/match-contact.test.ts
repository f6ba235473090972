import { describe, expect, test } from 'vitest';
import type { ContactFlag } from '../domain/facts.ts';
import { contactId } from '../domain/ids.ts';
import { matchContact, type Owner } from './match-contact.ts';

const owner = (id: number, facts: Partial<Owner> = {}): Owner => ({
  contactId: contactId(id),
  state: 'live',
  isIndividual: true,
  isAdded: false,
  hasHistory: false,
  flags: [],
  hasHeldAddress: false,
  ...facts,
});
const flagged = (...flags: readonly ContactFlag[]) => ({ flags });
const matched = (id: number, ...covered: readonly number[]) => ({ kind: 'matched', contactId: id, covered });

describe('section 3: whose contact is this member?', () => {
  test('3: the only owner, whatever it is', () => {
    const only = owner(7, { isIndividual: false, ...flagged('opted-out', 'deceased') });
    expect(matchContact([only])).toEqual(matched(7));
  });

  test('3: among several, the one in the group', () => {
    const best = owner(9, { isAdded: true, isIndividual: false, ...flagged('do-not-email') });
    expect(matchContact([owner(1, { hasHistory: true }), best])).toEqual(matched(9));
  });

  test('3: then the one with any history in the group', () => {
    const best = owner(9, { hasHistory: true, isIndividual: false, ...flagged('do-not-email') });
    expect(matchContact([owner(1), best])).toEqual(matched(9));
  });

  test('3: then the one without flags, and among those an Individual', () => {
    expect(matchContact([owner(1, flagged('opted-out')), owner(2, { isIndividual: false })])).toEqual(
      matched(2),
    );
    expect(matchContact([owner(1, { isIndividual: false }), owner(2)])).toEqual(matched(2));
  });

  test('3: an address on hold counts like a flag', () => {
    expect(matchContact([owner(1, { hasHeldAddress: true }), owner(2)])).toEqual(matched(2));
  });

  test('3: two flags are no worse than one', () => {
    expect(
      matchContact([owner(1, flagged('opted-out', 'deceased')), owner(2, flagged('opted-out'))]),
    ).toEqual(matched(1));
  });

  test('3: then the lowest id', () => {
    expect(matchContact([owner(12), owner(3), owner(7)])).toEqual(matched(3));
    expect(matchContact([owner(12, { isAdded: true }), owner(3, { isAdded: true })])).toEqual(matched(3, 12));
  });

  test('the other live owners in the group are covered', () => {
    const owners = [
      owner(1),
      owner(2, { isAdded: true }),
      owner(3, { isAdded: true, ...flagged('opted-out') }),
      owner(4, { isAdded: true, state: 'trashed' }),
    ];
    expect(matchContact(owners)).toEqual(matched(2, 3));
  });

  test('only live owners match, even if those in the trash are in the group', () => {
    expect(matchContact([owner(1, { state: 'trashed', isAdded: true }), owner(2)])).toEqual(matched(2));
  });

  test('where only trashed owners are left it says so, lowest id', () => {
    const trashed = { state: 'trashed' } as const;
    expect(matchContact([owner(9, trashed), owner(4, trashed)])).toEqual({
      kind: 'only-trashed',
      contactId: 4,
    });
  });

  test('nobody holds it', () => {
    expect(matchContact([])).toEqual({ kind: 'nobody' });
  });
});
