import type { RunId } from '@mcsync/core/domain/ids';
import { recordDeadline } from '@mcsync/core/store/run-deadline';
import type { Run } from '@mcsync/core/store/runs';
import type { Store } from '@mcsync/core/store/store';
import { waitForRun } from '@mcsync/core/store/wait-for-run';
import type { RunDisplay } from './run-display.ts';
import { loadRunView } from './run-view.ts';

export interface WatchOptions {
  readonly display: RunDisplay;
  /** `run`: until it rests. `updates`: until Mailchimp has carried out all its changes too. */
  readonly until: 'run' | 'updates';
  /** Nobody waits longer for Mailchimp, in milliseconds since 1970; null: as long as it takes. */
  readonly deadline: number | null;
  /** Fires when the user has had enough. */
  readonly interruption: AbortSignal;
  /** What becomes of the run then: `stop` it at its next checkpoint, where our own workers do the work; `leave` it to others. */
  readonly whenInterrupted: 'stop' | 'leave';
}

/** Waits for a run while showing it. Gives it as it rests, or as it is when the user or the deadline ended the waiting. */
export async function watchRun(store: Store, id: RunId, options: WatchOptions): Promise<Run> {
  const { display, until, deadline, interruption, whenInterrupted } = options;
  const show = async () => display.show(await loadRunView(store, id));
  const stop = () => void recordDeadline(store.db, id, new Date()).catch(() => undefined); // then a second Ctrl-C ends us
  if (whenInterrupted === 'stop') interruption.addEventListener('abort', stop, { once: true });
  try {
    const patience = whenInterrupted === 'leave' ? [interruption] : [];
    await waitUnless(patience, (signal) => waitForRun(store, id, { until: 'run', signal, onChange: show }));
    const limits = [
      interruption,
      ...(deadline === null ? [] : [AbortSignal.timeout(Math.max(0, deadline - Date.now()))]),
    ];
    if (until === 'updates')
      await waitUnless(limits, (signal) =>
        waitForRun(store, id, { until: 'updates', signal, onChange: show }),
      );
    const view = await loadRunView(store, id);
    display.show(view);
    return view.run;
  } finally {
    interruption.removeEventListener('abort', stop);
  }
}

/** Ends without an error where one of these signals has ended it. */
async function waitUnless(
  signals: readonly AbortSignal[],
  wait: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const signal = AbortSignal.any([...signals]);
  try {
    await wait(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
