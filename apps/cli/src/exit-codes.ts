import type { RunState } from '@mcsync/core/domain/run';
import { LeaseLostError, SyncError, UsageError } from '@mcsync/core/errors/sync-error';

/** What the exit code of every command says (architecture.md, "Command line"). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** What was planned, or a part of it, waits for approval. */
  waiting: 3,
  /** Another run holds the connection. */
  busy: 4,
  /** Stopped by Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for an error: by its class, and `busy` by its code. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof LeaseLostError) return EXIT.busy;
  if (error instanceof SyncError && error.code === 'CONNECTION_BUSY') return EXIT.busy;
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

/** The exit code for the state in which a run rests; `stopped` is what somebody asked for. */
const OF_STATE: Readonly<Record<RunState, ExitCode>> = {
  planning: EXIT.done,
  applying: EXIT.done,
  done: EXIT.done,
  stopped: EXIT.done,
  superseded: EXIT.done,
  held: EXIT.waiting,
  failed: EXIT.failed,
  aborted: EXIT.failed,
  rejected: EXIT.failed,
};
export const exitCodeOfRun = (state: RunState): ExitCode => OF_STATE[state];

/** Of several outcomes the one that most needs somebody. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return BY_WEIGHT.find((code) => codes.includes(code)) ?? EXIT.done;
}

const BY_WEIGHT: readonly ExitCode[] = [EXIT.interrupted, EXIT.failed, EXIT.usage, EXIT.busy, EXIT.waiting];
