import { expect, test } from 'vitest';
import { FaultError, TransientError } from '../errors/sync-error.ts';
import { type RetryPolicy, retryTransient } from './retry.ts';

const POLICY: RetryPolicy = { retries: 3, firstPauseMs: 1, longestPauseMs: 20 };
const busy = (retryAfterMs?: number) =>
  new TransientError('MAILCHIMP_BUSY', 'busy', retryAfterMs === undefined ? {} : { retryAfterMs });

/** Fails so often, then gives the number of tries. */
function failing(error: Error, times: number) {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw error;
    return tries;
  };
}

const never = new AbortController().signal;

test('what passes is waited for', async () => {
  await expect(retryTransient(POLICY, never, failing(busy(), 3))).resolves.toBe(4);
});

test('what does not pass is given up with its own error', async () => {
  const error = busy();
  await expect(retryTransient(POLICY, never, failing(error, 4))).rejects.toBe(error);
});

test('what needs somebody to act is not repeated', async () => {
  const fault = new FaultError('MAILCHIMP_KEY_REFUSED', 'refused');
  const read = failing(fault, 1);
  await expect(retryTransient(POLICY, never, read)).rejects.toBe(fault);
  await expect(read()).resolves.toBe(2);
});

test('a pause that the other end asks for is kept', async () => {
  const startedAt = performance.now();
  await retryTransient(POLICY, never, failing(busy(20), 1));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
});

test('who is asked to wait for long gives up at once, and passes the wait on', async () => {
  const error = busy(600_000);
  const read = failing(error, 1);
  await expect(retryTransient(POLICY, never, read)).rejects.toMatchObject({ retryAfterMs: 600_000 });
  await expect(read()).resolves.toBe(2);
});

test('a pause ends when the caller gives up', async () => {
  const controller = new AbortController();
  const slow = { ...POLICY, firstPauseMs: 60_000, longestPauseMs: 60_000 };
  const waiting = retryTransient(slow, controller.signal, async () => {
    setImmediate(() => controller.abort(new Error('shut down')));
    throw busy();
  });
  await expect(waiting).rejects.toThrow('shut down');
});
