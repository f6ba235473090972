import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../src/command-line.ts';
import { createOutput } from '../src/output.ts';
import { createSession } from '../src/session.ts';
import type { CliResult } from './run-cli.ts';

export interface InProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
  /** Stands for Ctrl-C. */
  readonly interruption?: AbortSignal;
}

/** One command line from beginning to end, all but the process: most tests need none of their own, which takes seconds to start. */
export async function runInProcess(
  args: readonly string[],
  { environment, input = '', interruption = new AbortController().signal }: InProcessOptions,
): Promise<CliResult> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const heard = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const output = createOutput(args.includes('--json') ? 'json' : 'people', streams);
  const session = createSession({ environment, stdin: Readable.from([input]), output, interruption });
  const exitCode = await runCommandLine(args, session, { version: '0.0.0', ...streams });
  await session.close();
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await heard;
  return { stdout, stderr, exitCode };
}
