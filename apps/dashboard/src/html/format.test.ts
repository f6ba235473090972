import { expect, test } from 'vitest';
import { formatDuration, formatMoment, formatNumber } from './format.ts';

test.each([
  [0, '0.0 s'],
  [1234, '1.2 s'],
  [59_000, '59.0 s'],
  [60_000, '1 min 0 s'],
  [75_000, '1 min 15 s'],
  [3_600_000, '1 h 0 min'],
  [3_720_000, '1 h 2 min'],
  [90_000_000, '25 h 0 min'],
])('%d ms is %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test('a moment says its zone', () => {
  expect(formatMoment(new Date('2026-03-29T01:02:03.456Z'))).toBe('2026-03-29 01:02 UTC');
});

test('large numbers can be read', () => {
  expect(formatNumber(1234567)).toBe('1,234,567');
});
