import { describe, expect, onTestFinished, test } from 'vitest';
import { openOwnRedis, REDIS_PROGRAM } from '../../testing/own-redis.ts';
import { openPowerLine } from '../../testing/power-line.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { connectQueue } from './connect.ts';
import { openQueues } from './queues.ts';

/** A PostgreSQL queue store whose connections go over a line that may be bad. */
async function overLine() {
  const database = await createTestDatabase();
  const line = await openPowerLine(database.url);
  const store = await connectQueue({ url: line.url(database.url) });
  onTestFinished(async () => {
    await store.close();
    await line.close();
    await database.drop();
  });
  return { line, store };
}

describe('on PostgreSQL', () => {
  test('queues and workers that could not get a connection at first are made anew, and work', async () => {
    const { line, store } = await overLine();
    line.refuse(9);
    const queues = await openQueues(store);
    await Promise.all(
      [queues.stages, queues.chunks, queues.batching, queues.polling, queues.persons, queues.schedule].map(
        async (queue) => expect(await queue.getJobCounts('waiting')).toEqual({ waiting: 0 }),
      ),
    );
    line.refuse(1);
    const worked = new Promise<string>((resolve) => {
      void store.worker('a-queue', async (job) => resolve(job.name), {});
    });
    await (await store.queue<object>('a-queue')).add('a-job', {});
    expect(await worked).toBe('a-job');
  });

  test('where no connection can be had, opening the queues fails and says what to look at', async () => {
    const { line, store } = await overLine();
    line.cut();
    await expect(openQueues(store)).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});

describe.skipIf(REDIS_PROGRAM === undefined)('on Redis', () => {
  test.each([
    ['killed', 'stop'],
    ['frozen', 'freeze'],
  ] as const)('a store whose Redis is %s is closed nevertheless, with a job under way', async (_, end) => {
    const redis = await openOwnRedis();
    onTestFinished(() => redis.close());
    const store = await connectQueue({ url: redis.url });
    const queue = await store.queue<object>('a-queue');
    const isAtWork = new Promise<void>((resolve, reject) => {
      const worker = store.worker(
        'a-queue',
        async () => {
          resolve();
          await queue.add('never-taken', {}); // waits for Redis
        },
        {},
      );
      worker.catch(reject);
    });
    // Stopped before the job can say what it wants to.
    const added = queue.add.bind(queue);
    queue.add = async (...args) => {
      await (end === 'stop' ? redis.stop('SIGKILL') : redis.freeze());
      return await added(...args);
    };
    await added('a-job', {});
    await isAtWork;
    const toldAt = Date.now();
    await store.close();
    expect(Date.now() - toldAt).toBeLessThan(20_000);
  });
});
