import { randomBytes } from 'node:crypto';
import { connectQueue, type QueueStore } from '@mcsync/core/queue/connect';
import { openQueues, type Queues } from '@mcsync/core/queue/queues';
import { openStore, type Store } from '@mcsync/core/store/store';
import { createTestDatabase } from '@mcsync/core/testing/test-database';

/** A database and queues of a test's own, or of a file's, until closed. */
export interface TestStores {
  readonly store: Store;
  readonly queueStore: QueueStore;
  readonly queues: Queues;
  close(): Promise<void>;
}

export async function openStores(queue: 'postgres' | 'redis' = 'postgres'): Promise<TestStores> {
  const database = await createTestDatabase();
  const store = await openStore({ url: database.url });
  const redisUrl = process.env['QUEUE_TEST_REDIS_URL'] ?? '';
  const prefix = `mcsync-test-${randomBytes(6).toString('hex')}`;
  const queueStore = await connectQueue({ url: queue === 'redis' ? redisUrl : database.url, prefix });
  return {
    store,
    queueStore,
    queues: await openQueues(queueStore),
    async close() {
      await queueStore.close();
      await store.close();
      await database.drop();
    },
  };
}
