import { recordWriting } from '@mcsync/core/store/installation';
import type { Command } from 'commander';
import { done } from '../outcome.ts';
import type { Run } from '../session.ts';

export function addStop(program: Command, run: Run): void {
  program
    .command('stop')
    .description('stop all writing to both systems, everywhere')
    .action(() =>
      run(async (session) => {
        const { store } = await session.service();
        await recordWriting(store.db, 'stopped');
        return done({ writing: 'stopped' }, [
          'All writing is stopped, for every connection and every worker. Plans can be made meanwhile. "mcsync start" allows writing again.',
        ]);
      }),
    );
}
