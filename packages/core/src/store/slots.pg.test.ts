import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import type { CallSlot } from '../domain/call-limiter.ts';
import { createSlotLimiter } from './slots.ts';
import type { Store } from './store.ts';

const { store, openAnother } = useTestStore();
let other: Store;
beforeAll(async () => {
  other = await openAnother();
});
afterAll(() => other.close());

const never = new AbortController().signal;
let made = 0;

/** Limiters of two processes on one resource. */
function limiters({ capacity = 2, heldForMs = 60_000 }: { capacity?: number; heldForMs?: number } = {}) {
  made += 1;
  const options = { resource: `mailchimp:${made}`, capacity, heldForMs };
  return {
    ours: createSlotLimiter(store().db, options),
    theirs: createSlotLimiter(other.db, options),
    taken: () => store().db.callSlot.count({ where: { resource: options.resource, holder: { not: null } } }),
  };
}

test('no more calls at once than the capacity, over all processes, and each gets its turn', async () => {
  const { ours, theirs, taken } = limiters({ capacity: 3 });
  let now = 0;
  let most = 0;
  let over = 0;
  const call = async (limiter: typeof ours) => {
    const slot = await limiter.acquire(never);
    now += 1;
    most = Math.max(most, now);
    await taken();
    now -= 1;
    over += 1;
    await slot.release();
  };
  await Promise.all(Array.from({ length: 40 }, (_, at) => call(at % 2 === 0 ? ours : theirs)));
  expect({ most, over, taken: await taken() }).toEqual({ most: 3, over: 40, taken: 0 });
});

test('who waits in one process is served in the order of asking', async () => {
  const { ours } = limiters({ capacity: 1 });
  const first = await ours.acquire(never);
  const served: number[] = [];
  const waiting = [1, 2, 3, 4].map(async (number) => {
    const slot = await ours.acquire(never);
    served.push(number);
    await slot.release();
  });
  await first.release();
  await Promise.all(waiting);
  expect(served).toEqual([1, 2, 3, 4]);
});

test('who gives up waiting is told why, takes no slot, and does not keep the others waiting', async () => {
  const { ours, taken } = limiters({ capacity: 1 });
  const first = await ours.acquire(never);
  const impatient = new AbortController();
  const refused = ours.acquire(impatient.signal);
  const next = ours.acquire(never);
  impatient.abort(new Error('no time left'));
  await expect(refused).rejects.toThrow('no time left');
  await first.release();
  await (await next).release();
  expect(await taken()).toBe(0);
});

test('a slot is free again after the other end’s time limit, whoever has died with it', async () => {
  const { ours, theirs } = limiters({ capacity: 1, heldForMs: 1 });
  await ours.acquire(never);
  const slot: CallSlot = await theirs.acquire(never);
  await slot.release();
});

test('a call that was given up keeps its slot; released twice, nobody else’s is freed', async () => {
  const { ours, theirs, taken } = limiters({ capacity: 2 });
  await (await ours.acquire(never)).abandon();
  const slot = await theirs.acquire(never);
  await slot.release();
  await ours.acquire(never);
  await slot.release();
  expect(await taken()).toBe(2);
});
