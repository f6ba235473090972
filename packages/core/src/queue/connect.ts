import {
  createPostgresBackend,
  createRedisBackend,
  FlowProducer,
  type FlowProducerOptions,
  type Processor,
  Queue,
  type QueueOptions,
  runMigrations,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { FaultError } from '../errors/sync-error.ts';

/** How a worker works; where is the store's business. */
export type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

/** BullMQ's classes on one queue store. Nobody above knows which it is. */
export interface QueueStore {
  readonly kind: 'redis' | 'postgres';
  queue<Data>(name: string): Queue<Data>;
  worker<Data>(name: string, process: Processor<Data>, options: WorkerSettings): Worker<Data>;
  flows(): FlowProducer;
  /** Closes what was made here, workers first; they finish the piece that they are at. */
  close(): Promise<void>;
}

/** Workers hold one connection each to be woken on; queries share the rest. */
const PG_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to `redis://…`, `rediss://…` or `postgres://…`, and makes BullMQ's tables where they are missing. `prefix` parts installations that share one Redis; on
 * PostgreSQL the database parts them. Rejects with `FaultError` where the store cannot be reached.
 */
export async function connectQueue({
  url,
  prefix = 'mcsync',
}: {
  url: string;
  prefix?: string;
}): Promise<QueueStore> {
  return /^rediss?:/.test(url) ? await connectRedis(url, prefix) : await connectPostgres(url);
}

async function connectRedis(url: string, prefix: string): Promise<QueueStore> {
  // Null: a worker waits for a lost Redis to come back rather than failing its jobs.
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  redis.on('error', () => undefined);
  await reach('Redis', 'QUEUE_URL', () => firstAnswer(redis));
  const options = { connection: redis, prefix };
  return makeStore('redis', {
    queue: (name) => new Queue(name, options, createRedisBackend),
    worker: (name, process, more) => new Worker(name, process, { ...options, ...more }, createRedisBackend),
    flows: () => new FlowProducer(options, createRedisBackend),
    end: async () => {
      await redis.quit();
    },
  });
}

/** The first connection is not retried for ever: whoever starts us wants to know. */
async function firstAnswer(redis: Redis): Promise<void> {
  const failed = new Promise<never>((_, reject) => redis.once('error', reject));
  await Promise.race([redis.connect().then(() => redis.ping()), failed]);
}

async function connectPostgres(url: string): Promise<QueueStore> {
  // The schema is BullMQ's own, beside our tables; a pool made by hand has to name it (bullmq, PostgresConnectionOptions).
  const pool = new pg.Pool({
    connectionString: url,
    options: '-c search_path=bullmq',
    max: PG_CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  pool.on('error', () => undefined);
  // Every queue and worker on the pool listens for itself.
  pool.setMaxListeners(0);
  await reach('PostgreSQL', 'QUEUE_URL or DATABASE_URL', () => migrate(pool));
  const connection = { connection: pool };
  return makeStore('postgres', {
    queue: (name) => new Queue(name, connection as unknown as QueueOptions, createPostgresBackend as never),
    worker: (name, process, more) =>
      new Worker(
        name,
        process,
        { ...connection, ...more } as unknown as WorkerOptions,
        createPostgresBackend as never,
      ),
    flows: () =>
      new FlowProducer(connection as unknown as FlowProducerOptions, createPostgresBackend as never),
    end: () => pool.end(),
  });
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

async function reach(name: string, variable: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (cause) {
    const message = `The queue's ${name} could not be reached. Check that it runs and that ${variable} is right.`;
    throw new FaultError('QUEUE_UNAVAILABLE', message, { cause });
  }
}

/** What a store has to be able to make. BullMQ's types name the backend; ours do not, and nothing of ours asks which it is. */
interface Making {
  readonly queue: (name: string) => Queue;
  readonly worker: (name: string, process: Processor, options: WorkerSettings) => Worker;
  readonly flows: () => FlowProducer;
  readonly end: () => Promise<void>;
}

function makeStore(kind: QueueStore['kind'], making: Making): QueueStore {
  const workers: Worker[] = [];
  const others: (Queue | FlowProducer)[] = [];
  return {
    kind,
    // BullMQ's types carry the data of the jobs; at run time a queue is a queue.
    queue: <Data>(name: string) =>
      keep<Queue | FlowProducer>(others, making.queue(name)) as unknown as Queue<Data>,
    worker: <Data>(name: string, process: Processor<Data>, options: WorkerSettings) =>
      keep(workers, making.worker(name, process as Processor, options)) as unknown as Worker<Data>,
    flows: () => keep<Queue | FlowProducer>(others, making.flows()) as FlowProducer,
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(others.map((other) => other.close()));
      await making.end();
    },
  };
}

function keep<Made extends Emitter>(made: Made[], one: Made): Made {
  // Told by the operations themselves too; without a listener the process would end.
  one.on('error', () => undefined);
  made.push(one);
  return one;
}

/** What queues, workers and flow producers have in common. */
interface Emitter {
  on(event: 'error', listener: () => void): unknown;
}
