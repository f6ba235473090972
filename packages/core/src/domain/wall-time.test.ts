import { describe, expect, test } from 'vitest';
import {
  fromCivicrmDate,
  fromMailchimpDate,
  measureOffset,
  toCivicrmDate,
  toMailchimpDate,
} from './wall-time.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const now = at('2026-11-23T09:00:00');

describe('section 9: the offset of a reading session', () => {
  test.each([
    ['2026-11-23 09:00:00', 0],
    ['2026-11-23 10:00:00', 60],
    ['2026-11-23 14:45:00', 345],
    ['2026-11-23 04:00:00', -300],
    ['2026-11-24 00:00:00', 900],
  ])('NOW() of %s is %i minutes ahead', (text, minutes) => {
    expect(measureOffset(text, now)).toBe(minutes);
  });

  test('clocks that differ by less than half a quarter of an hour do not change it', () => {
    expect(measureOffset('2026-11-23 10:07:29', now)).toBe(60);
    expect(measureOffset('2026-11-23 09:52:31', now)).toBe(60);
    expect(measureOffset('2026-11-23 09:01:00', now)).toBe(0);
  });

  test('text that is no date gives none', () => {
    expect(measureOffset('', now)).toBeNull();
    expect(measureOffset('2026-11-23', now)).toBeNull();
  });
});

describe('section 9: utc = string − offset', () => {
  test('reads dates as CiviCRM gives them and as its write answers have them', () => {
    expect(fromCivicrmDate('2026-11-23 10:09:37', 60)).toBe(at('2026-11-23T09:09:37'));
    expect(fromCivicrmDate('20261123100937', 60)).toBe(at('2026-11-23T09:09:37'));
  });

  test('no date, the text "null" and zeros are no date', () => {
    for (const text of [null, '', 'null', '0000-00-00 00:00:00', '2026-13-01 00:00:00', 'garbage']) {
      expect(fromCivicrmDate(text, 60)).toBeNull();
    }
  });

  test('the way back gives what was read', () => {
    expect(toCivicrmDate(at('2026-11-23T09:09:37'), 60)).toBe('2026-11-23 10:09:37');
    expect(toCivicrmDate(at('2026-11-23T23:30:00'), 345)).toBe('2026-11-24 05:15:00');
    expect(fromCivicrmDate(toCivicrmDate(now, -300), -300)).toBe(now);
  });
});

describe('Mailchimp’s dates', () => {
  test('are UTC, whole seconds', () => {
    expect(fromMailchimpDate('2015-10-21T15:41:36+00:00')).toBe(at('2015-10-21T15:41:36'));
    expect(toMailchimpDate(at('2015-10-21T15:41:36.999'))).toBe('2015-10-21T15:41:36+00:00');
  });

  test('the empty string means unset', () => {
    expect(fromMailchimpDate('')).toBeNull();
    expect(fromMailchimpDate('soon')).toBeNull();
  });
});
