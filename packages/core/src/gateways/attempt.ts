import { setMaxListeners } from 'node:events';
import type { CallLimiter } from '../domain/call-limiter.ts';

/** What came of one request. Nothing but the wait for a slot rejects: what a failure means differs between reads and writes. */
export type Attempt<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** No answer within our own time limit. The request may still run at the other end, and may still take effect. */
  | { readonly kind: 'timed-out' }
  /** Our caller gave up. The same holds. */
  | { readonly kind: 'given-up' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface AttemptLimits {
  readonly limiter: CallLimiter;
  readonly timeLimitMs: number;
}

/**
 * Sends one request under a call slot and a time limit. `send` is given a signal that fires with the caller's own and at the time limit; one that cannot be stopped
 * is left behind. Rejects only while waiting for a slot, with the caller's reason: then nothing was sent.
 */
export async function attempt<Answer>(
  { limiter, timeLimitMs }: AttemptLimits,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<Answer>,
): Promise<Attempt<Answer>> {
  setMaxListeners(0, signal); // all requests of a job listen to its one signal at once: that is no leak
  const slot = await limiter.acquire(signal);
  const result = await withinLimit(signal, timeLimitMs, send);
  const isOver = result.kind === 'answered' || result.kind === 'failed';
  await (isOver ? slot.release() : slot.abandon());
  return result;
}

async function withinLimit<Answer>(
  signal: AbortSignal,
  timeLimitMs: number,
  send: (signal: AbortSignal) => Promise<Answer>,
): Promise<Attempt<Answer>> {
  const deadline = startDeadline(signal, timeLimitMs);
  try {
    return { kind: 'answered', answer: await orAborted(send(deadline.signal), deadline.signal) };
  } catch (error) {
    if (signal.aborted) return { kind: 'given-up' };
    return deadline.signal.aborted ? { kind: 'timed-out' } : { kind: 'failed', error };
  } finally {
    deadline.clear();
  }
}

/**
 * A signal that fires with another one and when the time is up. By hand, because the timer of `AbortSignal.timeout` cannot be cleared and `AbortSignal.any` would tie one more
 * dependant to a job's signal with every request.
 */
export function startDeadline(
  signal: AbortSignal,
  timeLimitMs: number,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const forward = () => controller.abort(signal.reason);
  if (signal.aborted) forward();
  signal.addEventListener('abort', forward, { once: true });
  const timer = setTimeout(
    () => controller.abort(new DOMException('The time limit has passed.', 'TimeoutError')),
    timeLimitMs,
  );
  const clear = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  };
  return { signal: controller.signal, clear };
}

/** Gives a promise up when the signal fires; whatever it still brings is dropped. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    const settle = () => signal.removeEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(settle);
  });
}
