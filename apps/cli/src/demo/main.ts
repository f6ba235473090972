import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { createOutput } from '../output.ts';
import { readOptions } from './options.ts';
import { runDemo } from './run-demo.ts';
import { createScreen } from './screen.ts';

/** Fires at the first Ctrl-C; the second one ends the process. */
function listenForInterruption(): AbortSignal {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort(new Error('The user has seen enough.'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return interruption.signal;
}

/** Gives the exit code. */
async function main(): Promise<number> {
  const interruption = listenForInterruption();
  try {
    const options = readOptions(process.argv.slice(2));
    const screen = createScreen(process.stdout);
    return await runDemo({ options, screen, interruption, logLevel: process.env['LOG_LEVEL'] });
  } catch (error) {
    if (interruption.aborted) return EXIT.interrupted;
    // Commander has told everything itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    createOutput('people', process).fail(error);
    return exitCodeOf(error);
  }
}

process.exitCode = await main();
