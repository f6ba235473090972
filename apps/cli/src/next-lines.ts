import type { ForeseenPerson } from '@mcsync/core/setup/foresee-person';
import type { Connection } from '@mcsync/core/store/connections';
import type { PersonRecord } from '@mcsync/core/store/person-records';
import { aheadWords } from '@mcsync/core/words/foretell';

/** What is known about the way ahead of somebody. */
export interface Ahead extends Pick<ForeseenPerson, 'records' | 'preview' | 'names'> {
  readonly connection: Connection;
  readonly writingStoppedAt: Date | null;
}

/** What happens next, in the administrator's words. Never empty. */
export function nextWords(ahead: Ahead): readonly string[] {
  const obstacle = obstacleWords(ahead);
  const held = [...new Set(ahead.records.flatMap(heldRuns))].map(
    (run) => `A change for them waits for approval: "mcsync approve ${run}" or "mcsync reject ${run}".`,
  );
  const isUnderWay = ahead.records.some(({ syncStatus }) => syncStatus === 'live');
  return [...obstacle, ...held, ...aheadWords({ ...ahead, isUnderWay })];
}

function obstacleWords({ connection, writingStoppedAt }: Ahead): readonly string[] {
  const { id, state, fault, firstSyncedAt } = connection;
  return [
    ...(writingStoppedAt === null ? [] : ['All writing is stopped: nothing happens before "mcsync start".']),
    ...(state === 'paused'
      ? [`The connection is paused: nothing happens before "mcsync connection resume ${id}".`]
      : []),
    ...(state === 'faulted' ? [`The connection has stopped itself: ${fault?.message ?? ''}`] : []),
    ...(firstSyncedAt === null
      ? [`The connection was never synced: "mcsync plan ${id}" shows what a first sync would do.`]
      : []),
  ];
}

const heldRuns = ({ decisions }: PersonRecord): readonly number[] =>
  decisions.flatMap(({ state, runId }) => (state === 'held' && runId !== null ? [runId] : []));

/** The same for programs. */
export function nextJson(ahead: Ahead) {
  return {
    words: nextWords(ahead),
    wanted:
      ahead.preview?.map(({ kind, rule, as, ...decision }) => ({
        kind,
        rule,
        as: as ?? null,
        writes: 'writes' in decision ? decision.writes : [],
        reason: 'reason' in decision ? decision.reason : null,
      })) ?? null,
  };
}
