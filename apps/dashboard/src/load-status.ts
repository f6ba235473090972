import type { SyncStatus } from '@mcsync/core/domain/member';
import { APPLY_STAGES, PLAN_STAGES, type StageName } from '@mcsync/core/domain/run';
import { type Connection, listConnections } from '@mcsync/core/store/connections';
import type { Db } from '@mcsync/core/store/db';
import { getInstallation } from '@mcsync/core/store/installation';
import { listStages, type StageProgress } from '@mcsync/core/store/run-stages';
import { listRuns, type Run } from '@mcsync/core/store/runs';
import { listMemberCounts, type MemberCount } from '@mcsync/core/store/status-counts';
import { countUpdates } from '@mcsync/core/store/updates';

/** A connection with how it stands. */
export interface ConnectionStatus {
  readonly connection: Connection;
  readonly members: Readonly<Record<SyncStatus, number>>;
  readonly updates: { readonly queued: number; readonly submitted: number };
  /** Newest first. */
  readonly runs: readonly Run[];
  /** Of the newest run, in their order. */
  readonly stages: readonly StageProgress[];
}

/** The whole installation at a glance. */
export interface InstallationStatus {
  /** When all writing was stopped; null: it is allowed. */
  readonly writingStoppedAt: Date | null;
  readonly connections: readonly ConnectionStatus[];
}

const RUNS_SHOWN = 5;
const STAGE_ORDER: readonly StageName[] = [...PLAN_STAGES, ...APPLY_STAGES];

export async function loadStatus(db: Db): Promise<InstallationStatus> {
  const [{ writingStoppedAt }, connections, members] = await Promise.all([
    getInstallation(db),
    listConnections(db),
    listMemberCounts(db),
  ]);
  const statuses = connections.map((connection) => loadConnection(db, connection, members));
  return { writingStoppedAt, connections: await Promise.all(statuses) };
}

async function loadConnection(
  db: Db,
  connection: Connection,
  members: readonly MemberCount[],
): Promise<ConnectionStatus> {
  const [{ queued = 0, submitted = 0 }, runs] = await Promise.all([
    countUpdates(db, connection.id),
    listRuns(db, connection.id, RUNS_SHOWN),
  ]);
  const [newest] = runs;
  const stages = newest === undefined ? [] : await listStages(db, newest.id);
  return {
    connection,
    members: countsByStatus(members.filter(({ connectionId }) => connectionId === connection.id)),
    updates: { queued, submitted },
    runs,
    stages: stages.toSorted(
      (one, other) => STAGE_ORDER.indexOf(one.stage) - STAGE_ORDER.indexOf(other.stage),
    ),
  };
}

function countsByStatus(counts: readonly MemberCount[]): ConnectionStatus['members'] {
  const countOf = (status: SyncStatus) => counts.find((one) => one.status === status)?.count ?? 0;
  return { todo: countOf('todo'), live: countOf('live'), ok: countOf('ok'), fail: countOf('fail') };
}
