import { UnrecoverableError } from 'bullmq';
import { MINUTE_MS, SECOND_MS } from '../domain/instant.ts';
import { InvariantError } from '../domain/invariant.ts';
import { SyncError, TransientError } from '../errors/sync-error.ts';

/** Our errors → the queue's: only what is known to pass is tried again. */
export function toJobFailure(error: unknown): Error {
  if (error instanceof TransientError) return error;
  if (error instanceof SyncError || error instanceof InvariantError) {
    return new UnrecoverableError(`${error.code}: ${error.message}`);
  }
  return new UnrecoverableError('UNEXPECTED: an error of ours; the log has it');
}

/** Longer and longer apart, with jitter; at least as long as the other end said. Milliseconds. */
export function backOff(attemptsMade: number, error: Error | undefined): number {
  const ownMs = Math.min(MINUTE_MS, SECOND_MS * 2 ** (attemptsMade - 1)) * (0.5 + Math.random() / 2);
  const askedMs = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
  return Math.round(Math.max(ownMs, askedMs));
}
