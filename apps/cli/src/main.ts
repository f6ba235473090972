import { readFileSync } from 'node:fs';
import { runCommandLine } from './command-line.ts';
import { EXIT } from './exit-codes.ts';
import { createOutput } from './output.ts';
import { createSession } from './session.ts';

/** The version of the package that this file is part of, compiled or not. */
function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(Reflect.get(Object(manifest), 'version'));
}

/** Fires at the first Ctrl-C; the second one ends the process. */
function listenForInterruption(): AbortSignal {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort(new Error('The user has interrupted the command.'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return interruption.signal;
}

const { stdin, stdout, stderr, env, argv } = process;
// Whoever reads only the beginning, as `head` does, wants no more of us.
stdout.on('error', () => process.exit(EXIT.done));
const args = argv.slice(2);
const output = createOutput(args.includes('--json') ? 'json' : 'people', { stdout, stderr });
const session = createSession({ environment: env, stdin, output, interruption: listenForInterruption() });
process.exitCode = await runCommandLine(args, session, { version: readVersion(), stdout, stderr });
await session.close();
stdin.destroy();
