import type { ConnectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** What a connection keeps the same besides its group. */
export interface Pairings {
  readonly interests: readonly { readonly interestId: string; readonly groupId: number }[];
  readonly mappings: readonly {
    readonly fieldPath: string;
    readonly mergeTag: string;
    readonly direction: string;
  }[];
}

export async function listPairings(db: Db, connection: ConnectionId): Promise<Pairings> {
  const where = { connectionId: connection };
  const [interests, mappings] = await Promise.all([
    db.connectionInterest.findMany({
      where,
      select: { interestId: true, groupId: true },
      orderBy: { id: 'asc' },
    }),
    db.fieldMapping.findMany({
      where,
      select: { fieldPath: true, mergeTag: true, direction: true },
      orderBy: { id: 'asc' },
    }),
  ]);
  return { interests, mappings };
}
