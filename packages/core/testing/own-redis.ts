import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';

/** A Redis of a test's own, that may be stopped and started again on the same port with what it had written. */
export interface OwnRedis {
  readonly url: string;
  /** Ends it as `kill` would, or as `kill -9`. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
  /** It is there and answers nothing any more. */
  freeze(): void;
  /** Forgets everything. */
  flush(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

/** Null where there is no `redis-server` on the PATH. */
export const REDIS_PROGRAM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'redis-server'))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false; // not there
    }
  });

export async function openOwnRedis(): Promise<OwnRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'mcsync-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  const redis: OwnRedis = {
    url,
    async start() {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
      const more = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
      const started = spawn(REDIS_PROGRAM ?? 'redis-server', [...args, ...more], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      server = started;
      for await (const line of createInterface(started.stdout))
        if (line.includes('Ready to accept connections')) break;
      started.stdout.resume();
    },
    async stop(signal = 'SIGTERM') {
      if (server === null) return;
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
      server = null;
    },
    freeze() {
      server?.kill('SIGSTOP');
    },
    async flush() {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    async close() {
      await redis.stop('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
