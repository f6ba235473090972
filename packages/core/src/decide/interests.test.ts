import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, history, TOLERANCE_MS } from '../../testing/factories.ts';
import { type InterestFacts, type InterestOutcome, mergeInterest } from './interests.ts';

const merge = (facts: Partial<InterestFacts>): InterestOutcome =>
  mergeInterest(
    { base: undefined, mailchimp: false, row: '', history: undefined, optedInAt: day(5), ...facts },
    () => TOLERANCE_MS,
  );

const agreed = (value: boolean) => ({ kind: 'agreed', value });
const atMailchimp = (value: boolean) => ({ kind: 'at-mailchimp', value });
const inCivicrm = (value: boolean) => ({ kind: 'in-civicrm', value });
const UNCONFIRMED = { kind: 'kept', why: 'unconfirmed' };
const UNREAD = { kind: 'unread' };

describe('4: the table of section 2 with true and false', () => {
  const ROWS = ['Added', 'Removed', '', 'Pending', 'Bogus'] as const;
  // By base: on, off, none.
  const TABLE: Readonly<Record<string, readonly [unknown, unknown, unknown]>> = {
    'on × Added': [agreed(true), agreed(true), agreed(true)],
    'on × Removed': [atMailchimp(false), inCivicrm(true), UNREAD],
    'on × ': [atMailchimp(false), inCivicrm(true), UNREAD],
    'on × Pending': [UNCONFIRMED, inCivicrm(true), UNCONFIRMED],
    'on × Bogus': [UNCONFIRMED, inCivicrm(true), UNCONFIRMED],
    'off × Added': [inCivicrm(false), atMailchimp(true), atMailchimp(true)],
    'off × Removed': [agreed(false), agreed(false), agreed(false)],
    'off × ': [agreed(false), agreed(false), agreed(false)],
    'off × Pending': [agreed(false), agreed(false), agreed(false)],
    'off × Bogus': [agreed(false), agreed(false), agreed(false)],
  };
  const cells = [true, false].flatMap((mailchimp) =>
    ROWS.flatMap((row) => [true, false, undefined].map((base, at) => ({ mailchimp, row, base, at }))),
  );
  test.each(cells)('Mailchimp $mailchimp, row "$row", base $base', ({ mailchimp, row, base, at }) => {
    const line = TABLE[`${mailchimp ? 'on' : 'off'} × ${row}`];
    expect(merge({ mailchimp, row, base })).toEqual(line?.[at]);
  });
});

describe('4: base none, on at Mailchimp and not in the group', () => {
  const removed = (at: number) => history({ status: 'Added', at: day(1) }, { status: 'Removed', at });
  const deleted = (at: number) => history({ status: 'Added', at: day(1) }, { status: 'Deleted', at });
  const on = { mailchimp: true };
  test.each([
    ['nobody ever was in the group', { row: '', history: [] }, inCivicrm(true)],
    ['removed before the opt-in', { row: 'Removed', history: removed(day(2)) }, inCivicrm(true)],
    ['deleted before the opt-in', { row: '', history: deleted(day(2)) }, inCivicrm(true)],
    ['removed later than the opt-in', { row: 'Removed', history: removed(day(9)) }, atMailchimp(false)],
    ['deleted later than the opt-in', { row: '', history: deleted(day(9)) }, atMailchimp(false)],
    [
      'removed later by no more than the tolerance',
      { row: 'Removed', history: removed(day(5) + TOLERANCE_MS) },
      inCivicrm(true),
    ],
    [
      'removed, and history does not say when',
      { row: 'Removed', history: [] },
      { kind: 'kept', why: 'undated' },
    ],
    [
      'removed, and nobody knows when they opted in',
      { row: 'Removed', history: removed(day(9)), optedInAt: null },
      { kind: 'kept', why: 'undated' },
    ],
  ])('%s', (_, facts, outcome) => {
    expect(merge({ ...on, ...facts })).toEqual(outcome);
  });
});

describe('4: over all states', () => {
  const states = fc.record({
    base: fc.constantFrom(true, false, undefined),
    mailchimp: fc.boolean(),
    row: fc.constantFrom('Added', 'Removed', '', 'Pending'),
    history: fc.constantFrom(
      [],
      history({ status: 'Removed', at: day(2) }),
      history({ status: 'Deleted', at: day(9) }),
    ),
  });

  test('what was written is agreed, and a further look writes nothing', () => {
    fc.assert(
      fc.property(states, (facts) => {
        const outcome = merge(facts);
        if (outcome.kind !== 'at-mailchimp' && outcome.kind !== 'in-civicrm') return;
        const { value } = outcome;
        const after =
          outcome.kind === 'at-mailchimp'
            ? { ...facts, mailchimp: value }
            : { ...facts, row: value ? 'Added' : 'Removed' };
        expect(merge({ ...after, base: value })).toEqual(agreed(value));
      }),
    );
  });

  test('with a base only the side that has not changed is written to', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('Added', 'Removed', ''),
        (base, mailchimp, row) => {
          const outcome = merge({ base, mailchimp, row });
          if (outcome.kind === 'at-mailchimp') expect(mailchimp).toBe(base);
          if (outcome.kind === 'in-civicrm') expect(row === 'Added').toBe(base);
        },
      ),
    );
  });
});
