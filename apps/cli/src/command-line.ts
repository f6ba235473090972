import { UsageError } from '@mcsync/core/errors/sync-error';
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import type { Streams } from './output.ts';
import { createProgram } from './program.ts';
import type { Session } from './session.ts';

/** Runs one command line and gives its exit code. Everything is told by then. */
export async function runCommandLine(
  args: readonly string[],
  session: Session,
  { version, ...streams }: Streams & { readonly version: string },
): Promise<ExitCode> {
  const { output } = session;
  let exitCode: ExitCode = EXIT.done;
  const program = createProgram(version, streams, async (work) => {
    const outcome = await work(session);
    output.tell(outcome);
    exitCode = outcome.exitCode;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // help, or the version
    const told = error instanceof CommanderError ? toUsageError(error) : error;
    output.fail(told);
    return exitCodeOf(told);
  }
}

/** Commander's own words, as far as they are a sentence. */
function toUsageError({ code, message }: CommanderError): UsageError {
  if (code === 'commander.help') return new UsageError('BAD_INPUT', ['Which command? See above.']);
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
  const told = [/[.!?)]$/.test(sentence) ? sentence : `${sentence}.`, ...more].join(' ');
  return new UsageError('BAD_INPUT', [told]);
}
