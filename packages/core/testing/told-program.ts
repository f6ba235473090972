/**
 * A program for tests of how programs start and stop: `told-program.ts KIND`, where KIND says how it starts (`well`, `badly-set-up`, `badly`, `by-mistake`) or stops
 * (`slowly`: not before SIGUSR2).
 */
import { once } from 'node:events';
import { TransientError, UsageError } from '../src/errors/sync-error.ts';
import { runProgram } from '../src/process/run-program.ts';

const [kind] = process.argv.slice(2);

await runProgram(async () => {
  // Stands for a connection that somebody would have to close.
  const held = setInterval(() => undefined, 60_000);
  if (kind === 'badly-set-up') throw new UsageError('BAD_SETTINGS', ['One problem.', 'Another problem.']);
  if (kind === 'badly')
    throw new TransientError('DATABASE_UNAVAILABLE', 'The database could not be reached.');
  if (kind === 'by-mistake') throw new Error('a bug');
  process.on('SIGTERM', () => process.stdout.write('SIGTERM came\n'));
  process.stdout.write('started\n');
  return {
    async stop() {
      process.stdout.write('stopping\n');
      if (kind === 'slowly') await once(process, 'SIGUSR2');
      clearInterval(held);
      process.stdout.write('stopped\n');
    },
  };
});
