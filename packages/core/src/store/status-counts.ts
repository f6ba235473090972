import { type ConnectionId, connectionId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { RunState } from '../domain/run.ts';
import type { UpdateState } from '../domain/update.ts';
import type { Db } from './db.ts';

/** How many members of a connection have a sync status. */
export interface MemberCount {
  readonly connectionId: ConnectionId;
  readonly status: SyncStatus;
  readonly count: number;
}

export interface RunCount {
  readonly state: RunState;
  readonly count: number;
}

export interface UpdateCount {
  readonly connectionId: ConnectionId;
  readonly state: UpdateState;
  readonly count: number;
}

/** Of all connections; what nobody has is left out. Reads every member's row: a moment for a million. */
export async function listMemberCounts(db: Db): Promise<readonly MemberCount[]> {
  const rows = await db.member.groupBy({ by: ['connectionId', 'syncStatus'], _count: { _all: true } });
  return rows.map((row) => ({
    connectionId: connectionId(row.connectionId),
    status: row.syncStatus as SyncStatus,
    count: row._count._all,
  }));
}

/** Of all connections; what no run is in is left out. */
export async function listRunCounts(db: Db): Promise<readonly RunCount[]> {
  const rows = await db.run.groupBy({ by: ['state'], _count: { _all: true } });
  return rows.map((row) => ({ state: row.state as RunState, count: row._count._all }));
}

/** Of all connections; what no update is in is left out. Reads every update's row. */
export async function listUpdateCounts(db: Db): Promise<readonly UpdateCount[]> {
  const rows = await db.update.groupBy({ by: ['connectionId', 'state'], _count: { _all: true } });
  return rows.map((row) => ({
    connectionId: connectionId(row.connectionId),
    state: row.state as UpdateState,
    count: row._count._all,
  }));
}
