import type { RunState } from '@mcsync/core/domain/run';
import type { BatchState } from '@mcsync/core/store/batches';

/** How much it should catch the eye. The word says the same as the colour. */
export type Tone = 'good' | 'busy' | 'attention' | 'bad' | 'quiet';

const TONES: Readonly<Record<RunState | BatchState, Tone>> = {
  planning: 'busy',
  applying: 'busy',
  held: 'attention',
  done: 'good',
  failed: 'bad',
  aborted: 'quiet',
  rejected: 'quiet',
  superseded: 'quiet',
  stopped: 'attention',
  claimed: 'busy',
  submitted: 'busy',
  settled: 'good',
  lost: 'bad',
};

/** The state of a run or a batch. */
export function State({ state }: { readonly state: RunState | BatchState }) {
  return <span class={`state ${TONES[state]}`}>{state}</span>;
}
