import type { Probe } from '@mcsync/core/process/health';
import type { MeasuredQueueStore } from './measure.ts';

/** Fails where this process takes no jobs: a worker that is stopping is not to be counted on. */
export function workerProbe({ areWorking }: Pick<MeasuredQueueStore, 'areWorking'>): Probe {
  return async () => {
    if (!areWorking()) throw new Error('not all workers take jobs');
  };
}
