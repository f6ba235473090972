import type { Logger } from '@mcsync/core/log';

/** What a worker's process holds, in the order in which it lets go. */
export interface Holding {
  readonly worker: { stop(): Promise<void> };
  readonly health: { close(): Promise<void> };
  readonly service: { close(): Promise<void> };
}

/**
 * Takes no more jobs, finishes those it is at, then closes. Until they are finished, health says that this worker does not work. The rest of a run is done by another
 * worker, or by the next one here.
 */
export async function shutDown({ worker, health, service }: Holding, log: Logger): Promise<void> {
  log.info('stopping: finishing the jobs under way; tell it again to end at once');
  await worker.stop();
  await health.close();
  await service.close();
  log.info('stopped');
}
