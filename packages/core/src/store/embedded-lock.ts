import { constants, open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrno } from './embedded-files.ts';

const RETRY_MS = 20;

/** Gives the lock back. */
type Release = () => Promise<void>;

/**
 * Runs `work` while no other process of this machine runs work under the same file. The kernel holds the lock, so
 * one whose holder was killed is free at once. Throws when the lock is not free within `timeoutMs`.
 */
export async function withProcessLock<Result>(
  file: string,
  timeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = await waitForLock(file, Date.now() + timeoutMs);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function waitForLock(file: string, deadline: number): Promise<Release> {
  for (;;) {
    const release = await tryLock(file);
    if (release !== null) return release;
    if (Date.now() > deadline) throw new Error(`another process has held the lock ${file} for too long`);
    await delay(RETRY_MS);
  }
}

// Node.js has no flock(). Linux frees an abstract socket, and macOS an exclusively opened file, when the process
// that holds it ends.
const tryLock = (file: string) => (process.platform === 'linux' ? tryBind(`\0${file}`) : tryOpen(file));

function tryBind(address: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((visitor) => visitor.destroy());
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE')) resolve(null);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => {
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

/** `O_EXLOCK | O_NONBLOCK` of macOS and the BSDs; Node.js names neither. */
const EXCLUSIVE_NOW = 0x20 | 0x04;

async function tryOpen(file: string): Promise<Release | null> {
  try {
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT | EXCLUSIVE_NOW, 0o600);
    return () => handle.close();
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return null;
    throw error;
  }
}
