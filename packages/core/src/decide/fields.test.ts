import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_NAME } from '../../testing/factories.ts';
import type { Mapping, MergeField } from '../domain/pairings.ts';
import { type FieldFacts, type FieldOutcome, mergeField, mergeTag } from './fields.ts';

const NAME: MergeField = { tag: 'FNAME', type: 'text', choices: [] };
const BOTH = FIRST_NAME;
const TO_MAILCHIMP: Mapping = { ...BOTH, direction: 'civicrm-to-mailchimp' };
const TO_CIVICRM: Mapping = { ...BOTH, direction: 'mailchimp-to-civicrm' };

const facts = (mailchimp: string, civicrm: string | null, base?: FieldFacts['base']): FieldFacts => ({
  mailchimp,
  civicrm,
  base,
});
const AGREED = { kind: 'agreed' };
const toMailchimp = (value: string, overwrites: boolean) => ({ kind: 'to-mailchimp', value, overwrites });
const toCivicrm = (value: string | null, overwrites: boolean) => ({ kind: 'to-civicrm', value, overwrites });
const NOT_CARRIED = { kind: 'kept', why: 'not-carried' };
const DIFFERS = { kind: 'kept', why: 'differs' };

describe('5: base none', () => {
  test.each<[string, Mapping, FieldFacts, unknown]>([
    ['the same is agreed', BOTH, facts('Wilma', 'Wilma'), AGREED],
    ['nothing on both sides is agreed', BOTH, facts('', null), AGREED],
    ['an empty merge field is filled', BOTH, facts('', 'Wilma'), toMailchimp('Wilma', false)],
    ['an empty field is filled', BOTH, facts('Wilma', null), toCivicrm('Wilma', false)],
    ['differing values stay and are listed', BOTH, facts('Betty', 'Wilma'), DIFFERS],
    ['one way, nothing is filled against it', TO_MAILCHIMP, facts('Wilma', null), NOT_CARRIED],
    ['nor the other way', TO_CIVICRM, facts('', 'Wilma'), NOT_CARRIED],
  ])('%s', (_, mapping, given, outcome) => {
    expect(mergeField(mapping, NAME, given)).toEqual(outcome);
  });
});

describe('5: with a base', () => {
  const was = ['Wilma', 'Wilma'] as const;
  const clears = { ...BOTH, empty: 'clears' } as const;
  test.each<[string, Mapping, FieldFacts, unknown]>([
    ['changed in CiviCRM', BOTH, facts('Wilma', 'Betty', was), toMailchimp('Betty', true)],
    ['changed at Mailchimp', BOTH, facts('Betty', 'Wilma', was), toCivicrm('Betty', true)],
    ['changed to the same on both', BOTH, facts('Betty', 'Betty', was), AGREED],
    ['a conflict is won by CiviCRM', BOTH, facts('Betty', 'Pebbles', was), toMailchimp('Pebbles', true)],
    [
      'a conflict is won by Mailchimp where the mapping says so',
      { ...BOTH, conflict: 'mailchimp' },
      facts('Betty', 'Pebbles', was),
      toCivicrm('Betty', true),
    ],
    ['emptied in CiviCRM', BOTH, facts('Wilma', null, was), NOT_CARRIED],
    ['emptied at Mailchimp', BOTH, facts('', 'Wilma', was), NOT_CARRIED],
    ['emptied in CiviCRM, and empty clears', clears, facts('Wilma', null, was), toMailchimp('', true)],
    ['emptied at Mailchimp, and empty clears', clears, facts('', 'Wilma', was), toCivicrm(null, true)],
    [
      'emptied in CiviCRM and changed at Mailchimp',
      BOTH,
      facts('Betty', null, was),
      toCivicrm('Betty', false),
    ],
    [
      'emptied at Mailchimp and changed in CiviCRM',
      BOTH,
      facts('', 'Betty', was),
      toMailchimp('Betty', false),
    ],
    [
      'emptied in CiviCRM and changed at Mailchimp, and empty clears',
      clears,
      facts('Betty', null, was),
      toMailchimp('', true),
    ],
    ['one way, the other side’s change is left', TO_MAILCHIMP, facts('Betty', 'Wilma', was), NOT_CARRIED],
    ['one way, both changed', TO_MAILCHIMP, facts('Betty', 'Pebbles', was), toMailchimp('Pebbles', true)],
    ['the other way, both changed', TO_CIVICRM, facts('Betty', 'Pebbles', was), toCivicrm('Betty', true)],
    ['each as it was, in a form of its own', BOTH, facts('Wilm…', 'Wilma', ['Wilm…', 'Wilma']), AGREED],
  ])('%s', (_, mapping, given, outcome) => {
    expect(mergeField(mapping, NAME, given)).toEqual(outcome);
  });
});

