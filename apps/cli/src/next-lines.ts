import type { Decision } from '@mcsync/core/domain/decision';
import type { Connection } from '@mcsync/core/store/connections';
import type { PersonRecord } from '@mcsync/core/store/person-records';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { WAIT_WORDS } from '@mcsync/core/words/waits';
import { writeWords } from '@mcsync/core/words/writes';

/** What is known about the way ahead of somebody. */
export interface Ahead {
  readonly connection: Connection;
  readonly writingStoppedAt: Date | null;
  readonly records: readonly PersonRecord[];
  /** What the rules want as both sides stand now; null: one of them could not be asked. */
  readonly preview: readonly Decision[] | null;
}

/** What happens next, in the administrator's words. Never empty. */
export function nextWords(ahead: Ahead): readonly string[] {
  const obstacle = obstacleWords(ahead);
  const underWay = ahead.records.some(({ syncStatus }) => syncStatus === 'live')
    ? ['A change for them is under way at Mailchimp; when its outcome is known, they are looked at again.']
    : [];
  const held = [...new Set(ahead.records.flatMap(heldRuns))].map(
    (run) => `A change for them waits for approval: "mcsync approve ${run}" or "mcsync reject ${run}".`,
  );
  const wanted = ahead.preview === null ? [UNKNOWN] : previewWords(ahead.preview);
  return [...obstacle, ...underWay, ...held, ...(underWay.length > 0 ? [] : wanted)];
}

const UNKNOWN = 'What the next sync will do cannot be told before both sides can be asked.';

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

function previewWords(preview: readonly Decision[]): readonly string[] {
  const words = [...new Set(preview.flatMap(decisionWords))];
  return words.length > 0 ? words : ['Nothing: neither side has anybody to keep the same.'];
}

function decisionWords(decision: Decision): readonly string[] {
  const { rule, as } = decision;
  const why = `${as === undefined ? rule : `${rule} → ${as}`}: ${RULE_WORDS[rule]}`;
  switch (decision.kind) {
    case 'agreed':
      return [`Nothing while both sides stay as they are (${why})`];
    case 'wait':
      return [`Nothing yet: ${WAIT_WORDS[decision.why]}`];
    case 'refuse':
      return [`${REFUSAL_WORDS[decision.reason].what} ${REFUSAL_WORDS[decision.reason].remedy}`];
    case 'change':
      return [`The next sync plans to ${decision.writes.map(writeWords).join(', then ')} (${why})`];
    case 'follow':
      return [];
  }
}

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
