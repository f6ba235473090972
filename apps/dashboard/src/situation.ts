import type { SyncStatus } from '@mcsync/core/domain/member';
import { isRunActive } from '@mcsync/core/domain/run';
import type { Connection } from '@mcsync/core/store/connections';
import type { OpenUpdates } from '@mcsync/core/store/open-updates';
import type { Run } from '@mcsync/core/store/runs';

/** How a connection is, in one word; the most urgent one counts. */
export type Situation =
  | { readonly kind: 'fault' | 'running' | 'held' | 'paused' | 'stopped' | 'never-synced' | 'in-sync' }
  /** People to be looked at, and changes on their way. */
  | { readonly kind: 'waiting'; readonly people: number };

export interface SituationFacts {
  readonly connection: Pick<Connection, 'state' | 'firstSyncedAt'>;
  /** The newest first. */
  readonly runs: readonly Pick<Run, 'state'>[];
  readonly open: OpenUpdates;
  readonly bySyncStatus: Readonly<Record<SyncStatus, number>>;
}

export function findSituation({ connection, runs, open, bySyncStatus }: SituationFacts): Situation {
  if (connection.state === 'faulted') return { kind: 'fault' };
  if (runs.some(({ state }) => isRunActive(state))) return { kind: 'running' };
  if (runs.some(({ state }) => state === 'held')) return { kind: 'held' };
  if (connection.state === 'paused') return { kind: 'paused' };
  if (runs[0]?.state === 'stopped') return { kind: 'stopped' };
  if (connection.firstSyncedAt === null) return { kind: 'never-synced' };
  const people = Math.max(bySyncStatus.todo + bySyncStatus.live, open.queued + open.submitted);
  return people > 0 ? { kind: 'waiting', people } : { kind: 'in-sync' };
}
