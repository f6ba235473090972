import type { StageProgress } from '@mcsync/core/store/run-stages';
import { STAGE_WORDS } from '@mcsync/core/words/stages';
import { formatDuration, formatNumber } from './format.ts';

/** The stages of a run in their order, each with how far it is. */
export function StageList({ stages }: { readonly stages: readonly StageProgress[] }) {
  return (
    <ol class="stages">
      {stages.map((stage) => (
        <li key={stage.stage} class={stage.state}>
          <span class="name" title={stage.stage}>
            {STAGE_WORDS[stage.stage]}
          </span>
          <progress {...amountOf(stage)} aria-label={`${STAGE_WORDS[stage.stage]}: ${stage.state}`} />
          <span class="how-far">{howFar(stage)}</span>
        </li>
      ))}
    </ol>
  );
}

/** A running stage that does not know its end yet has no amount: the bar then only moves. */
function amountOf({ state, total, done }: StageProgress) {
  if (state === 'done') return { value: 1, max: 1 };
  if (state === 'running') return total === 0 ? {} : { value: done, max: total };
  return { value: 0, max: 1 };
}

function howFar({ state, total, done, startedAt, finishedAt }: StageProgress): string {
  if (state === 'done' && startedAt !== null && finishedAt !== null)
    return `done in ${formatDuration(finishedAt.getTime() - startedAt.getTime())}`;
  return state === 'running' && total > 0 ? `${formatNumber(done)} of ${formatNumber(total)}` : state;
}
