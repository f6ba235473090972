import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionId, RunId } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/instant.ts';
import { InvariantError } from '../domain/invariant.ts';
import { mayFollow, type RunMode, type RunPurpose, type RunState, type StageName } from '../domain/run.ts';
import { UsageError } from '../errors/sync-error.ts';
import { passStep } from '../step-boundary.ts';
import { abandonBatches } from '../store/batches.ts';
import {
  getConnection,
  lockForRemoval,
  recordConnectionState,
  removeConnection,
} from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { recordDecisionStates, recordHeldApproved, recordRejection } from '../store/decisions.ts';
import { endRun } from '../store/end-run.ts';
import { getInstallation } from '../store/installation.ts';
import { claimLease, findHolder, type LeaseHold } from '../store/leases.ts';
import { resetApplyStages } from '../store/run-stages.ts';
import {
  getRun,
  listRunsIn,
  lockRunState,
  type Run,
  type RunRequest,
  recordApplyStages,
  recordResumed,
  recordRun,
  recordRunState,
} from '../store/runs.ts';
import { withdrawUpdates } from '../store/settled-updates.ts';
import type { Store } from '../store/store.ts';
import { countUpdates, listRunsOfOpenUpdates } from '../store/updates.ts';
import { addFlow } from './flows.ts';
import type { Queues } from './queues.ts';

/** Somebody waits for the answer. */
const QUEUE_ANSWERS_MS = 3 * SECOND_MS;

/** What somebody may ask of a run; the rest has defaults. */
export interface Asked {
  readonly connectionId: ConnectionId;
  readonly mode: RunMode;
  readonly purpose: RunPurpose;
  readonly requestedBy: string;
  readonly approval?: RunRequest['approval'];
  readonly onlyAddresses?: readonly string[];
  readonly stopBefore?: StageName | null;
  readonly deadlineAt?: Date | null;
  readonly since?: Date | null;
}

/** `busy`: another run holds the connection (E22). */
export type Started =
  | { readonly kind: 'started'; readonly runId: RunId }
  | { readonly kind: 'busy'; readonly holder: RunId };

/**
 * Starts a run: row and lease first, then the flow (durability rule 1). A run that had stopped at a checkpoint is taken up again instead of starting another.
 * Rejects with `UsageError` where the connection cannot run now.
 */
export async function startRun(store: Store, queues: Queues, asked: Asked): Promise<Started> {
  await refuseWhereImpossible(store, asked);
  const [stopped] =
    asked.purpose === 'sync' ? await listRunsIn(store.db, ['stopped'], asked.connectionId) : [];
  if (stopped !== undefined) return await resumeRun(store, queues, stopped, asked);
  const request: RunRequest = {
    approval: 'none',
    onlyAddresses: [],
    stopBefore: null,
    deadlineAt: null,
    since: null,
    ...asked,
  };
  const start = await recordRun(store, request);
  if (start.kind === 'busy') return start;
  passStep('run-recorded');
  await remind(queues, 'planning', start.lease);
  return { kind: 'started', runId: start.run.id };
}

/** Rejects with `UsageError` where the connection cannot run for this purpose now: paused, faulted, or all writing stopped. */
export async function refuseWhereImpossible(
  store: Store,
  { connectionId, purpose }: Pick<Asked, 'connectionId' | 'purpose'>,
): Promise<void> {
  const connection = await getConnection(store.db, connectionId);
  if (connection.state === 'paused') {
    throw new UsageError('CONNECTION_PAUSED', [
      `Connection ${connectionId} is paused. Run "mcsync connection resume ${connectionId}" first.`,
    ]);
  }
  if (connection.state === 'faulted') {
    const fault = connection.fault?.message ?? 'It stopped with a fault.';
    throw new UsageError('CONNECTION_FAULTED', [
      `${fault} Then run "mcsync connection resume ${connectionId}".`,
    ]);
  }
  const { writingStoppedAt } = await getInstallation(store.db);
  if (purpose !== 'plan' && writingStoppedAt !== null) {
    throw new UsageError('WRITING_STOPPED', [
      'All writing is stopped. Run "mcsync start" to allow it again; plans can be made meanwhile.',
    ]);
  }
}

/** Goes on where a run had stopped, with the limits asked for now. */
async function resumeRun(store: Store, queues: Queues, run: Run, asked: Asked): Promise<Started> {
  const resumed = await store.transaction(async (tx) => {
    // Of two who ask at once the second finds it going on already.
    if ((await lockRunState(tx, run.id)) !== 'stopped') return null;
    const lease = await claimLease(tx, run.connectionId, run.id);
    return lease && { lease, state: await recordResumed(tx, run, asked) };
  });
  if (resumed === null) return await busy(store, run.connectionId);
  await remind(queues, resumed.state, resumed.lease);
  return { kind: 'started', runId: run.id };
}

/** What was asked for is on record, so a queue that is down keeps nobody waiting and fails nothing: the repair pass makes the jobs when it is there again. */
async function remind(queues: Queues, state: RunState, lease: LeaseHold): Promise<void> {
  const timer = new AbortController();
  const tooLate = delay(QUEUE_ANSWERS_MS, undefined, { signal: timer.signal });
  try {
    await Promise.race([addFlow(queues, state, lease), tooLate]);
  } catch (error) {
    if (error instanceof InvariantError) throw error;
  } finally {
    timer.abort();
  }
}

