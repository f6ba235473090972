import { type ConnectionId, groupId } from '../domain/ids.ts';
import type {
  Direction,
  InterestFault,
  InterestPair,
  Mapping,
  MergeField,
  Pairings,
} from '../domain/pairings.ts';
import type { Db } from './db.ts';
import type { Prisma } from './generated/client.ts';

/** A row of `connections` with what it pairs. */
export type PairedConnection = Prisma.ConnectionGetPayload<{
  include: { interests: true; fieldMappings: true };
}>;

/** A pair to be added. */
export interface NewInterest {
  readonly interestId: string;
  readonly groupId: number;
  readonly interestName?: string;
  readonly groupTitle?: string;
}

/** A mapping to be added; tags as `tag:NAME` on both sides. */
export interface NewMapping {
  readonly fieldPath: string;
  readonly mergeTag: string;
  readonly direction: string;
  readonly conflict?: string;
  readonly empty?: string;
  readonly dataType?: string;
}

const TAG_PREFIX = 'tag:';

/** What a connection keeps the same besides its group. The columns are ours: they hold what was recorded from the domain's own types. */
export function toPairings(row: PairedConnection): Pairings {
  const isTag = ({ fieldPath }: { readonly fieldPath: string }) => fieldPath.startsWith(TAG_PREFIX);
  return {
    interests: row.interests.map((pair) => toPair(pair, row.firstSyncedAt !== null)),
    mappings: row.fieldMappings.filter((mapping) => !isTag(mapping)).map(toMapping),
    tags: row.fieldMappings.filter(isTag).map(({ fieldPath }) => fieldPath.slice(TAG_PREFIX.length)),
    extraTags: [],
    mergeFields: row.mergeFields as unknown as readonly MergeField[],
  };
}

/** Before the connection's own first sync everything waits for approval anyway. */
function toPair(row: PairedConnection['interests'][number], isRunning: boolean): InterestPair {
  return {
    interestId: row.interestId,
    groupId: groupId(row.groupId),
    phase: isRunning && row.syncedAt === null ? 'newly-paired' : 'running',
    fault: row.faultCode === null ? null : toFault(row.faultCode, row.faultMessage ?? ''),
  };
}

const toFault = (code: string, message: string): InterestFault => ({
  code: code === 'E20' ? 'E20' : 'E16',
  message,
});

const toMapping = (row: PairedConnection['fieldMappings'][number]): Mapping => ({
  fieldPath: row.fieldPath,
  mergeTag: row.mergeTag,
  direction: row.direction as Direction,
  conflict: row.conflict as Mapping['conflict'],
  empty: row.empty as Mapping['empty'],
  dataType: row.dataType,
});

/** A pair as an administrator sees it. */
export interface PairedInterest {
  readonly interestId: string;
  readonly interestName: string;
  readonly groupId: number;
  readonly groupTitle: string;
  /** Null: nobody has approved its first sync yet. */
  readonly syncedAt: Date | null;
  readonly fault: InterestFault | null;
}

/** A connection's interests, in the order in which they were paired. */
export async function listInterests(db: Db, connection: ConnectionId): Promise<readonly PairedInterest[]> {
  const rows = await db.connectionInterest.findMany({
    where: { connectionId: connection },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ interestId, interestName, groupId: group, groupTitle, syncedAt, ...row }) => ({
    ...{ interestId, interestName, groupId: group, groupTitle, syncedAt },
    fault: row.faultCode === null ? null : toFault(row.faultCode, row.faultMessage ?? ''),
  }));
}

/**
 * What a look at both sides found of the interests: null where a pair is fit. A pair that is fit again has everybody looked at once more, for nothing followed from what changed meanwhile.
 */
export async function recordInterestFaults(
  tx: Db,
  connection: ConnectionId,
  faults: ReadonlyMap<string, InterestFault | null>,
): Promise<void> {
  for (const [interestId, fault] of faults) {
    await tx.connectionInterest.updateMany({
      where: { connectionId: connection, interestId },
      data: { faultCode: fault?.code ?? null, faultMessage: fault?.message ?? null },
    });
  }
}

/** Everybody is looked at by the next run, or by this one. */
export async function recordEverybodyTodo(tx: Db, connection: ConnectionId): Promise<void> {
  await tx.$executeRaw`
    UPDATE members SET sync_status = 'todo', updated_at = now() WHERE connection_id = ${connection} AND sync_status = 'ok'`;
}

/** Pairs more. Both sides are read whole by the next run: nothing is known of what is new. */
export async function recordPairings(
  tx: Db,
  connection: ConnectionId,
  added: { readonly interests: readonly NewInterest[]; readonly mappings: readonly NewMapping[] },
): Promise<void> {
  await tx.connectionInterest.createMany({
    data: added.interests.map((pair) => ({ connectionId: connection, ...pair })),
  });
  await tx.fieldMapping.createMany({
    data: added.mappings.map((mapping) => ({ connectionId: connection, ...mapping })),
  });
  await tx.connection.update({
    where: { id: connection },
    data: { mailchimpWatermark: null, historyCursor: null, contactWatermark: null },
  });
}

/** Gives how many pairs are gone. */
export async function removePairings(
  tx: Db,
  connection: ConnectionId,
  { interests, mappings }: { readonly interests: readonly string[]; readonly mappings: readonly string[] },
): Promise<number> {
  const gone = await tx.connectionInterest.deleteMany({
    where: { connectionId: connection, interestId: { in: [...interests] } },
  });
  const unmapped = await tx.fieldMapping.deleteMany({
    where: { connectionId: connection, mergeTag: { in: [...mappings] } },
  });
  return gone.count + unmapped.count;
}

/** The audience's merge fields, as a run has just seen them. */
export async function recordMergeFields(
  tx: Db,
  connection: ConnectionId,
  fields: readonly MergeField[],
): Promise<void> {
  const mergeFields = fields.map(({ tag, type, choices }) => ({ tag, type, choices: [...choices] }));
  await tx.connection.update({ where: { id: connection }, data: { mergeFields } });
}

/** The first sync of a pair is over when a run has ended in which nothing of it waits for approval any more. */
export async function recordInterestsSynced(tx: Db, connection: ConnectionId): Promise<void> {
  await tx.$executeRaw`
    UPDATE connection_interests SET synced_at = now()
    WHERE connection_id = ${connection} AND synced_at IS NULL AND fault_code IS NULL AND NOT EXISTS (
      SELECT 1 FROM decisions WHERE connection_id = ${connection} AND state = 'held' AND 'interest-paired' = ANY(categories))`;
}
