import type { ConnectionId } from '@mcsync/core/domain/ids';
import { abortRun } from '@mcsync/core/queue/run-control';
import type { Command } from 'commander';
import { toConnectionId } from '../arguments.ts';
import { done } from '../outcome.ts';
import type { Run } from '../session.ts';

export function addAbort(program: Command, run: Run): void {
  program
    .command('abort')
    .description('end the run that holds a connection; what is at Mailchimp is still settled')
    .argument('<id>', 'id of the connection', toConnectionId)
    .action((id: ConnectionId) =>
      run(async (session) => {
        const { store } = await session.service();
        const aborted = await abortRun(store, id);
        const words =
          aborted === null
            ? `Nothing is running on connection ${id}.`
            : `Run ${aborted} is aborted. What is at Mailchimp is still settled; nothing else is written.`;
        return done({ connectionId: id, run: aborted === null ? null : { id: aborted, state: 'aborted' } }, [
          words,
        ]);
      }),
    );
}
