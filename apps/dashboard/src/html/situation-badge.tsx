import type { Situation } from '../situation.ts';
import { formatNumber } from './format.ts';
import type { Tone } from './state.tsx';

const WORDS: Readonly<Record<Situation['kind'], readonly [tone: Tone, text: string]>> = {
  fault: ['bad', 'fault'],
  running: ['busy', 'running'],
  held: ['attention', 'awaiting approval'],
  paused: ['attention', 'paused'],
  stopped: ['attention', 'stopped at a checkpoint'],
  'never-synced': ['quiet', 'not synced yet'],
  'in-sync': ['good', 'in sync'],
  waiting: ['busy', 'waiting'],
};

/** How a connection is, in a word or two. */
export function SituationBadge({ situation }: { readonly situation: Situation }) {
  const [tone, text] = WORDS[situation.kind];
  return (
    <span class={`state ${tone}`}>
      {situation.kind === 'waiting' ? `${formatNumber(situation.people)} ${text}` : text}
    </span>
  );
}
