import { randomBytes } from 'node:crypto';
import { startProgram, type TestProgram } from '@mcsync/core/testing/start-program';
import { createTestDatabase } from '@mcsync/core/testing/test-database';
import { type CliResult, type RunningCli, startCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { type Json, type Outside, openOutside } from './outside.ts';

/** Our programs and the sandbox’s, each a process of its own, as an administrator runs them. */
export interface Programs {
  readonly outside: Outside;
  /** What each of our programs is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sees to it that a worker works. `laterMs`: by a clock that is so far ahead of everybody else’s. */
  startWorker(clock?: { readonly laterMs: number }): Promise<void>;
  /** Tells it to stop, and waits until it has. */
  endWorker(): Promise<void>;
  /** Starts a command line as a process of its own. */
  start(...args: readonly string[]): RunningCli;
  /** One command line with `--json`, from beginning to end, as a process of its own. */
  run(...args: readonly string[]): Promise<Told>;
  /** The same without a process of its own, for what only looks or sets up: starting one takes seconds. */
  ask(...args: readonly string[]): Promise<Told>;
  /** Ends all that still run. */
  end(): Promise<void>;
}

/** How a command ended, and its one document; null where it only complained. */
export interface Told extends Pick<CliResult, 'exitCode' | 'stderr'> {
  readonly document: Json;
}

const WORKER = new URL('../../../worker/src/main.ts', import.meta.url);
const LATER = new URL('another-time.mjs', import.meta.url);
const SANDBOX = new URL('../../../../packages/sandbox/src/main.ts', import.meta.url);

/** Both sides are empty, and account and site are added: 1 and 1. */
export async function startPrograms(queue: 'postgres' | 'redis'): Promise<Programs> {
  const endings: (() => Promise<void>)[] = [];
  const end = async () => {
    for (const one of endings.splice(0)) await one();
  };
  try {
    return await start(queue, { end, atTheEnd: (one) => void endings.unshift(one) });
  } catch (error) {
    await end();
    throw error;
  }
}

interface Ending {
  end(): Promise<void>;
  /** Whom to tell how something is ended; the last one that was started is ended first. */
  atTheEnd(end: () => Promise<void>): void;
}

async function start(queue: 'postgres' | 'redis', { end, atTheEnd }: Ending): Promise<Programs> {
  const database = await createTestDatabase();
  atTheEnd(database.drop);
  const redisUrl = process.env['QUEUE_TEST_REDIS_URL'];
  const environment = {
    DATABASE_URL: database.url,
    APP_SECRET: randomBytes(32).toString('hex'),
    ...(queue === 'redis' && redisUrl !== undefined && { QUEUE_URL: redisUrl }),
    // Nothing recurs while a test lasts: each run is one that it asked for.
    ...{ REPAIR_EVERY: '1h', HEALTH_PORT: '0' },
  };
  let worker: TestProgram | null = null;
  const startWorker = async ({ laterMs }: { readonly laterMs: number } = { laterMs: 0 }) => {
    if (worker !== null) return;
    const clock = { NODE_OPTIONS: `--import=${LATER}`, LATER_MS: String(laterMs) };
    const more = { LOG_LEVEL: 'info', ...(laterMs > 0 && clock) };
    worker = startProgram(WORKER, { ...environment, ...more }, { atTheEnd });
    await worker.line('worker started');
  };
  const sandbox = startProgram(SANDBOX, {}, { args: ['--people', '0'], atTheEnd });
  const [, announced] = await Promise.all([startWorker(), sandbox.line('"control"')]);
  const outside = openOutside(JSON.parse(announced));
  const startCommand = (...args: readonly string[]) => startCli(args, environment, { atTheEnd });
  const programs: Programs = {
    ...{ outside, environment, startWorker, end },
    start: startCommand,
    async endWorker() {
      worker?.signal('SIGTERM');
      await worker?.exited;
      worker = null;
    },
    run: async (...args) => toTold(await startCommand(...args, '--json').result),
    ask: async (...args) => toTold(await runInProcess([...args, '--json'], { environment })),
  };
  const { mailchimp, civicrm } = outside.address;
  await succeed(programs, 'account', 'add', '--api-key', mailchimp.apiKey, '--base-url', mailchimp.baseUrl);
  await succeed(programs, 'site', 'add', '--url', civicrm.url, '--api-key', civicrm.apiKey);
  return programs;
}

const toTold = ({ exitCode, stderr, stdout }: CliResult): Told => ({
  exitCode,
  stderr,
  document: stdout === '' ? null : JSON.parse(stdout),
});

/** A command that has to succeed; gives its document. */
export async function succeed({ ask }: Pick<Programs, 'ask'>, ...args: readonly string[]): Promise<Json> {
  const { exitCode, stderr, document } = await ask(...args);
  if (exitCode !== 0)
    throw new Error(`mcsync ${args.join(' ')} failed: ${stderr} ${JSON.stringify(document)}`);
  return document;
}
