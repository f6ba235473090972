import type { ConnectionId, ContactId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import type { OwnerRecord } from '@mcsync/core/gateways/civicrm/civicrm';
import { findOwners } from '@mcsync/core/setup/find-owners';
import type { Look } from '@mcsync/core/setup/obstacle';
import { type Connection, getConnection } from '@mcsync/core/store/connections';
import { listPersonRecords, type PersonRecord } from '@mcsync/core/store/person-records';
import type { Command } from 'commander';
import { toAddressKey, toConnectionId } from '../arguments.ts';
import { connectionJson, pairOf } from '../connection-words.ts';
import { done, type Outcome } from '../outcome.ts';
import { personJson, personLines } from '../person-lines.ts';
import type { Run, Session } from '../session.ts';

export function addExplain(program: Command, run: Run): void {
  program
    .command('explain')
    .description('tell everything we know about one person, what was decided and why; shows personal data')
    .argument('<id>', 'id of the connection', toConnectionId)
    .argument('<email>', 'an address of theirs', toAddressKey)
    .action((id: ConnectionId, address: string) => run((session) => explain(session, id, address)));
}

async function explain(session: Session, id: ConnectionId, address: string): Promise<Outcome> {
  const { store } = await session.service();
  const connection = await getConnection(store.db, id);
  const list = (contactIds: readonly ContactId[]) =>
    listPersonRecords(store.db, id, { addressKey: address, contactIds });
  const known = await list([]);
  if (known.length > 0) return explained(connection, address, known);
  // An address on hold stands on no row of ours: CiviCRM tells whose it is.
  const owners = await findOwners(await session.setup(), connection, address);
  const ids = owners.kind === 'found' ? owners.found.map(({ contactId }) => contactId) : [];
  const owned = await list(ids);
  if (owned.length > 0) return explained(connection, address, owned);
  throw new UsageError('NOT_FOUND', [unknownWords(connection, owners)]);
}

function explained(connection: Connection, address: string, records: readonly PersonRecord[]): Outcome {
  const json = { connection: connectionJson(connection), address, rows: records.map(personJson) };
  return done(json, [
    `${address} in ${pairOf(connection)} (connection ${connection.id})`,
    ...records.flatMap((record) => ['', ...personLines(record)]),
  ]);
}

function unknownWords({ id, syncedAt }: Connection, owners: Look<readonly OwnerRecord[]>): string {
  const seen =
    syncedAt === null
      ? 'It was never synced.'
      : 'Somebody who came after the last sync is seen by the next one.';
  return `Connection ${id} knows nobody with this address. ${ownerWords(owners)} ${seen}`;
}

function ownerWords(owners: Look<readonly OwnerRecord[]>): string {
  if (owners.kind === 'obstructed') return 'CiviCRM could not be asked for it.';
  const [owner] = owners.found;
  if (owner === undefined) return 'CiviCRM has no contact with it either.';
  return `CiviCRM has contact ${owner.contactId} with it, who is ${owner.group === 'Added' ? 'in the group' : 'not in the group'}.`;
}
