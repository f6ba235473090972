import type { ConnectionId } from '@mcsync/core/domain/ids';
import { type Connection, getConnection, listConnections } from '@mcsync/core/store/connections';
import { getInstallation } from '@mcsync/core/store/installation';
import type { Command } from 'commander';
import pc from 'picocolors';
import { toConnectionId } from '../arguments.ts';
import { loadStatus } from '../connection-status.ts';
import { done, type Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';
import { statusJson, statusLines } from '../status-lines.ts';
import { countWorkers } from '../workers.ts';

export function addStatus(program: Command, run: Run): void {
  program
    .command('status')
    .description('tell how all connections are, or one of them with its latest runs')
    .argument('[id]', 'id of a connection', toConnectionId)
    .action((id: ConnectionId | undefined) => run((session) => status(session, id)));
}

async function status(session: Session, id: ConnectionId | undefined): Promise<Outcome> {
  const service = await session.service();
  const { db } = service.store;
  const connections: readonly Connection[] =
    id === undefined ? await listConnections(db) : [await getConnection(db, id)];
  const [{ writingStoppedAt }, workers, statuses] = await Promise.all([
    getInstallation(db),
    countWorkers(service),
    Promise.all(connections.map((connection) => loadStatus(db, connection))),
  ]);
  const json = {
    writing: writingStoppedAt === null ? 'allowed' : 'stopped',
    workers,
    connections: statuses.map(statusJson),
  };
  const detail = id === undefined ? 'overview' : 'whole';
  return done(json, [
    ...installationLines(writingStoppedAt, workers),
    ...statuses.flatMap((one) => ['', ...statusLines(one, detail)]),
    ...(statuses.length === 0 ? ['', 'No connection yet. "mcsync connection add" adds one.'] : []),
  ]);
}

function installationLines(writingStoppedAt: Date | null, workers: number): readonly string[] {
  return [
    writingStoppedAt === null
      ? `${pc.green('✓')} Writing to both systems is allowed.`
      : `${pc.yellow('!')} All writing is stopped. "mcsync start" allows it again.`,
    workers > 0
      ? `${pc.green('✓')} Workers connected: ${workers}.`
      : `${pc.yellow('!')} No worker is connected: nothing is synced by itself. "npm start" starts one.`,
  ];
}
