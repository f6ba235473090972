import type { RunState } from '@mcsync/core/domain/run';
import type { ConnectionState } from '@mcsync/core/store/connections';

/** How much it should catch the eye. The word says the same as the colour. */
type Tone = 'good' | 'busy' | 'attention' | 'bad' | 'quiet';

const TONES: Readonly<Record<ConnectionState | RunState, Tone>> = {
  active: 'good',
  paused: 'attention',
  faulted: 'bad',
  planning: 'busy',
  applying: 'busy',
  held: 'attention',
  done: 'good',
  failed: 'bad',
  aborted: 'quiet',
  rejected: 'quiet',
  superseded: 'quiet',
  stopped: 'attention',
};

/** The state of a connection or a run. */
export function State({ state }: { readonly state: ConnectionState | RunState }) {
  return <span class={`state ${TONES[state]}`}>{state}</span>;
}
