// A Redis of our own for one run of the tests: a free port, nothing kept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from './processes.mjs';

/** Starts the program `redis-server`; returns its address and how to stop it. */
export async function startRedis(program) {
  const dir = await mkdtemp(join(tmpdir(), 'mcsync-redis-'));
  const port = String(await findFreePort());
  const server = spawn(
    program,
    [
      '--port',
      port,
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--save',
      '',
      '--appendonly',
      'no',
      '--maxmemory-policy',
      'noeviction',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(server, 'exit');
  await isReady(server, ended);
  const stop = async () => {
    server.kill();
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

async function isReady(server, ended) {
  const ready = (async () => {
    for await (const line of createInterface(server.stdout))
      if (line.includes('Ready to accept connections')) return true;
    return false;
  })();
  if (!(await Promise.race([ready, ended.then(() => false)])))
    throw new Failure('redis-server does not start.');
  server.stdout.resume(); // or it would stop when the pipe is full
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
