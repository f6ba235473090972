import type { RunId } from '../domain/ids.ts';
import { isRunActive } from '../domain/run.ts';
import { getRun, RUN_CHANNEL, type Run } from './runs.ts';
import type { Store } from './store.ts';
import { countOpenUpdates } from './updates.ts';

/** Where notifications get lost with a connection, a look now and then finds what they would have told. */
const LOOK_ANYWAY_MS = 2000;

export interface WaitOptions {
  /** `run`: until it rests: done, held, failed, …. `updates`: until all its Mailchimp updates have an outcome, too. */
  readonly until: 'run' | 'updates';
  readonly signal: AbortSignal;
  /** Called at the beginning and after every change. */
  readonly onChange?: (run: Run) => void | Promise<void>;
}

/** Waits for a run, woken by its changes. Rejects with the signal's reason when aborted. */
export async function waitForRun(
  store: Store,
  id: RunId,
  { until, signal, onChange }: WaitOptions,
): Promise<Run> {
  const changes = changeCounter();
  const stopListening = await store.listen(RUN_CHANNEL, (payload) => {
    if (payload === String(id)) changes.tell();
  });
  try {
    for (;;) {
      const seen = changes.count();
      const run = await getRun(store.db, id);
      await onChange?.(run);
      if (await isOver(store, run, until)) return run;
      await changes.next(seen, signal);
    }
  } finally {
    await stopListening();
  }
}

async function isOver(store: Store, run: Run, until: WaitOptions['until']): Promise<boolean> {
  if (isRunActive(run.state)) return false;
  return until === 'run' || (await countOpenUpdates(store.db, run.id)) === 0;
}

/** Remembers that something changed, so that a change between two looks is not missed. */
function changeCounter() {
  let told = 0;
  let wake: () => void = () => undefined;
  return {
    count: () => told,
    tell() {
      told++;
      wake();
    },
    async next(seen: number, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      if (told > seen) return;
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          clearTimeout(timer);
          reject(signal.reason);
        };
        const goOn = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          resolve();
        };
        const timer = setTimeout(goOn, LOOK_ANYWAY_MS);
        signal.addEventListener('abort', abort, { once: true });
        wake = goOn;
      });
    },
  };
}
