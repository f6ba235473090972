import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A program of ours in a process of its own, run from its source; killed when the test ends, if it still runs. */
export interface TestProgram {
  readonly pid: number;
  /** Resolves with the first line, printed already or yet to come, that holds this text; rejects where the program ends without one. */
  line(text: string): Promise<string>;
  /** Everything printed so far, on both outputs. */
  lines(): readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Ends the channel by which whoever starts a program tells it to stop. */
  disconnect(): void;
  /** Its exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a TypeScript file with this environment and nothing of ours. `channel`: as scripts/start.mjs does. `atTheEnd`: whom to tell how it is ended, where it is to outlive a test. */
export function startProgram(
  file: URL,
  environment: Readonly<Record<string, string>>,
  {
    channel = 'none',
    args = [],
    atTheEnd = onTestFinished,
  }: {
    readonly channel?: 'none' | 'ipc';
    readonly args?: readonly string[];
    readonly atTheEnd?: (end: () => Promise<void>) => void;
  } = {},
): TestProgram {
  const child = spawn(
    process.execPath,
    ['--conditions', 'source', '--import', 'tsx', fileURLToPath(file), ...args],
    {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe', channel === 'ipc' ? 'ipc' : 'ignore'],
    },
  );
  const printed = collectLines(child.stdout, child.stderr);
  const { stdout, stderr } = child;
  // Not its own `close`: that never comes where we end the channel (Node.js 20).
  const outputsEnded = Promise.all([stdout, stderr].map((output) => output && once(output, 'close')));
  const exited = once(child, 'exit').then(async ([code]): Promise<number | null> => {
    await outputsEnded;
    return code;
  });
  atTheEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    pid: child.pid ?? 0,
    line: (text) => Promise.race([printed.find(text), exited.then(() => printed.mustHold(text))]),
    lines: printed.all,
    signal: (signal) => void child.kill(signal),
    disconnect: () => child.disconnect(),
    exited,
  };
}

function collectLines(...outputs: readonly (NodeJS.ReadableStream | null)[]) {
  const all: string[] = [];
  const waiting = new Set<() => void>();
  for (const output of outputs) {
    if (output === null) continue;
    createInterface({ input: output }).on('line', (line) => {
      all.push(line);
      for (const look of waiting) look();
    });
  }
  const holding = (text: string) => all.find((line) => line.includes(text));
  return {
    all: () => all,
    find: (text: string) =>
      new Promise<string>((resolve) => {
        const look = () => {
          const found = holding(text);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    mustHold(text: string): string {
      const found = holding(text);
      if (found === undefined) throw new Error(`The program ended without "${text}":\n${all.join('\n')}`);
      return found;
    },
  };
}
