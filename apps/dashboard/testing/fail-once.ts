import { once } from 'node:events';
import { POLLING } from '@mcsync/core/queue/queues';
import type { TestStores } from './open-stores.ts';

/** A job of the polling queue that has failed, and that would succeed now. */
export interface FailedJob {
  readonly id: string;
  /** How often it was tried. */
  tries(): number;
  /** Ends with its success. */
  readonly completed: Promise<unknown>;
}

export async function failOnce(
  { queueStore }: Pick<TestStores, 'queueStore'>,
  why: string,
): Promise<FailedJob> {
  let tries = 0;
  const worker = await queueStore.worker(
    POLLING,
    async () => {
      tries += 1;
      if (tries === 1) throw new Error(why);
    },
    {},
  );
  const failed = once(worker, 'failed');
  const { id = '' } = await (await queueStore.queue(POLLING)).add('look', { batchId: 7 });
  await failed;
  return { id, tries: () => tries, completed: once(worker, 'completed') };
}
