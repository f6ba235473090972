import { SyncError, UsageError } from '../errors/sync-error.ts';

/** A program that is at its work. */
export interface RunningProgram {
  /** Takes nothing new, finishes what it is at, and closes what it has opened. */
  stop(): Promise<void>;
}

/** What a program's exit code says: stopped as told; failed, or told twice to stop; cannot run as it is set up. */
const EXIT = { stopped: 0, failed: 1, usage: 2 } as const;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs a program of this process until it is told to stop: by SIGTERM or SIGINT, or because its parent has gone that had started it with a channel (scripts/start.mjs).
 * It then finishes what it is at; a second signal ends it at once, as a kill would. Told while it starts, it stops as soon as it has started. What keeps it from
 * starting is said on standard error. Sets the exit code.
 */
export async function runProgram(start: () => Promise<RunningProgram>): Promise<void> {
  const watch = watchForStop();
  try {
    const program = await start();
    await watch.told;
    await program.stop();
    process.exitCode = EXIT.stopped;
  } catch (error) {
    for (const line of describe(error)) process.stderr.write(`${line}\n`);
    // What had been opened until then may keep the process alive, and nobody is left to close it.
    process.exit(error instanceof UsageError ? EXIT.usage : EXIT.failed);
  } finally {
    watch.end();
  }
}

/** Our own errors are written for people; of anybody else's, developers want to see all. */
function describe(error: unknown): readonly string[] {
  if (error instanceof UsageError) return error.problems;
  if (error instanceof SyncError) return [error.message];
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

function watchForStop(): { readonly told: Promise<void>; end(): void } {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  let isTold = false;
  const onSignal = () => {
    if (isTold) process.exit(EXIT.failed);
    isTold = true;
    tell();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('disconnect', tell);
  return {
    told,
    end() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.off('disconnect', tell);
      if (process.connected) process.disconnect();
    },
  };
}
