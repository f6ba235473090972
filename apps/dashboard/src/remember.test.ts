import { expect, test } from 'vitest';
import { createMemory } from './remember.ts';

test('what is dear is counted once while nothing has happened, and again when something has or time has passed', async () => {
  let [now, counted] = [0, 0];
  const remember = createMemory<number>(() => now);
  const count = async () => (counted += 1);
  expect(await Promise.all([remember(1, 'a', count), remember(1, 'a', count)])).toEqual([1, 1]);
  expect(await remember(2, 'a', count)).toBe(2);
  expect(await remember(1, 'b', count)).toBe(3);
  now = 14_000;
  expect(await remember(1, 'b', count)).toBe(3);
  now = 15_001;
  expect(await remember(1, 'b', count)).toBe(4);
});

test('a count that failed is told, and tried again', async () => {
  const remember = createMemory<number>();
  await expect(remember(1, 'a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await remember(1, 'a', async () => 7)).toBe(7);
});
