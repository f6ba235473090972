import type { ConnectionId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { getConnection } from '@mcsync/core/store/connections';
import { listPersonRecords } from '@mcsync/core/store/person-records';
import { reportRun } from '@mcsync/core/store/run-report';
import { syncPersonNow } from '@mcsync/core/worker/sync-person-now';
import type { Command } from 'commander';
import { toAddressKey, toConnectionId } from '../arguments.ts';
import { exitCodeOfRun } from '../exit-codes.ts';
import type { Outcome } from '../outcome.ts';
import { personJson, personLines } from '../person-lines.ts';
import { reportJson, reportLines } from '../report-lines.ts';
import type { Run, Session } from '../session.ts';

export function addSyncPerson(program: Command, run: Run): void {
  program
    .command('sync-person')
    .description('sync one person now, by the same rules and within the same limits, in this process')
    .argument('<id>', 'id of the connection', toConnectionId)
    .argument('<email>', 'an address of theirs', toAddressKey)
    .action((id: ConnectionId, address: string) => run((session) => syncPerson(session, id, address)));
}

/** What Mailchimp is to change is sent at once, and has an outcome when this ends. */
async function syncPerson(session: Session, id: ConnectionId, address: string): Promise<Outcome> {
  const { store, environment } = await session.service();
  const connection = await getConnection(store.db, id);
  const asked = { connectionId: id, addresses: [address], requestedBy: 'cli' };
  const { runId, synced } = await syncPersonNow(environment, asked);
  if (synced === 'nobody')
    throw new UsageError('NOT_FOUND', [
      `Nobody has this address: no contact in CiviCRM, no member at Mailchimp. "mcsync explain ${id} ${address}" tells more.`,
    ]);
  const report = await reportRun(store.db, runId);
  const carried = { kind: 'rested', connection, report } as const;
  const records = await listPersonRecords(store.db, id, { addressKey: address, contactIds: [] });
  return {
    json: { ...reportJson(carried), rows: records.map(personJson) },
    lines: [...reportLines(carried), ...records.flatMap((record) => ['', ...personLines(record)])],
    exitCode: exitCodeOfRun(report.run.state),
  };
}
