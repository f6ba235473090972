import type { RunId } from '@mcsync/core/domain/ids';
import { approveRun } from '@mcsync/core/queue/run-control';
import { getConnection } from '@mcsync/core/store/connections';
import { getRun } from '@mcsync/core/store/runs';
import type { Command } from 'commander';
import { toRunId } from '../arguments.ts';
import { carriedOutcome } from '../carried-outcome.ts';
import { carryOut } from '../carry-out.ts';
import type { Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addApprove(program: Command, run: Run): void {
  program
    .command('approve')
    .description('approve what a held run shows, and carry out exactly that')
    .argument('<run>', 'id of the run', toRunId)
    .option('--inline', 'bring workers in this process, and wait')
    .option('--wait', 'wait until the run and all its changes at Mailchimp have settled')
    .action((id: RunId, options: ApproveOptions) => run((session) => approve(session, id, options)));
}

interface ApproveOptions {
  readonly inline?: true;
  readonly wait?: true;
}

async function approve(session: Session, id: RunId, { inline, wait }: ApproveOptions): Promise<Outcome> {
  const { store, queues } = await session.service();
  const run = await getRun(store.db, id);
  const connection = await getConnection(store.db, run.connectionId);
  const order = { connection, start: () => approveRun(store, queues, id, 'cli') };
  const carried = await carryOut(session, [order], {
    workers: inline ? 'own' : 'others',
    until: inline || wait ? 'updates' : 'queued',
    deadline: null,
  });
  return carriedOutcome(session, carried);
}
