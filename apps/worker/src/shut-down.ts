import { setTimeout as delay } from 'node:timers/promises';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import type { Logger } from '@mcsync/core/log';
import type { Waited } from '@mcsync/core/queue/unless-gone';

/** What a worker's process holds, in the order in which it lets go. */
export interface Holding {
  readonly worker: { stop(): Promise<Waited> };
  readonly health: { close(): Promise<void> };
  readonly service: { abort(): void; close(): Promise<void> };
}

/** Together under the 30 s that hosts usually give a process. */
const FINISH_WITHIN_MS = 15 * SECOND_MS;
const CHECKPOINT_WITHIN_MS = 8 * SECOND_MS;
const CLOSE_WITHIN_MS = 3 * SECOND_MS;

/**
 * Takes no more jobs, finishes those it is at, then closes. Until they are finished, health says that this worker does not work. What takes too long is ended at its next
 * checkpoint, and what does not even reach that, or has lost its queue, is left as a kill would leave it. The rest of a run is done by another worker, or by the next one here.
 */
export async function shutDown({ worker, health, service }: Holding, log: Logger): Promise<void> {
  log.info('stopping: finishing the jobs under way; tell it again to end at once');
  const stopped = worker.stop();
  const finished = await within(stopped, FINISH_WITHIN_MS);
  if (finished === 'late') {
    log.info('stopping: the jobs under way take long; they end at their next checkpoint');
    service.abort();
    await within(stopped, CHECKPOINT_WITHIN_MS);
  }
  const closed = await within(
    health
      .close()
      .then(() => service.close())
      .then(() => 'done' as const),
    CLOSE_WITHIN_MS,
  );
  const isClean = finished === 'done' && closed === 'done';
  log.info(isClean ? 'stopped' : 'stopped: what was under way is left to others');
  // A request that was given up, or something that waits for a store that is down, would keep the process.
  if (!isClean) process.exit();
}

/** What came of it by then. `gone`: also where it failed. */
async function within(work: Promise<Waited>, limitMs: number): Promise<Waited | 'late'> {
  const ended = work.catch(() => 'gone' as const);
  return await Promise.race([ended, delay(limitMs, 'late' as const, { ref: false })]);
}
