import type { TailRow } from '../domain/history-tail.ts';
import {
  type AccountId,
  type AudienceId,
  accountId,
  audienceId,
  type ConnectionId,
  connectionId,
  type GroupId,
  groupId,
  type SiteId,
  siteId,
} from '../domain/ids.ts';
import type { Pairings } from '../domain/pairings.ts';
import { DEFAULT_POLICIES, type Policies } from '../domain/policies.ts';
import { UsageError } from '../errors/sync-error.ts';
import type { Db } from './db.ts';
import type { Prisma } from './generated/client.ts';
import { type NewInterest, type NewMapping, type PairedConnection, toPairings } from './pairings.ts';

/** Whether a connection may run. `faulted`: it stopped itself; somebody has to mend what its fault says and resume it. */
export type ConnectionState = 'active' | 'paused' | 'faulted';

/** Why a connection stopped itself: a stable code and one sentence that says what to do. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** A connection as every part needs it. */
export interface Connection {
  readonly id: ConnectionId;
  readonly accountId: AccountId;
  readonly siteId: SiteId;
  readonly audienceId: AudienceId;
  readonly audienceName: string;
  readonly groupId: GroupId;
  readonly groupTitle: string;
  readonly state: ConnectionState;
  readonly fault: Fault | null;
  readonly policies: Policies;
  readonly firstSyncedAt: Date | null;
  readonly mailchimpWatermark: Date | null;
  /** Where the next incremental run starts reading history. */
  readonly historyCursor: number | null;
  readonly contactWatermark: Date | null;
  /** The newest rows of the group's history as the last finished run read them (E26). */
  readonly historyTail: readonly TailRow[];
  readonly fullSyncedAt: Date | null;
  readonly syncedAt: Date | null;
  /** What is kept the same besides the group. */
  readonly pairings: Pairings;
}

export interface NewConnection {
  readonly accountId: AccountId;
  readonly siteId: SiteId;
  readonly audienceId: AudienceId;
  readonly audienceName: string;
  readonly groupId: GroupId;
  readonly groupTitle: string;
  readonly policies: Policies;
  readonly interests: readonly NewInterest[];
  /** Tags as `tag:NAME` on both sides. */
  readonly mappings: readonly NewMapping[];
}

const PAIRED = { interests: { orderBy: { id: 'asc' } }, fieldMappings: { orderBy: { id: 'asc' } } } as const;

/** Adds one. The caller has checked that audience and group are free; a race for them is refused by the database. */
export async function recordConnection(db: Db, added: NewConnection): Promise<Connection> {
  const { interests, mappings, policies, ...row } = added;
  const data = {
    ...row,
    policies: toJson(policies),
    interests: { create: [...interests] },
    fieldMappings: { create: [...mappings] },
  };
  return toConnection(await db.connection.create({ data, include: PAIRED }));
}

export async function findConnection(db: Db, id: ConnectionId): Promise<Connection | null> {
  const row = await db.connection.findUnique({ where: { id }, include: PAIRED });
  return row === null ? null : toConnection(row);
}

/** Rejects with `UsageError` where there is none. */
export async function getConnection(db: Db, id: ConnectionId): Promise<Connection> {
  const found = await findConnection(db, id);
  if (found !== null) return found;
  throw new UsageError('NOT_FOUND', [`There is no connection ${id}. See "mcsync connection list".`]);
}

/** All of them, oldest first. */
export async function listConnections(db: Db): Promise<readonly Connection[]> {
  const rows = await db.connection.findMany({ orderBy: { id: 'asc' }, include: PAIRED });
  return rows.map(toConnection);
}

/** One role per thing (rules section 8): who has this audience or this group already. */
export async function findRivals(
  db: Db,
  wanted: Pick<NewConnection, 'accountId' | 'audienceId' | 'siteId' | 'groupId'>,
): Promise<{ readonly audience: Connection | null; readonly group: Connection | null }> {
  const { accountId: account, siteId: site, ...ids } = wanted;
  const audience = await db.connection.findFirst({
    where: { accountId: account, audienceId: ids.audienceId },
    include: PAIRED,
  });
  const group = await db.connection.findFirst({
    where: {
      siteId: site,
      OR: [{ groupId: ids.groupId }, { interests: { some: { groupId: ids.groupId } } }],
    },
    include: PAIRED,
  });
  return { audience: audience && toConnection(audience), group: group && toConnection(group) };
}

