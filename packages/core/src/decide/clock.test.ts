import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { fetchWindow, toleranceAt } from './clock.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const NARROW = 2 * MINUTE_MS;
const WIDE = HOUR_MS + NARROW;

describe('section 9: the window of an incremental fetch', () => {
  test('goes from the last watermark minus two hours to the start of the run, in whole seconds', () => {
    const window = fetchWindow(at('2026-11-23T10:00:00'), at('2026-11-23T11:00:00.789'));
    expect(window).toEqual({ since: at('2026-11-23T08:00:00'), before: at('2026-11-23T11:00:00') });
  });

  test('the next window begins before this one ends, so no second is lost', () => {
    const startedAt = at('2026-11-23T11:00:00.789');
    expect(fetchWindow(startedAt, at('2026-11-23T12:00:00')).since).toBeLessThan(startedAt);
  });
});

describe('section 9: tolerance', () => {
  const winterInLondon = toleranceAt(at('2026-11-23T09:00:00'), 0);
  const summerInBerlin = toleranceAt(at('2026-07-23T09:00:00'), 120);

  test('is two minutes where no clock was changed in between', () => {
    expect(winterInLondon(at('2026-11-01T12:00:00'))).toBe(NARROW);
    expect(winterInLondon(at('2026-02-01T12:00:00'))).toBe(NARROW);
    expect(summerInBerlin(at('2026-05-01T12:00:00'))).toBe(NARROW);
  });

  test('is an hour more where the date lies across a change', () => {
    expect(winterInLondon(at('2026-07-01T12:00:00'))).toBe(WIDE);
    expect(summerInBerlin(at('2026-02-01T12:00:00'))).toBe(WIDE);
  });

  test('is an hour more on the day of a change, before it and after it', () => {
    // Clocks go forward in London on 29 March 2026 at 01:00 UTC, and back on 25 October.
    for (const time of ['00:30:00', '01:30:00', '12:00:00', '23:59:59']) {
      expect(winterInLondon(at(`2026-03-29T${time}`))).toBe(WIDE);
      expect(winterInLondon(at(`2026-10-25T${time}`))).toBe(WIDE);
    }
  });

  test('is an hour more on the other half of the earth, too', () => {
    // Sydney: from +11 to +10 on 5 April 2026, back on 4 October at 16:00 UTC the day before.
    const winterInSydney = toleranceAt(at('2026-07-01T00:00:00'), 600);
    expect(winterInSydney(at('2026-06-01T12:00:00'))).toBe(NARROW);
    expect(winterInSydney(at('2026-01-01T12:00:00'))).toBe(WIDE);
    expect(winterInSydney(at('2025-10-04T20:00:00'))).toBe(WIDE);
  });

  test('is two minutes where no zone with this offset ever changed its clocks then', () => {
    const kathmandu = toleranceAt(at('2026-07-01T00:00:00'), 345);
    expect(kathmandu(at('2026-01-01T00:00:00'))).toBe(NARROW);
  });

  test('says the same for the same day however often it is asked', () => {
    const tolerance = toleranceAt(at('2026-11-23T09:00:00'), 0);
    const answers = [1, 2, 3].map(() => tolerance(at('2026-07-01T12:00:00')));
    expect(answers).toEqual([WIDE, WIDE, WIDE]);
  });
});
