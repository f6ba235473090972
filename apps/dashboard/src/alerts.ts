import type { ConnectionId } from '@mcsync/core/domain/ids';
import type { Connection } from '@mcsync/core/store/connections';
import type { Overview } from './load-overview.ts';

/** Something that somebody should know of now, in a sentence that says what to do. */
export interface Alert {
  readonly level: 'bad' | 'attention';
  /** Null: of the whole installation. */
  readonly connectionId: ConnectionId | null;
  readonly text: string;
}

const NO_WORKER =
  'No worker is there to sync anything. Start one ("npm start", or the service "worker" of docker compose).';

const NO_QUEUE =
  'The queue does not answer, so nothing can be synced. Check that its Redis or PostgreSQL runs (QUEUE_URL).';

/** What is wrong, and what waits for somebody; the worse first. */
export function listAlerts({
  workers,
  connections,
}: Pick<Overview, 'workers' | 'connections'>): readonly Alert[] {
  const alerts: readonly Alert[] = [
    ...workerAlerts(workers, connections.length > 0),
    ...connections.flatMap(({ connection, situation, runs, held }) => {
      const name = nameOf(connection);
      const alert = (level: Alert['level'], text: string): Alert => ({
        ...{ level, connectionId: connection.id },
        text: `${name}: ${text}`,
      });
      const [newest] = runs;
      return [
        ...(situation.kind === 'fault'
          ? [alert('bad', connection.fault?.message ?? 'It stopped itself.')]
          : []),
        ...(situation.kind !== 'fault' && newest?.state === 'failed'
          ? [alert('bad', `The last run failed. ${newest.error?.message ?? ''}`)]
          : []),
        ...connection.pairings.interests.flatMap(({ fault }) =>
          fault === null ? [] : alert('attention', fault.message),
        ),
        ...(held === null ? [] : [alert('attention', `Run ${held.id} waits for approval.`)]),
      ];
    }),
  ];
  return [...alerts.filter(({ level }) => level === 'bad'), ...alerts.filter(({ level }) => level !== 'bad')];
}

function workerAlerts(workers: number | null, isNeeded: boolean): readonly Alert[] {
  if (!isNeeded || (workers !== null && workers > 0)) return [];
  return [{ level: 'bad', connectionId: null, text: workers === null ? NO_QUEUE : NO_WORKER }];
}

/** What a connection is called everywhere: both places. */
export const nameOf = ({
  audienceName,
  groupTitle,
}: Pick<Connection, 'audienceName' | 'groupTitle'>): string => `${audienceName} ⇄ ${groupTitle}`;