async function busy(store: Store, connection: ConnectionId): Promise<Started> {
  const holder = await findHolder(store.db, connection);
  if (holder === null)
    throw new UsageError('CONNECTION_BUSY', ['The connection was busy a moment ago. Try again.']);
  return { kind: 'busy', holder: holder.runId };
}

/**
 * Approves exactly what a held run shows, and applies it under a new lease (rules section 8). Of two who approve, or reject, at once the second is told that there is nothing left to say; so is who
 * approves what a later run has drawn up afresh meanwhile.
 */
export async function approveRun(store: Store, queues: Queues, id: RunId, by: string): Promise<Started> {
  const run = await getRun(store.db, id);
  await refuseWhereImpossible(store, { ...run, purpose: 'sync' });
  const lease = await store.transaction(async (tx): Promise<LeaseHold | null> => {
    await lockHeldRun(tx, run, 'approve');
    const claimed = await claimLease(tx, run.connectionId, run.id);
    if (claimed === null) return null;
    await recordHeldApproved(tx, id, by);
    await resetApplyStages(tx, id);
    await recordApplyStages(tx, id);
    await recordRunState(tx, run, 'applying');
    return claimed;
  });
  if (lease === null) return await busy(store, run.connectionId);
  passStep('approval-recorded');
  await remind(queues, 'applying', lease);
  return { kind: 'started', runId: id };
}

/** Says no to what a held run shows: not proposed again until one of the facts changes. Gives how many decisions. */
export async function rejectRun(store: Store, id: RunId, by: string): Promise<number> {
  const run = await getRun(store.db, id);
  return await store.transaction(async (tx) => {
    await lockHeldRun(tx, run, 'reject');
    // Whoever does not want an undoing wants what there is.
    const rejected =
      run.purpose === 'undo'
        ? await recordDecisionStates(tx, id, ['held'], 'rejected', by)
        : await recordRejection(tx, id, by);
    await recordRunState(tx, run, 'rejected');
    return rejected;
  });
}

/** Nobody else says anything to it until the transaction ends. */
async function lockHeldRun(
  tx: Db,
  { id, connectionId }: Pick<Run, 'id' | 'connectionId'>,
  verb: 'approve' | 'reject',
): Promise<void> {
  const state = await lockRunState(tx, id);
  if (state === 'held') return;
  const [later] = await listRunsIn(tx, ['held'], connectionId);
  const hint =
    later === undefined
      ? 'Nothing of its connection waits for approval.'
      : `Run ${later.id} shows what waits now.`;
  throw new UsageError('BAD_INPUT', [`Run ${id} is ${state}, so there is nothing to ${verb}. ${hint}`]);
}

/**
 * Ends whatever a connection is at: its run, and what earlier runs have queued or under way at Mailchimp. Nothing more is written; unfinished batches are deleted at Mailchimp by the next look at
 * them, which is due at once, and their people are read (durability rule 7). Single calls under way have an answer in a moment. Gives the run; null: there was nothing to end.
 */
export async function abortRun(
  store: Store,
  connection: ConnectionId,
  now: Date = new Date(),
): Promise<RunId | null> {
  await getConnection(store.db, connection);
  const runs = await listRunsIn(store.db, ['planning', 'applying', 'stopped'], connection);
  const atMailchimp = await listRunsOfOpenUpdates(store.db, connection);
  for (const run of runs) {
    await store.transaction(async (tx) => {
      const state = await lockRunState(tx, run.id);
      // It may have ended by itself meanwhile.
      if (state !== null && mayFollow(state, 'aborted')) await endRun(tx, run, 'aborted');
    });
  }
  await store.transaction(async (tx) => {
    await withdrawUpdates(tx, connection);
    await abandonBatches(tx, connection, now);
  });
  return runs.at(-1)?.id ?? atMailchimp.at(-1) ?? null;
}

/** Stops plans, live sync and submission; polling and settling go on (rules section 8). */
export async function pauseConnection(store: Store, id: ConnectionId): Promise<void> {
  await getConnection(store.db, id);
  await recordConnectionState(store.db, id, 'paused');
}

/** Lets a paused or faulted connection run again; the next run looks whether the fault is mended. */
export async function resumeConnection(store: Store, id: ConnectionId): Promise<void> {
  await getConnection(store.db, id);
  await recordConnectionState(store.db, id, 'active');
}

/** Rejects with `UsageError` while anything is submitted or running (rules section 8). Nothing can be sent, and no run can start, between the look and the removal. */
export async function dropConnection(store: Store, id: ConnectionId): Promise<void> {
  await getConnection(store.db, id);
  await store.transaction(async (tx) => {
    await lockForRemoval(tx, id);
    await refuseWhereUnderWay(tx, id);
    await removeConnection(tx, id);
  });
}

async function refuseWhereUnderWay(tx: Db, id: ConnectionId): Promise<void> {
  const { submitted = 0 } = await countUpdates(tx, id);
  if (submitted > 0) {
    throw new UsageError('OPEN_UPDATES', [
      `${submitted} updates are at Mailchimp. Wait until they are settled, then remove the connection.`,
    ]);
  }
  const [running] = await listRunsIn(tx, ['planning', 'applying'], id);
  if (running !== undefined) {
    throw new UsageError('CONNECTION_BUSY', [
      `Run ${running.id} is running. Wait for it, or run "mcsync abort ${id}".`,
    ]);
  }
}
