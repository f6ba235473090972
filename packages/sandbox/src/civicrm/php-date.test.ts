import { expect, test } from 'vitest';
import { parsePhpDate } from './php-date.ts';
import { TimeZone } from './time-zone.ts';

const NOW = Date.parse('2026-11-23T09:10:10Z');
const newYork = new TimeZone('America/New_York');

test.each([
  ['2026-07-01 08:00:00', '2026-07-01T12:00:00Z'],
  ['2026-07-01T12:00:00.123Z', '2026-07-01T12:00:00Z'],
  ['2026-11-01 01:30:00', '2026-11-01T05:30:00Z'],
  ['2026-03-08 02:30:00', '2026-03-08T07:30:00Z'],
  ['2026-02-31 00:00:00', '2026-03-03T05:00:00Z'],
  ['20261123', '2026-11-23T05:00:00Z'],
  ['2026-11-23 00:00:00 +1 day', '2026-11-24T05:00:00Z'],
  ['today', '2026-11-23T05:00:00Z'],
  ['yesterday', '2026-11-22T05:00:00Z'],
  ['now', '2026-11-23T09:10:10Z'],
  ['-2 hours', '2026-11-23T07:10:10Z'],
  ['1 month ago', '2026-10-23T08:10:10Z'],
  ['@0', '1970-01-01T00:00:00Z'],
])('%s in New York is %s', (text, iso) => {
  expect(parsePhpDate(text, NOW, newYork)).toBe(Date.parse(iso));
});

test.each(['garbage', '', '2026-13-01', '2026-01-32', '2026-01-01 10:00:00 nonsense'])(
  'PHP cannot read %j',
  (text) => {
    expect(parsePhpDate(text, NOW, newYork)).toBeNull();
  },
);
