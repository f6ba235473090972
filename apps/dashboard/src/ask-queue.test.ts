import { expect, test } from 'vitest';
import { askQueue } from './ask-queue.ts';

test('a queue that answers is heard, one that fails or is silent is done without', async () => {
  expect(await askQueue(async () => 7)).toBe(7);
  expect(await askQueue(() => Promise.reject(new Error('down')))).toBeNull();
  expect(await askQueue(() => new Promise(() => undefined))).toBeNull();
});
