import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** What a command line said and how it ended. */
export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
}

/** A command line at work, in a process of its own. */
export interface RunningCli {
  readonly result: Promise<CliResult>;
  /** Resolves when standard error holds this text; rejects where the process ends without it. */
  said(words: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../src/demo/main.ts', import.meta.url));
const FROM_SOURCE = ['--conditions', 'source', '--import', 'tsx'];

export interface CliOptions {
  /** What standard input holds. */
  readonly input?: string;
  /** Whom to tell how it is killed if it still runs; when the test ends if not said. */
  readonly atTheEnd?: (end: () => Promise<void>) => void;
}

/** Runs `mcsync` from its source with this environment and nothing of ours. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  options: CliOptions = {},
): RunningCli {
  return startProgram(MAIN, args, environment, options);
}

/** Runs the demo in the same way. */
export function startDemo(args: readonly string[]): RunningCli {
  return startProgram(DEMO, args, {}, {});
}

function startProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { input = '', atTheEnd = onTestFinished }: CliOptions,
): RunningCli {
  const child = spawn(process.execPath, [...FROM_SOURCE, program, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  let heard = '';
  child.stderr.on('data', (chunk) => {
    heard += String(chunk);
  });
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [exitCode]]) => ({ stdout, stderr, exitCode }),
  );
  atTheEnd(async () => {
    child.kill('SIGKILL');
    await result;
  });
  return {
    result,
    async said(words) {
      while (!heard.includes(words)) {
        const [chunk] = await Promise.race([once(child.stderr, 'data'), result.then(() => [null])]);
        if (chunk === null && !heard.includes(words)) throw new Error(`It never said "${words}":\n${heard}`);
      }
    },
    signal: (signal) => void child.kill(signal),
  };
}
