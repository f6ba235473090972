import type { UpdateState } from '@mcsync/core/domain/update';
import type { Connection } from '@mcsync/core/store/connections';
import type { Db } from '@mcsync/core/store/db';
import { countPeople, type PeopleCounts } from '@mcsync/core/store/people-counts';
import { listStages, type StageProgress } from '@mcsync/core/store/run-stages';
import { listRuns, listRunsIn, type Run } from '@mcsync/core/store/runs';
import { countUpdates } from '@mcsync/core/store/updates';

/** How a connection is. */
export interface ConnectionStatus {
  readonly connection: Connection;
  readonly people: PeopleCounts;
  /** Changes for Mailchimp by state; a state that is missing has none. */
  readonly updates: Readonly<Partial<Record<UpdateState, number>>>;
  readonly running: { readonly run: Run; readonly stages: readonly StageProgress[] } | null;
  /** Waits for approval. */
  readonly held: Run | null;
  /** Newest first. */
  readonly latest: readonly Run[];
}

const LATEST = 10;

export async function loadStatus(db: Db, connection: Connection): Promise<ConnectionStatus> {
  const { id } = connection;
  const [people, updates, [active], held, latest] = await Promise.all([
    countPeople(db, id),
    countUpdates(db, id),
    listRunsIn(db, ['planning', 'applying'], id),
    listRunsIn(db, ['held'], id),
    listRuns(db, id, LATEST),
  ]);
  const running = active === undefined ? null : { run: active, stages: await listStages(db, active.id) };
  return { connection, people, updates, running, held: held.at(-1) ?? null, latest };
}
