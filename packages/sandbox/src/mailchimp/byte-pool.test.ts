import { expect, test } from 'vitest';
import { BytePool } from './byte-pool.ts';

test('a buffer that was given back is used again where it is large enough, and by one at a time', () => {
  const pool = new BytePool();
  const first = pool.take(100);
  expect(pool.take(100)).not.toBe(first);
  pool.giveBack(first);
  expect(pool.take(200)).not.toBe(first);
  expect(pool.take(50)).toBe(first);
  expect(pool.take(50)).not.toBe(first);
});

test('only so many are kept, the larger ones', () => {
  const pool = new BytePool();
  const buffers = Array.from({ length: 13 }, (_, n) => pool.take(10 + n));
  for (const buffer of buffers) pool.giveBack(buffer);
  const again = Array.from({ length: 13 }, () => pool.take(1));
  expect(again.filter((buffer) => buffers.includes(buffer))).toEqual(buffers.slice(1));
});
