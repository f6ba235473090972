import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from './embedded-files.ts';

const run = promisify(execFile);

/** What a running server's `postmaster.pid` says. */
export interface Postmaster {
  readonly pid: number;
  /** `null` while it has not said yet. */
  readonly port: number | null;
  readonly isReady: boolean;
}

/** The lines of `postmaster.pid`, from 0. */
const PID = 0;
const PORT = 3;
const STATUS = 7;

/**
 * The server that is running on the data directory `dir`, or `null`; a file left behind by a dead one counts as
 * none.
 */
export async function findPostmaster(dir: string): Promise<Postmaster | null> {
  const lines = await readPidFile(dir);
  const pid = Number(lines?.[PID]);
  if (lines === null || !(await isPostmasterOf(pid, dir))) return null;
  const port = Number(lines[PORT] ?? '');
  return { pid, port: port > 0 ? port : null, isReady: lines[STATUS]?.trim() === 'ready' };
}

/**
 * Makes a left-behind `postmaster.pid` harmless where its process id has since been given to somebody else:
 * PostgreSQL would take that process for a server. Only the id is replaced, since PostgreSQL still has to see from
 * the other lines whether orphans of the old server use its memory. Only to be run while nobody else can start the
 * server.
 */
export async function disarmStalePidFile(dir: string): Promise<void> {
  const lines = await readPidFile(dir);
  if (lines === null || (await isPostmasterOf(Number(lines[PID]), dir))) return;
  await writeFile(pidFile(dir), [NOBODY, ...lines.slice(1)].join('\n'));
}

/** More than any system's highest process id. */
const NOBODY = '2147483646';

const pidFile = (dir: string) => join(dir, 'postmaster.pid');

async function readPidFile(dir: string): Promise<readonly string[] | null> {
  try {
    return (await readFile(pidFile(dir), 'utf8')).split('\n');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isPostmasterOf(pid: number, dir: string): Promise<boolean> {
  return pid > 0 && (await commandLine(pid)).includes(`postgres -D ${dir} `);
}

/** How a process was started; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    }
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    return ''; // the process has ended: /proc has no such folder, ps an exit code
  }
}
