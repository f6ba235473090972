import type { ConnectionId, GroupId } from '@mcsync/core/domain/ids';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import type { StageName } from '@mcsync/core/domain/run';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { startRun } from '@mcsync/core/queue/run-control';
import { type Connection, getConnection, listConnections } from '@mcsync/core/store/connections';
import type { Command } from 'commander';
import {
  gather,
  toAddressKey,
  toConnectionId,
  toGroupId,
  toPastMoment,
  toSeconds,
  toStage,
} from '../arguments.ts';
import { carriedOutcome } from '../carried-outcome.ts';
import { carryOut } from '../carry-out.ts';
import type { Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addSync(program: Command, run: Run): void {
  program
    .command('sync')
    .description('sync connections: all of them, or those named')
    .argument('[id...]', 'ids of connections', gather(toConnectionId))
    .option('--group <groupid>', 'the connection of this CiviCRM group', toGroupId)
    .option('--full', 'read everything on both sides')
    .option('--since <datetime>', 'read what has changed since then', toPastMoment)
    .option('--approve', 'approve beforehand whatever is planned')
    .option('--inline', 'bring workers in this process, and wait')
    .option('--wait', 'wait until the run and all its changes at Mailchimp have settled')
    .option('--max-time <seconds>', 'stop at a checkpoint then; the next sync goes on from there', toSeconds)
    .option('--stop-before <stage>', 'stop before this stage; the next sync goes on from there', toStage)
    .option(
      '--only <email...>',
      'a pilot: decide for everybody, apply to these people alone (name connections before this)',
      gather(toAddressKey),
    )
    .action((ids: readonly ConnectionId[] | undefined, options: SyncOptions) =>
      run((session) => sync(session, ids ?? [], options)),
    );
}

interface SyncOptions {
  readonly group?: GroupId;
  readonly full?: true;
  readonly since?: Date;
  readonly approve?: true;
  readonly inline?: true;
  readonly wait?: true;
  readonly maxTime?: number;
  readonly stopBefore?: StageName;
  readonly only?: readonly string[];
}

async function sync(session: Session, ids: readonly ConnectionId[], options: SyncOptions): Promise<Outcome> {
  refuseContradictions(ids, options);
  const service = await session.service();
  const connections = await choose(session, ids, options.group);
  const deadline = options.maxTime === undefined ? null : Date.now() + options.maxTime * SECOND_MS;
  const asked = {
    mode: options.full ? 'full' : 'incremental',
    purpose: 'sync',
    requestedBy: 'cli',
    approval: options.approve ? 'all' : 'none',
    onlyAddresses: options.only ?? [],
    stopBefore: options.stopBefore ?? null,
    deadlineAt: deadline === null ? null : new Date(deadline),
    since: options.since ?? null,
  } as const;
  const orders = connections.map((connection) => ({
    connection,
    start: () => startRun(service.store, service.queues, { ...asked, connectionId: connection.id }),
  }));
  const carried = await carryOut(session, orders, {
    workers: options.inline ? 'own' : 'others',
    until: options.inline || options.wait ? 'updates' : 'queued',
    deadline,
  });
  return carriedOutcome(session, carried);
}

function refuseContradictions(ids: readonly ConnectionId[], { group, full, since }: SyncOptions): void {
  const problems = [
    ...(full && since ? ['--full and --since contradict each other: use one of them.'] : []),
    ...(ids.length > 0 && group !== undefined
      ? ['Name connections by their ids or by --group, not by both.']
      : []),
  ];
  const [first, ...more] = problems;
  if (first !== undefined) throw new UsageError('BAD_INPUT', [first, ...more]);
}

/** Those named; or, without names, all that may run. Whoever is named and may not run is refused later, in words. */
async function choose(
  { service, output }: Session,
  ids: readonly ConnectionId[],
  group: GroupId | undefined,
): Promise<readonly Connection[]> {
  const { db } = (await service()).store;
  if (ids.length > 0) return await Promise.all([...new Set(ids)].map((id) => getConnection(db, id)));
  const all = await listConnections(db);
  if (group !== undefined) return chooseByGroup(all, group);
  if (all.length === 0)
    throw new UsageError('NOT_FOUND', ['There is no connection yet. "mcsync connection add" adds one.']);
  const paused = all.filter(({ state }) => state === 'paused');
  for (const { id } of paused) output.note(`Connection ${id} is paused, and is passed over.`);
  const others = all.filter(({ state }) => state !== 'paused');
  if (others.length === 0)
    throw new UsageError('CONNECTION_PAUSED', [
      'All connections are paused. "mcsync connection resume ID" lets one run.',
    ]);
  return others;
}

function chooseByGroup(all: readonly Connection[], group: GroupId): readonly Connection[] {
  const found = all.filter(({ groupId }) => groupId === group);
  if (found.length === 0)
    throw new UsageError('NOT_FOUND', [
      `No connection has the group ${group}. See "mcsync connection list".`,
    ]);
  return found;
}
