import type { ErrorCode } from './codes.ts';

/** What an error says: a stable code to branch on, one sentence fit for the dashboard, details for the log. None holds an address, a name or a key. */
export interface SyncErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The root of our errors. Branch on class or code, never on the text. */
export abstract class SyncError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { details = {}, cause }: SyncErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** The same call may work later: network, 5xx, 429, lock time-out. Nobody has to act. */
export class TransientError extends SyncError {
  override readonly name = 'TransientError';
  /** Wait at least so long, where the other end said so. Milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: SyncErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** A write was sent and nobody knows whether it took effect. It is never sent again: what it changed is read first (rules section 8). */
export class OutcomeUnknownError extends SyncError {
  override readonly name = 'OutcomeUnknownError';
}

/** The connection cannot run: key revoked, rights shrunk, group smart, impossible answer. An operator has to act; the message says how. */
export class FaultError extends SyncError {
  override readonly name = 'FaultError';
}

/** Asked for something that cannot be; `problems` lists all of them, each with what to do. */
export class UsageError extends SyncError {
  override readonly name = 'UsageError';
  readonly problems: readonly string[];

  constructor(code: ErrorCode, problems: readonly [string, ...string[]], options: SyncErrorOptions = {}) {
    super(code, problems.join(' '), options);
    this.problems = problems;
  }
}

/** Another run holds the connection. Ends without a write. */
export class LeaseLostError extends SyncError {
  override readonly name = 'LeaseLostError';
}
