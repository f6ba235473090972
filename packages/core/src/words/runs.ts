import type { RunState } from '../domain/run.ts';

/** What a run's state means, to be read after "Run 12": a run without words does not compile. */
export const RUN_STATE_WORDS: Readonly<Record<RunState, string>> = {
  planning: 'is making its plan',
  held: 'waits for approval',
  applying: 'is being applied',
  done: 'is done',
  failed: 'has failed',
  aborted: 'was aborted',
  rejected: 'was rejected',
  superseded: 'was superseded by a later plan',
  stopped: 'has stopped at a checkpoint; the next sync goes on from there',
};
