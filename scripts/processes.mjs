// Running other programs from our scripts. Plain Node.js: nothing has to be installed for this to work.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository; every script works there, wherever it was called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What a script needs told in one line rather than with a stack trace. */
export class Failure extends Error {}

/**
 * Runs a program to its end, and returns what it printed. Throws a `Failure` that carries its output when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment] over our own
 */
export async function capture(command, args, environment = {}) {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...environment } });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const code = await exitCode(child);
  const text = Buffer.concat(output).toString().trim();
  if (code !== 0) throw new Failure(text === '' ? `${command} ended with exit code ${code}` : text);
  return text;
}

/**
 * Runs a program on our own terminal, and returns its exit code. When we are asked to stop, it is the program that is.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment] over our own
 */
export async function show(command, args, environment = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const stopRelay = relayStop([child]);
  try {
    return await exitCode(child);
  } finally {
    stopRelay();
  }
}

/** Passes a request to stop on to these processes, instead of following it; returns how to end that. */
export function relayStop(children) {
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  const leaveToThem = () => undefined; // a terminal's Ctrl-C reaches them too
  process.on('SIGTERM', stop);
  process.on('SIGINT', leaveToThem);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', leaveToThem);
  };
}

/** The exit code of a process, 1 where a signal ended it. Throws a `Failure` where it could not be started. */
export function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Failure(`${child.spawnfile} cannot be started: ${error.message}`)),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** The first of these programs that is on the PATH, with its path; `null` where there is none. */
export function findOnPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}

/** Runs a script's work; a `Failure` is told in its own words, anything else is a bug and keeps its stack. */
export async function main(work) {
  if (process.env.npm_lifecycle_event !== undefined) endWithShell();
  try {
    const code = await work(process.argv.slice(2));
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * npm runs us in a shell, and stops that one when it is stopped; the shell does not pass it on. So we look whether
 * it is there.
 */
function endWithShell() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
