import { describe, expect, test } from 'vitest';
import { assessRead, isShrinkImpossible, isViewIncomplete } from './detect-shrink.ts';

describe('E23: an answer too small to be true', () => {
  test.each([
    [40_000, 0],
    [40_000, 19_999],
    [20, 0],
    [20, 9],
  ])('of %i people only %i are left', (before, now) => {
    expect(isShrinkImpossible(before, now)).toBe(true);
  });

  test.each([
    [40_000, 20_000],
    [40_000, 41_000],
    [20, 10],
    [19, 0],
    [0, 0],
  ])('%i people, %i now: that happens', (before, now) => {
    expect(isShrinkImpossible(before, now)).toBe(false);
  });
});

describe('E24: fewer rows than CiviCRM counts regardless of rights', () => {
  test('a large gap shows that rights are missing', () => {
    expect(isViewIncomplete(0, 1000)).toBe(true);
    expect(isViewIncomplete(499, 1000)).toBe(true);
    expect(isViewIncomplete(0, 21)).toBe(true);
  });

  test('a small gap may be people in the trash', () => {
    expect(isViewIncomplete(500, 1000)).toBe(false);
    expect(isViewIncomplete(0, 20)).toBe(false);
    expect(isViewIncomplete(1000, 900)).toBe(false);
  });

  test('a version that does not count tells nothing', () => {
    expect(isViewIncomplete(0, null)).toBe(false);
  });
});

describe('section 8: distinct ids are compared with the total', () => {
  test('a listing that adds up is complete, at any attempt', () => {
    expect(assessRead(10, [10], 1)).toBe('complete');
    expect(assessRead(10, [10, 10], 3)).toBe('complete');
    expect(assessRead(0, [0], 1)).toBe('complete');
  });

  test('one that does not is read again, twice, and then fails the run', () => {
    expect([1, 2, 3].map((attempt) => assessRead(9, [10], attempt))).toEqual([
      'read-again',
      'read-again',
      'incomplete',
    ]);
    expect(assessRead(11, [10], 1)).toBe('read-again');
    expect(assessRead(10, [10, 11], 1)).toBe('read-again');
  });

  test('one that came without any total was not verified', () => {
    expect(assessRead(10, [], 1)).not.toBe('complete');
  });
});
