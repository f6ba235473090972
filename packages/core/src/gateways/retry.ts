import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { type RetryContext } from 'p-retry';
import { SECOND_MS } from '../domain/instant.ts';
import { TransientError } from '../errors/sync-error.ts';

/** How patiently a read is repeated. Pauses double, with jitter. */
export interface RetryPolicy {
  readonly retries: number;
  readonly firstPauseMs: number;
  /** No pause is longer; who is asked to wait longer than this gives up and leaves the wait to the job. */
  readonly longestPauseMs: number;
}

/** Five tries within about a minute. */
export const DEFAULT_RETRIES: RetryPolicy = {
  retries: 4,
  firstPauseMs: SECOND_MS,
  longestPauseMs: 30 * SECOND_MS,
};

/**
 * Repeats a read for as long as it fails with `TransientError` and the policy allows, waiting at least as long as the other end asked for. Rejects with the last error, or with the
 * signal's reason. For calls that change nothing only.
 */
export async function retryTransient<Value>(
  policy: RetryPolicy,
  signal: AbortSignal,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await pRetry(read, {
      retries: policy.retries,
      minTimeout: policy.firstPauseMs,
      maxTimeout: policy.longestPauseMs,
      randomize: true,
      signal,
      shouldRetry: (context) => isWorthWaiting(context, policy, signal),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function isWorthWaiting(
  { error }: RetryContext,
  { longestPauseMs }: RetryPolicy,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof TransientError)) return false;
  const askedMs = error.retryAfterMs ?? 0;
  if (askedMs > longestPauseMs) return false;
  if (askedMs > 0) await sleep(askedMs, undefined, { signal });
  return true;
}
