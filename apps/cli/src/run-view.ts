import type { RunId } from '@mcsync/core/domain/ids';
import { type Connection, getConnection } from '@mcsync/core/store/connections';
import { listStages, type StageProgress } from '@mcsync/core/store/run-stages';
import { getRun, type Run } from '@mcsync/core/store/runs';
import type { Store } from '@mcsync/core/store/store';
import { findUpdateProgress, type UpdateProgress } from '@mcsync/core/store/update-progress';
import { STAGES } from './arguments.ts';

/** A run as somebody watches it. */
export interface RunView {
  readonly run: Run;
  readonly connection: Connection;
  /** In the order in which they run. */
  readonly stages: readonly StageProgress[];
  readonly updates: UpdateProgress;
}

export async function loadRunView({ db }: Store, id: RunId): Promise<RunView> {
  const run = await getRun(db, id);
  const [connection, stages, updates] = await Promise.all([
    getConnection(db, run.connectionId),
    listStages(db, id),
    findUpdateProgress(db, id),
  ]);
  const inOrder = stages.toSorted((one, other) => STAGES.indexOf(one.stage) - STAGES.indexOf(other.stage));
  return { run, connection, stages: inOrder, updates };
}
