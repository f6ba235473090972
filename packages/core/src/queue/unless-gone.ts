import { setTimeout as delay } from 'node:timers/promises';
import { SECOND_MS } from '../domain/instant.ts';

/** `gone`: the store does not answer, so nobody waits any longer. */
export type Waited = 'done' | 'gone';

const LOOK_EVERY_MS = SECOND_MS;
/** A store that is busy answers within this. */
const ANSWER_WITHIN_MS = 3 * SECOND_MS;

/**
 * For whoever wants to end: waits for work that needs a store for as long as the store answers. BullMQ waits for ever for a Redis that is down, which is right for a worker and wrong for a process
 * that was told to stop. Once gone is gone for good: what is left behind is found by whoever works next, as after a kill. Does not reject; work that fails is done.
 */
export function createGoneWatch(ask: () => Promise<unknown>): (work: Promise<unknown>) => Promise<Waited> {
  let isGone = false;
  return async (work) => {
    while (!(await isWithin(work, isGone ? 0 : LOOK_EVERY_MS))) {
      isGone ||= !(await isWithin(ask(), ANSWER_WITHIN_MS));
      if (isGone) return 'gone';
    }
    return 'done';
  };
}

/** Whether it has ended by then, well or badly. */
async function isWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const tooLate = delay(limitMs, false, { signal: timer.signal });
  // Aborted below: nobody waits for it then.
  tooLate.catch(() => undefined);
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, tooLate]);
  } finally {
    timer.abort();
  }
}
