import { recordWriting } from '@mcsync/core/store/installation';
import type { Command } from 'commander';
import { done } from '../outcome.ts';
import type { Run } from '../session.ts';

export function addStart(program: Command, run: Run): void {
  program
    .command('start')
    .description('allow writing again after "stop"')
    .action(() =>
      run(async (session) => {
        const { store } = await session.service();
        await recordWriting(store.db, 'allowed');
        return done({ writing: 'allowed' }, ['Writing to both systems is allowed.']);
      }),
    );
}
