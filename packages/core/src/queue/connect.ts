import { setTimeout as delay } from 'node:timers/promises';
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
import { SECOND_MS } from '../domain/instant.ts';
import { FaultError } from '../errors/sync-error.ts';
import { createGoneWatch, type Waited } from './unless-gone.ts';

/** How a worker works; where and when is the store's business. */
export type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix' | 'autorun'>;

/** BullMQ's classes on one queue store, ready to be used. Nobody above knows which it is. */
export interface QueueStore {
  readonly kind: 'redis' | 'postgres';
  queue<Data>(name: string): Promise<Queue<Data>>;
  /** It works when it is handed over. */
  worker<Data>(name: string, process: Processor<Data>, options: WorkerSettings): Promise<Worker<Data>>;
  flows(): Promise<FlowProducer>;
  /** Waits for work that needs the store, but not for a store that does not answer. For whoever wants to end. */
  unlessGone(work: Promise<unknown>): Promise<Waited>;
  /** Ends a worker that was made here: it takes no more jobs, and finishes those that it is at unless the store is gone. */
  endWorker(worker: Pick<Worker, 'pause' | 'close'>): Promise<Waited>;
  /** Closes what was made here, workers first. Waits for nothing that is gone. */
  close(): Promise<void>;
}

/** Workers hold one connection each to be woken on; queries share the rest. */
const PG_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;

/** What an operator calls it, and the variables that say where it is. */
const REACHED = {
  redis: ['Redis', 'QUEUE_URL'],
  postgres: ['PostgreSQL', 'QUEUE_URL or DATABASE_URL'],
} as const satisfies Record<QueueStore['kind'], readonly [name: string, variable: string]>;

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
  await reach(...REACHED.redis, () => firstAnswer(redis));
  const options = { connection: redis, prefix };
  return makeStore('redis', {
    queue: (name) => new Queue(name, options, createRedisBackend),
    worker: (name, process, more) =>
      new Worker(name, process, { ...options, ...more, autorun: false }, createRedisBackend),
    flows: () => new FlowProducer(options, createRedisBackend),
    ask: () => redis.ping(),
    end: () => redis.quit(),
    letGo: () => redis.disconnect(),
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
  // One that breaks while it is lent out and asked nothing tells only its own listeners; without any the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Every queue and worker on the pool listens for itself.
  pool.setMaxListeners(0);
  await reach(...REACHED.postgres, () => migrate(pool));
  const connection = { connection: pool };
  return makeStore('postgres', {
    queue: (name) => new Queue(name, connection as unknown as QueueOptions, createPostgresBackend as never),
    worker: (name, process, more) =>
      new Worker(
        name,
        process,
        { ...connection, ...more, autorun: false } as unknown as WorkerOptions,
        createPostgresBackend as never,
      ),
    flows: () =>
      new FlowProducer(connection as unknown as FlowProducerOptions, createPostgresBackend as never),
    ask: () => pool.query('SELECT 1'),
    end: () => pool.end(),
    // Its connections are lost already, and it makes no new ones by itself.
    letGo: () => undefined,
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

async function reach<Reached>(
  name: string,
  variable: string,
  attempt: () => Promise<Reached>,
): Promise<Reached> {
  try {
    return await attempt();
  } catch (cause) {
    const message = `The queue's ${name} could not be reached. Check that it runs and that ${variable} is right.`;
    throw new FaultError('QUEUE_UNAVAILABLE', message, { cause });
  }
}

/** What a store has to be able to make, do and say. BullMQ's types name the backend; ours do not, and nothing of ours asks which it is. */
interface Making {
  readonly queue: (name: string) => Queue;
  /** One that does not work yet. */
  readonly worker: (name: string, process: Processor, options: WorkerSettings) => Worker;
  readonly flows: () => FlowProducer;
  /** Answers if the store is there. */
  readonly ask: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** What `end` would wait for for ever where the store is gone. */
  readonly letGo: () => void;
}

function makeStore(kind: QueueStore['kind'], making: Making): QueueStore {
  const workers: Worker[] = [];
  const others: (Queue | FlowProducer)[] = [];
  const unlessGone = createGoneWatch(making.ask);
  const started = async <Made extends Startable>(made: Made[], make: () => Made): Promise<Made> => {
    const [name, variable] = REACHED[kind];
    const one = await reach(name, variable, () => startOne(make));
    made.push(one);
    return one;
  };
  const endWorker = async (worker: Pick<Worker, 'pause' | 'close'>) => {
    // Pausing waits for the jobs that it is at; closing by force waits for nothing.
    const waited = await unlessGone(worker.pause());
    await worker.close(waited === 'gone');
    return waited;
  };
  return {
    kind,
    // BullMQ's types carry the data of the jobs; at run time a queue is a queue.
    queue: async <Data>(name: string) =>
      (await started<Queue | FlowProducer>(others, () => making.queue(name))) as unknown as Queue<Data>,
    async worker<Data>(name: string, process: Processor<Data>, options: WorkerSettings) {
      const worker = await started(workers, () => making.worker(name, process as Processor, options));
      worker.run().catch((error) => worker.emit('error', error));
      return worker as unknown as Worker<Data>;
    },
    flows: async () => (await started<Queue | FlowProducer>(others, making.flows)) as FlowProducer,
    unlessGone,
    endWorker,
    async close() {
      await Promise.all(workers.map(endWorker));
      const ended = Promise.all(others.map((other) => other.close())).then(making.end);
      if ((await unlessGone(ended)) === 'gone') making.letGo();
    },
  };
}

/** What queues, workers and flow producers have in common. */
interface Startable {
  on(event: 'error', listener: () => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

const TRIES = 4;
const NEXT_TRY_MS = SECOND_MS;

/**
 * Makes one and waits until it is ready. On PostgreSQL one that could not start, because a connection was slow or none was free, says so for ever to whoever uses it: it is thrown away, and a fresh
 * one tried. Rejects with the last one's error.
 */
async function startOne<Made extends Startable>(make: () => Made): Promise<Made> {
  for (let tries = 1; ; tries++) {
    const one = make();
    // Told by the operations themselves too; without a listener the process would end.
    one.on('error', () => undefined);
    try {
      await one.waitUntilReady();
      return one;
    } catch (error) {
      await one.close();
      if (tries === TRIES) throw error;
      await delay(NEXT_TRY_MS);
    }
  }
}
