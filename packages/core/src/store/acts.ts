import type { ActKind } from '../domain/act.ts';
import type { ConnectionId, RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** Somebody did something. */
export interface NewAct {
  /** By address. */
  readonly who: string;
  readonly kind: ActKind;
  readonly connectionId?: ConnectionId;
  readonly runId?: RunId;
  readonly note?: string;
}

export interface ActEntry {
  readonly id: number;
  readonly at: Date;
  readonly who: string;
  readonly kind: ActKind;
  readonly connectionId: number | null;
  readonly runId: number | null;
  readonly note: string;
}

/** Keeps who did what; for ever. */
export async function recordAct(db: Db, act: NewAct): Promise<void> {
  await db.act.create({ data: act });
}

/** What was done, the newest first: of one connection or one run where given, before an id where given. */
export async function listActs(
  db: Db,
  {
    connectionId,
    runId,
    before,
    limit,
  }: {
    readonly connectionId?: ConnectionId;
    readonly runId?: RunId;
    readonly before?: number;
    readonly limit: number;
  },
): Promise<readonly ActEntry[]> {
  const rows = await db.act.findMany({
    where: {
      ...(connectionId !== undefined && { connectionId }),
      ...(runId !== undefined && { runId }),
      ...(before !== undefined && { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map((row) => ({ ...row, kind: row.kind as ActKind }));
}
