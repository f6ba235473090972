import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactId } from '../domain/ids.ts';
import { followMerges } from './follow-merges.ts';

type Pairs = readonly (readonly [lost: number, survivor: number])[];
const mapOf = (pairs: Pairs) =>
  new Map(pairs.map(([lost, survivor]) => [contactId(lost), contactId(survivor)]));

describe('E13: merges are followed to whoever is left', () => {
  test.each<readonly [string, Pairs, Pairs]>([
    ['nobody was merged', [], []],
    ['one into another', [[1, 2]], [[1, 2]]],
    [
      'a survivor who was merged too',
      [
        [1, 2],
        [2, 3],
      ],
      [
        [1, 3],
        [2, 3],
      ],
    ],
    ['a contact into itself', [[1, 1]], []],
    [
      'two into each other',
      [
        [1, 2],
        [2, 1],
      ],
      [],
    ],
    [
      'one into two who were merged into each other',
      [
        [1, 2],
        [2, 3],
        [3, 2],
      ],
      [],
    ],
  ])('%s', (_, merged, expected) => {
    expect(followMerges(mapOf(merged))).toEqual(mapOf(expected));
  });

  test('no survivor is lost itself', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(8), fc.nat(8))), (pairs) => {
        const survivors = followMerges(mapOf(pairs));
        for (const survivor of survivors.values()) expect(survivors.has(survivor)).toBe(false);
      }),
    );
  });
});
