import type { Matter } from '../domain/alert.ts';
import type { ConnectionId } from '../domain/ids.ts';
import { HOUR_MS, type Instant } from '../domain/instant.ts';
import type { RunState } from '../domain/run.ts';

/** How a connection stands, as far as it may call for somebody. */
export interface Standing {
  readonly connectionId: ConnectionId;
  readonly state: 'active' | 'paused' | 'faulted';
  readonly fault: { readonly code: string; readonly message: string } | null;
  /** The newest sync that has ended or rests; null: none yet. */
  readonly lastRun: {
    readonly id: number;
    readonly state: RunState;
    readonly error: { readonly code: string; readonly message: string } | null;
  } | null;
  /** People whose changes wait for approval in the run that is held; null: none is. */
  readonly held: { readonly runId: number; readonly people: number } | null;
  /** Batches under way at Mailchimp. */
  readonly batches: { readonly count: number; readonly oldestAt: Instant | null };
  /** Updates that are due to be sent. */
  readonly due: { readonly count: number; readonly oldestAt: Instant | null };
  /** Whether all writing is stopped. */
  readonly isWritingStopped: boolean;
}

/** Batches end within minutes; stuck ones were seen for hours (mailchimp-api.md 6.3). They are given up after a day. */
export const STUCK_AFTER_MS = 2 * HOUR_MS;
/** Due updates are sent within a minute where everything works. */
export const BACKLOG_AFTER_MS = HOUR_MS;

/** What an operator should know of a connection now. A fault says why the last run failed, so that is not told twice. */
export function findMatters(standing: Standing, now: Instant): readonly Matter[] {
  return [
    ...faultOf(standing),
    ...failureOf(standing),
    ...approvalOf(standing),
    ...stuckOf(standing, now),
    ...backlogOf(standing, now),
  ];
}

function faultOf({ connectionId, state, fault }: Standing): readonly Matter[] {
  if (state !== 'faulted') return [];
  const { code, message } = fault ?? { code: 'CONNECTION_FAULTED', message: 'It stopped with a fault.' };
  const what = `${message} Mend it, then run "mcsync connection resume ${connectionId}".`;
  return [{ connectionId, kind: 'fault', code, message: what }];
}

function failureOf({ connectionId, state, lastRun }: Standing): readonly Matter[] {
  if (state === 'faulted' || lastRun?.state !== 'failed') return [];
  const { code, message } = lastRun.error ?? { code: 'RUN_FAILED', message: 'It failed.' };
  return [{ connectionId, kind: 'run-failed', code, message: `Run ${lastRun.id} failed. ${message}` }];
}

function approvalOf({ connectionId, held }: Standing): readonly Matter[] {
  if (held === null) return [];
  const message = `Run ${held.runId} would change ${held.people} people, more than may go without a person. Look at it, then approve or reject it.`;
  return [{ connectionId, kind: 'awaiting-approval', code: 'awaiting-approval', message }];
}

function stuckOf({ connectionId, batches }: Standing, now: Instant): readonly Matter[] {
  if (batches.oldestAt === null || now - batches.oldestAt < STUCK_AFTER_MS) return [];
  const hours = Math.floor((now - batches.oldestAt) / HOUR_MS);
  const message = `A batch has been under way at Mailchimp for ${hours} hours. It is given up after 24, and its people are read; nothing need be done before.`;
  return [{ connectionId, kind: 'stuck-batch', code: 'stuck-batch', message }];
}

/** Where a person has stopped the sending, updates wait on purpose. */
function backlogOf(
  { connectionId, state, due, isWritingStopped }: Standing,
  now: Instant,
): readonly Matter[] {
  if (state !== 'active' || isWritingStopped) return [];
  if (due.oldestAt === null || now - due.oldestAt < BACKLOG_AFTER_MS) return [];
  const message = `${due.count} updates for Mailchimp wait, the oldest for more than an hour. Look whether a worker runs, and at its log.`;
  return [{ connectionId, kind: 'backlog', code: 'backlog', message }];
}
