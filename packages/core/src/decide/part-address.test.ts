import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactId } from '../domain/ids.ts';
import type { Owner } from './match-contact.ts';
import { judgeParting } from './part-address.ts';

const WILMA = contactId(1);
const FRED = contactId(2);
const BETTY = contactId(3);

const holder = (id: typeof WILMA, facts: Partial<Owner> = {}): Owner => ({
  contactId: id,
  state: 'live',
  isIndividual: true,
  isAdded: true,
  hasHistory: true,
  flags: [],
  hasHeldAddress: false,
  ...facts,
});
/** Wilma’s link, whose address she does not seem to hold. */
const judge = (
  holders: readonly Owner[],
  { hasMoved = false, mergedInto = [] as readonly (typeof WILMA)[] } = {},
) => judgeParting({ contactId: WILMA, hasMoved, holders, mergedInto: new Set(mergedInto) });

describe('section 6: who holds the member’s address now', () => {
  test('she does, on hold: the two are together', () => {
    expect(judge([holder(WILMA)])).toEqual({ kind: 'together' });
    expect(judge([holder(WILMA), holder(FRED)], { hasMoved: true })).toEqual({ kind: 'together' });
  });

  test('A4: another live contact does: the member is linked with that one', () => {
    expect(judge([holder(FRED)])).toEqual({ kind: 'relink', to: FRED });
    expect(judge([holder(FRED, { isAdded: false, hasHistory: false })])).toEqual({
      kind: 'relink',
      to: FRED,
    });
  });

  test('A4 comes before A1: the member changed to an address of somebody else', () => {
    expect(judge([holder(FRED)], { hasMoved: true })).toEqual({ kind: 'relink', to: FRED });
  });

  test('A4: of several, section 3 chooses', () => {
    expect(judge([holder(FRED, { isAdded: false }), holder(BETTY)])).toEqual({ kind: 'relink', to: BETTY });
  });

  test('A1: nobody does, and the member moved', () => {
    expect(judge([], { hasMoved: true })).toEqual({ kind: 'parted', by: 'mailchimp' });
    expect(judge([holder(FRED, { state: 'trashed' })], { hasMoved: true })).toEqual({
      kind: 'parted',
      by: 'mailchimp',
    });
  });

  test('A2: nobody does, and the member stayed where they were', () => {
    expect(judge([])).toEqual({ kind: 'parted', by: 'civicrm' });
    expect(judge([holder(FRED, { state: 'trashed' })])).toEqual({ kind: 'parted', by: 'civicrm' });
  });

  test('A2, E13: it stands on the loser of a merge into her: nothing has parted', () => {
    expect(judge([holder(FRED, { state: 'trashed' })], { mergedInto: [FRED] })).toEqual({ kind: 'together' });
  });

  test('A4: nobody is ever linked with a contact in the trash, or with the one they have', () => {
    const anyHolder = fc.record({
      id: fc.constantFrom(WILMA, FRED, BETTY),
      state: fc.constantFrom('live', 'trashed'),
      isAdded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyHolder, { selector: ({ id }) => id }), fc.boolean(), (some, hasMoved) => {
        const holders = some.map(({ id, ...facts }) => holder(id, facts));
        const parting = judge(holders, { hasMoved });
        if (parting.kind !== 'relink') return;
        expect(parting.to).not.toBe(WILMA);
        expect(holders.find((one) => one.contactId === parting.to)?.state).toBe('live');
      }),
    );
  });
});
