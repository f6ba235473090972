import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How programs of ours are started: compiled, or from their source. */
export type Build = 'compiled' | 'source';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that may be killed at any moment, by itself at a step or by us. */
export interface Victim {
  readonly name: string;
  /** Resolves when it has said that it works, or has ended before. */
  readonly started: Promise<void>;
  readonly ended: Promise<Ending>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** The last lines that it printed. */
  lines(): readonly string[];
}

const ROOT = new URL('../../../../', import.meta.url);
const KILL_SWITCH = new URL('kill-switch.mjs', import.meta.url).href;
const KEPT_LINES = 60;

/** Starts a program of ours with the kill switch in it. `killAt` as in kill-switch.mjs; null: it dies only by our hand. */
export function startVictim(
  app: 'worker' | 'cli',
  {
    build,
    environment,
    killAt,
    args = [],
  }: {
    readonly build: Build;
    readonly environment: Readonly<Record<string, string>>;
    readonly killAt: string | null;
    readonly args?: readonly string[];
  },
): Victim {
  const child = spawn(process.execPath, [...programOf(app, build), ...args], {
    cwd: fileURLToPath(ROOT),
    env: { PATH: process.env['PATH'], ...environment, ...(killAt !== null && { CHAOS_KILL_AT: killAt }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let tellStarted: () => void = () => undefined;
  const saysStarted = new Promise<void>((resolve) => {
    tellStarted = resolve;
  });
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (line.includes('worker started')) tellStarted();
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code, signal]): Ending => {
    isOver = true;
    return { code, signal };
  });
  return {
    name: `${app} ${child.pid}`,
    started: Promise.race([saysStarted, ended.then(() => undefined)]),
    ended,
    hasEnded: () => isOver,
    signal: (signal) => void child.kill(signal),
    lines: () => lines,
  };
}

function programOf(app: 'worker' | 'cli', build: Build): readonly string[] {
  const file = (name: string) => fileURLToPath(new URL(`apps/${app}/${name}`, ROOT));
  const loaded = ['--import', KILL_SWITCH];
  return build === 'compiled'
    ? [...loaded, file('dist/main.js')]
    : ['--conditions', 'source', '--import', 'tsx', ...loaded, file('src/main.ts')];
}
