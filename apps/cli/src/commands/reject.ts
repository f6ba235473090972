import type { RunId } from '@mcsync/core/domain/ids';
import { rejectRun } from '@mcsync/core/queue/run-control';
import type { Command } from 'commander';
import { toRunId } from '../arguments.ts';
import { counted } from '../format.ts';
import { done } from '../outcome.ts';
import type { Run } from '../session.ts';

export function addReject(program: Command, run: Run): void {
  program
    .command('reject')
    .description('drop what a held run shows; it is not proposed again until one of its facts changes')
    .argument('<run>', 'id of the run', toRunId)
    .action((id: RunId) =>
      run(async (session) => {
        const { store } = await session.service();
        const rejected = await rejectRun(store, id, 'cli');
        return done({ run: { id, state: 'rejected' }, rejected }, [
          `Run ${id} is rejected: ${counted(rejected, 'change is', 'changes are')} not proposed again until one of the facts changes.`,
        ]);
      }),
    );
}
