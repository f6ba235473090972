import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  test('gives the same world for the same seed and another for another', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return [random.next(), random.int(1, 1000), random.hex(40), random.chance(0.5)];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('keeps every number in its bounds, both ends reached', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(20), (seed, min, span) => {
        const random = new Random(seed);
        const drawn = Array.from({ length: 500 }, () => random.int(min, min + span));
        expect(Math.min(...drawn)).toBe(min);
        expect(Math.max(...drawn)).toBe(min + span);
      }),
    );
  });

  test('spreads evenly', () => {
    const random = new Random(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 100_000; n += 1) {
      const bin = Math.floor(random.next() * 10);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('makes hexadecimal of any length', () => {
    for (const length of [0, 1, 8, 10, 32, 33])
      expect(new Random(2).hex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`));
  });

  test('shuffles a copy that holds the same items', () => {
    const items = Array.from({ length: 100 }, (_, n) => n);
    const shuffled = new Random(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });

  test('picks from a list and refuses an empty one', () => {
    expect(['a', 'b']).toContain(new Random(4).pick(['a', 'b']));
    expect(() => new Random(4).pick([])).toThrow(RangeError);
  });
});