describe('5: what the other side would refuse', () => {
  const AGE: MergeField = { tag: 'AGE', type: 'number', choices: [] };
  const TEXT: MergeField = { tag: 'AGE', type: 'text', choices: [] };
  test('is caught beforehand on the way to Mailchimp', () => {
    expect(mergeField(BOTH, AGE, facts('', 'seven'))).toEqual({ kind: 'refused', why: 'not-a-number' });
  });
  test('and on the way to CiviCRM', () => {
    const mapping = { ...BOTH, dataType: 'Integer' };
    expect(mergeField(mapping, TEXT, facts('seven', null))).toEqual({ kind: 'refused', why: 'not-a-number' });
  });
});

describe('5: tags go one way, by name', () => {
  const shown = (names: readonly string[], all: 'all' | 'some' = 'all') => ({ names, shown: all });
  test.each<[string, boolean, ReturnType<typeof shown>, boolean | undefined, boolean | null]>([
    ['put on', true, shown([]), undefined, true],
    ['there already, in another case', true, shown(['donor']), undefined, null],
    ['taken off', false, shown(['donor']), undefined, false],
    ['not there and not wanted', false, shown([]), undefined, null],
    ['not among those shown, and put on before', true, shown([], 'some'), true, null],
    ['not among those shown, and never put on', true, shown([], 'some'), undefined, true],
    ['not among those shown, and to be taken off', false, shown([], 'some'), true, false],
    ['taken off at Mailchimp', true, shown([]), true, true],
  ])('%s', (_, wanted, names, base, outcome) => {
    expect(mergeTag('Donor', wanted, names, base)).toBe(outcome);
  });
});

describe('5: over all values', () => {
  const text = fc.constantFrom('', 'a', 'b', 'c');
  const mapping = fc.record({
    direction: fc.constantFrom<Mapping['direction']>('both', 'civicrm-to-mailchimp', 'mailchimp-to-civicrm'),
    conflict: fc.constantFrom<Mapping['conflict']>('civicrm', 'mailchimp'),
    empty: fc.constantFrom<Mapping['empty']>('keeps', 'clears'),
  });
  const base = fc.option(fc.tuple(text, text), { nil: undefined });
  const apply = (given: FieldFacts, outcome: FieldOutcome): FieldFacts => {
    if (outcome.kind === 'to-mailchimp') return { ...given, mailchimp: outcome.value };
    return outcome.kind === 'to-civicrm' ? { ...given, civicrm: outcome.value } : given;
  };

  test('what was written is agreed, and a further look writes nothing', () => {
    fc.assert(
      fc.property(text, text, base, mapping, (mailchimp, civicrm, agreed, how) => {
        const given: FieldFacts = { mailchimp, civicrm, base: agreed };
        const outcome = mergeField({ ...BOTH, ...how }, NAME, given);
        if (outcome.kind === 'kept' || outcome.kind === 'refused') return;
        const after = apply(given, outcome);
        const settled: FieldFacts = { ...after, base: [after.mailchimp, after.civicrm] };
        expect(mergeField({ ...BOTH, ...how }, NAME, settled)).toEqual(AGREED);
      }),
    );
  });

  test('empty never overwrites a value unless the mapping says so', () => {
    fc.assert(
      fc.property(text, text, base, mapping, (mailchimp, civicrm, agreed, how) => {
        fc.pre(how.empty === 'keeps');
        const outcome = mergeField({ ...BOTH, ...how }, NAME, { mailchimp, civicrm, base: agreed });
        if (outcome.kind === 'to-mailchimp' || outcome.kind === 'to-civicrm')
          expect(outcome.value).not.toBe('');
      }),
    );
  });
});