/** Keeps the policies, only what differs from the defaults. `concerns`: whether whoever cannot be agreed, or has a warning, is to be looked at again. */
export async function recordPolicies(
  db: Db,
  id: ConnectionId,
  policies: Policies,
  concerns: 'people' | 'nobody',
): Promise<void> {
  await db.connection.update({ where: { id }, data: { policies: toJson(policies) } });
  if (concerns === 'nobody') return;
  await db.$executeRaw`
    UPDATE members SET sync_status = 'todo', reason = NULL, updated_at = now()
    WHERE connection_id = ${id} AND (sync_status = 'fail' AND reason <> 'plan-rejected' OR sync_status = 'ok' AND (
      cardinality(warnings) > 0 OR parted_by IS NOT NULL))`;
}

export async function recordConnectionState(
  db: Db,
  id: ConnectionId,
  state: 'active' | 'paused',
): Promise<void> {
  await db.connection.update({ where: { id }, data: { state, faultCode: null, faultMessage: null } });
}

/** Stops a connection with a fault. A paused one stays paused, and shows the fault. */
export async function recordFault(db: Db, id: ConnectionId, { code, message }: Fault): Promise<void> {
  await db.connection.update({ where: { id }, data: { faultCode: code, faultMessage: message } });
  await db.connection.updateMany({ where: { id, state: 'active' }, data: { state: 'faulted' } });
}

export async function recordNames(
  db: Db,
  id: ConnectionId,
  names: { readonly audienceName: string; readonly groupTitle: string },
): Promise<void> {
  await db.connection.update({ where: { id }, data: names });
}

/** Until the transaction ends nobody starts a run of the connection, queues an update for it or claims one. */
export async function lockForRemoval(tx: Db, id: ConnectionId): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM connections WHERE id = ${id} FOR UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM updates WHERE connection_id = ${id} AND state IN ('queued', 'submitted') ORDER BY id FOR UPDATE`;
}

/** Removes a connection with everything that we know of its people. The caller has made sure that nothing is submitted. */
export async function removeConnection(tx: Db, id: ConnectionId): Promise<void> {
  // What a run that stopped has read; no foreign key leads there.
  for (const table of ['fetched_members', 'fetched_contacts', 'fetched_addresses']) {
    await tx.$executeRawUnsafe(
      `DELETE FROM ${table} WHERE run_id IN (SELECT id FROM runs WHERE connection_id = $1)`,
      id,
    );
  }
  await tx.$executeRaw`UPDATE decisions SET lead_id = NULL WHERE connection_id = ${id} AND lead_id IS NOT NULL`;
  for (const table of ['updates', 'batches', 'decisions', 'members', 'runs']) {
    await tx.$executeRawUnsafe(`DELETE FROM ${table} WHERE connection_id = $1`, id);
  }
  await tx.connection.delete({ where: { id } });
}

function toConnection(row: PairedConnection): Connection {
  const {
    faultCode,
    faultMessage,
    interests: _interests,
    fieldMappings: _mappings,
    mergeFields: _fields,
    ...rest
  } = row;
  return {
    ...rest,
    id: connectionId(row.id),
    accountId: accountId(row.accountId),
    siteId: siteId(row.siteId),
    audienceId: audienceId(row.audienceId),
    groupId: groupId(row.groupId),
    state: row.state as ConnectionState,
    historyTail: row.historyTail as unknown as readonly TailRow[], // as `moveCursors` kept it
    fault: faultCode === null ? null : { code: faultCode, message: faultMessage ?? '' },
    policies: { ...DEFAULT_POLICIES, ...(row.policies as Partial<Policies>) },
    pairings: toPairings(row),
  };
}

/** Only what differs from the defaults, so that a better default reaches connections that never chose. */
function toJson(policies: Policies): Prisma.InputJsonObject {
  const chosen = Object.entries(policies).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(DEFAULT_POLICIES, name)),
  );
  return Object.fromEntries(chosen);
}
