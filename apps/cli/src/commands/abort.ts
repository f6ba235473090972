import type { ConnectionId } from '@mcsync/core/domain/ids';
import { abortRun } from '@mcsync/core/queue/run-control';
import { getRun } from '@mcsync/core/store/runs';
import type { Command } from 'commander';
import { toConnectionId } from '../arguments.ts';
import { done } from '../outcome.ts';
import type { Run } from '../session.ts';

export function addAbort(program: Command, run: Run): void {
  program
    .command('abort')
    .description('end what a connection is at: its run, what is queued, and unfinished batches at Mailchimp')
    .argument('<id>', 'id of the connection', toConnectionId)
    .action((id: ConnectionId) =>
      run(async (session) => {
        const { store } = await session.service();
        const aborted = await abortRun(store, id);
        if (aborted === null)
          return done({ connectionId: id, run: null }, [`Nothing is running on connection ${id}.`]);
        const { state } = await getRun(store.db, aborted);
        return done({ connectionId: id, run: { id: aborted, state } }, [
          `Run ${aborted} is ${state === 'aborted' ? 'aborted' : 'cut short'}. Unfinished batches are deleted at Mailchimp, and their people read; nothing else is written.`,
        ]);
      }),
    );
}
