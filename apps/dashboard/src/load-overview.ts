import { isRunActive } from '@mcsync/core/domain/run';
import { type Connection, listConnections } from '@mcsync/core/store/connections';
import { getInstallation } from '@mcsync/core/store/installation';
import { countOpenUpdatesOf, type OpenUpdates } from '@mcsync/core/store/open-updates';
import { countPlaces, type PeoplePlaces } from '@mcsync/core/store/people-places';
import type { StageProgress } from '@mcsync/core/store/run-stages';
import { listRuns, type Run } from '@mcsync/core/store/runs';
import { findUpdateProgress, type UpdateProgress } from '@mcsync/core/store/update-progress';
import { askQueue } from './ask-queue.ts';
import type { Dependencies } from './dependencies.ts';
import { listRunStages } from './list-run-stages.ts';
import { listNextRuns, type NextRuns } from './next-runs.ts';
import { createMemory } from './remember.ts';
import { findSituation, type Situation } from './situation.ts';

/** A connection with how it stands. */
export interface ConnectionStatus {
  readonly connection: Connection;
  readonly situation: Situation;
  readonly people: PeoplePlaces;
  readonly open: OpenUpdates;
  /** Newest first. */
  readonly runs: readonly Run[];
  /** The run that is under way, with how far its stages are; else null. */
  readonly running: { readonly run: Run; readonly stages: readonly StageProgress[] } | null;
  /** The newest run's changes at Mailchimp, while some have no outcome; else null. */
  readonly settling: UpdateProgress | null;
  /** Waits for approval. */
  readonly held: Run | null;
  readonly next: NextRuns;
}

/** The whole installation at a glance. */
export interface Overview {
  /** When all writing was stopped; null: it is allowed. */
  readonly writingStoppedAt: Date | null;
  /** Workers that are there to do anything; null: the queue does not answer. */
  readonly workers: number | null;
  readonly connections: readonly ConnectionStatus[];
}

const RUNS_LOOKED_AT = 12;

export type LoadOverview = () => Promise<Overview>;
export type LoadConnection = (connection: Connection) => Promise<ConnectionStatus>;

/** Loads what the overview shows. Counts over everybody are remembered while nothing has happened. */
export function createLoading({ store, queues }: Pick<Dependencies, 'store' | 'queues'>): {
  readonly overview: LoadOverview;
  readonly connection: LoadConnection;
} {
  const remember = createMemory<PeoplePlaces>();
  const { db } = store;

  async function load(connection: Connection, next: NextRuns): Promise<ConnectionStatus> {
    const { id } = connection;
    const [open, runs] = await Promise.all([countOpenUpdatesOf(db, id), listRuns(db, id, RUNS_LOOKED_AT)]);
    const people = await remember(id, markOf(runs, open), () => countPlaces(db, id));
    const active = runs.find(({ state }) => isRunActive(state));
    const facts = { connection, runs, open, bySyncStatus: people.bySyncStatus };
    return {
      ...{ connection, people, open, runs, next },
      situation: findSituation(facts),
      running: active === undefined ? null : { run: active, stages: await listRunStages(db, active.id) },
      settling: await findSettling(runs, open),
      held: runs.find(({ state }) => state === 'held') ?? null,
    };
  }

  async function findSettling(runs: readonly Run[], open: OpenUpdates): Promise<UpdateProgress | null> {
    const [newest] = runs;
    if (newest === undefined || open.queued + open.submitted === 0) return null;
    return await findUpdateProgress(db, newest.id);
  }

  return {
    async overview() {
      const [{ writingStoppedAt }, workers, nextOf, connections] = await Promise.all([
        getInstallation(db),
        askQueue(() => queues.stages.getWorkersCount()),
        listNextRuns(queues),
        listConnections(db),
      ]);
      const statuses = connections.map((connection) => load(connection, nextOf(connection.id)));
      return { writingStoppedAt, workers, connections: await Promise.all(statuses) };
    },
    async connection(connection) {
      const nextOf = await listNextRuns(queues);
      return await load(connection, nextOf(connection.id));
    },
  };
}

/** As long as it is the same, nobody's row has changed by a run of ours. */
const markOf = ([newest]: readonly Run[], { queued, submitted }: OpenUpdates): string =>
  `${newest?.id} ${newest?.state} ${queued} ${submitted}`;
