import type { Warning } from '../domain/decision.ts';
import type { ContactFlag } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import { SYNC_STATUSES, type SyncStatus } from '../domain/member.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Db } from './db.ts';
import { countKnownAdded } from './fetched-contacts.ts';
import { countKnownMembers } from './observed-members.ts';

/** A connection's people in numbers, as we know them since the last sync. */
export interface PeopleCounts {
  /** Mailchimp members that are subscribed. */
  readonly subscribed: number;
  /** Contacts in the group, those in the trash left out. */
  readonly added: number;
  /** Our rows by sync status. */
  readonly bySyncStatus: Readonly<Record<SyncStatus, number>>;
  /** Those that cannot agree, by reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  /** In the group, and asked by Mailchimp to confirm (R6a). */
  readonly asked: number;
  readonly warnings: Readonly<Partial<Record<Warning, number>>>;
  /** Contacts in the group under a flag (rules 2.7). */
  readonly flags: Readonly<Partial<Record<ContactFlag, number>>>;
}

interface Counted<Name extends string> {
  readonly name: Name;
  readonly people: number;
}

export async function countPeople(db: Db, connection: ConnectionId): Promise<PeopleCounts> {
  const [members, contacts, statuses, refused, warnings, flags] = await Promise.all([
    countKnownMembers(db, connection),
    countKnownAdded(db, connection),
    db.$queryRaw<readonly Counted<SyncStatus>[]>`
      SELECT sync_status AS name, count(*)::int AS people FROM members WHERE connection_id = ${connection} GROUP BY 1`,
    db.$queryRaw<readonly Counted<RefusalReason>[]>`
      SELECT reason AS name, count(*)::int AS people FROM members
      WHERE connection_id = ${connection} AND sync_status = 'fail' AND reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
    db.$queryRaw<readonly Counted<Warning>[]>`
      SELECT name, count(*)::int AS people FROM members, unnest(warnings) AS name
      WHERE connection_id = ${connection} GROUP BY 1 ORDER BY 2 DESC, 1`,
    db.$queryRaw<readonly Counted<ContactFlag>[]>`
      SELECT name, count(DISTINCT contact_id)::int AS people FROM members, unnest(contact_flags) AS name
      WHERE connection_id = ${connection} AND group_status = 'Added' AND contact_state = 'live' GROUP BY 1 ORDER BY 2 DESC, 1`,
  ]);
  return {
    subscribed: members.subscribed,
    added: contacts.added - contacts.addedTrashed,
    bySyncStatus: { ...NOBODY, ...toRecord(statuses) },
    refused: toRecord(refused),
    asked: await countAsked(db, connection),
    warnings: toRecord(warnings),
    flags: toRecord(flags),
  };
}

const NOBODY = Object.fromEntries(SYNC_STATUSES.map((status) => [status, 0])) as Readonly<
  Record<SyncStatus, number> // fromEntries() forgets the keys
>;

const toRecord = <Name extends string>(
  counted: readonly Counted<Name>[],
): Readonly<Partial<Record<Name, number>>> =>
  Object.fromEntries(counted.map(({ name, people }) => [name, people])) as Partial<Record<Name, number>>; // as above

async function countAsked(db: Db, connection: ConnectionId): Promise<number> {
  const [row] = await db.$queryRaw<readonly { readonly people: number }[]>`
    SELECT count(DISTINCT contact_id)::int AS people FROM members
    WHERE connection_id = ${connection} AND sync_status = 'ok' AND mailchimp_status = 'pending' AND group_status = 'Added' AND contact_state = 'live'`;
  return row?.people ?? 0;
}
