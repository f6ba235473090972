import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import type { ConnectionStatus } from '../load-overview.ts';
import { formatNumber } from './format.ts';
import { StageList } from './stage-list.tsx';

/** How far the run under way is, and then how far Mailchimp is with its changes; nothing where nothing is under way. */
export function Progress({ status: { running, settling } }: { readonly status: ConnectionStatus }) {
  return (
    <>
      {running !== null && (
        <>
          <p>
            <a href={`/runs/${running.run.id}`}>Run {running.run.id}</a> {RUN_STATE_WORDS[running.run.state]}.
          </p>
          <StageList stages={running.stages} />
        </>
      )}
      {settling !== null && settling.total > 0 && (
        <ol class="stages">
          <li class="running">
            <span class="name">Changes at Mailchimp</span>
            <progress
              value={settling.settled}
              max={settling.total}
              aria-label={`Changes at Mailchimp: ${settling.settled} of ${settling.total}`}
            />
            <span class="how-far">
              {formatNumber(settling.settled)} of {formatNumber(settling.total)}
            </span>
          </li>
        </ol>
      )}
    </>
  );
}
