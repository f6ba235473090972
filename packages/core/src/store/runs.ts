import type { TailRow } from '../domain/history-tail.ts';
import { type ConnectionId, connectionId, type RunId, runId } from '../domain/ids.ts';
import { invariant } from '../domain/invariant.ts';
import type { CategoryVerdict, InCounts } from '../domain/plan.ts';
import {
  APPLY_STAGES,
  isRunActive,
  mayFollow,
  PLAN_STAGES,
  type RunMode,
  type RunPurpose,
  type RunState,
} from '../domain/run.ts';
import { UsageError } from '../errors/sync-error.ts';
import type { Db } from './db.ts';
import type { Prisma, Run as RunRow } from './generated/client.ts';
import { claimLease, findHolder, type LeaseHold, releaseLease } from './leases.ts';
import { recordInterestsSynced } from './pairings.ts';
import type { Store } from './store.ts';

/** How somebody asked for a run. */
export interface RunRequest {
  readonly connectionId: ConnectionId;
  readonly mode: RunMode;
  readonly purpose: RunPurpose;
  /** schedule, cli, dashboard, … */
  readonly requestedBy: string;
  /** Everything that it plans is approved beforehand. */
  readonly approval: 'all' | 'none';
  /** Only these people are written for; empty: everybody. */
  readonly onlyAddresses: readonly string[];
  readonly stopBefore: string | null;
  readonly deadlineAt: Date | null;
  readonly since: Date | null;
}

/** What was counted when a run started. */
export interface RunTotals extends InCounts {
  readonly listed: number;
  readonly archived: number;
  readonly added: number;
  readonly addedTrashed: number;
  readonly groupRows: number;
  /** Sides that shrank impossibly, though a second read says the same (E23). */
  readonly shrunk: readonly ('mailchimp' | 'civicrm')[];
}

/** A run as every part needs it. */
export interface Run {
  readonly id: RunId;
  readonly connectionId: ConnectionId;
  readonly mode: RunMode;
  readonly purpose: RunPurpose;
  readonly state: RunState;
  readonly requestedBy: string;
  readonly approval: 'all' | 'none';
  readonly onlyAddresses: readonly string[];
  readonly stopBefore: string | null;
  readonly deadlineAt: Date | null;
  readonly since: Date | null;
  /** Mailchimp is read for what changed after this; null: whole. */
  readonly windowSince: Date | null;
  readonly windowBefore: Date | null;
  readonly historyTo: number | null;
  /** Newest history id of the site when the run began. */
  readonly historyNewest: number | null;
  /** The newest rows of the group's history when the run began (E26). */
  readonly historyTail: readonly TailRow[];
  readonly utcOffsetMinutes: number;
  readonly civicrmWhole: boolean;
  readonly mailchimpWhole: boolean;
  readonly totals: RunTotals;
  readonly plan: readonly CategoryVerdict[];
  readonly counts: Readonly<Record<string, number>>;
  readonly requests: { readonly mailchimp: number; readonly civicrm: number };
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const NO_TOTALS: RunTotals = {
  mailchimp: 0,
  civicrm: 0,
  listed: 0,
  archived: 0,
  added: 0,
  addedTrashed: 0,
  groupRows: 0,
  shrunk: [],
};

/** Whether a run could start: `busy` names the run that holds the connection (E22). */
export type RunStart =
  | { readonly kind: 'started'; readonly run: Run; readonly lease: LeaseHold }
  | { readonly kind: 'busy'; readonly holder: RunId };

/** Makes a run and takes the connection's lease for it, or neither (E22). Its plan stages are on record before any job exists (durability rule 1). */
export async function recordRun(store: Store, request: RunRequest): Promise<RunStart> {
  return await store.transaction(async (tx) => {
    const { connectionId: connection, approval, onlyAddresses, ...data } = request;
    const row = await tx.run.create({
      data: {
        ...data,
        connectionId: connection,
        approved: approval === 'all',
        onlyAddresses: [...onlyAddresses],
        // What is done in one piece has no stages to be planned by.
        stages: {
          create:
            data.purpose === 'person' || data.purpose === 'undo'
              ? []
              : PLAN_STAGES.map((stage) => ({ stage })),
        },
      },
    });
    const lease = await claimLease(tx, connection, runId(row.id));
    if (lease !== null) return { kind: 'started', run: toRun(row), lease };
    const holder = await findHolder(tx, connection);
    await tx.run.delete({ where: { id: row.id } });
    return { kind: 'busy', holder: holder?.runId ?? runId(0) };
  });
}

export async function findRun(db: Db, id: RunId): Promise<Run | null> {
  const row = await db.run.findUnique({ where: { id } });
  return row === null ? null : toRun(row);
}

/** Rejects with `UsageError` where there is none. */
export async function getRun(db: Db, id: RunId): Promise<Run> {
  const found = await findRun(db, id);
  if (found === null) throw new UsageError('NOT_FOUND', [`There is no run ${id}. See "mcsync status".`]);
  return found;
}

/** The newest runs of a connection, newest first. */
export async function listRuns(db: Db, connection: ConnectionId, limit: number): Promise<readonly Run[]> {
  const rows = await db.run.findMany({
    where: { connectionId: connection },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(toRun);
}

/** Runs in one of these states, oldest first; of one connection where given. */
export async function listRunsIn(
  db: Db,
  states: readonly RunState[],
  connection?: ConnectionId,
): Promise<readonly Run[]> {
  const where: Prisma.RunWhereInput = {
    state: { in: [...states] },
    ...(connection && { connectionId: connection }),
  };
  const rows = await db.run.findMany({ where, orderBy: { id: 'asc' } });
  return rows.map(toRun);
}

/** The state of a run, which nobody else changes until the transaction ends; null: there is no such run. */
export async function lockRunState(tx: Db, id: RunId): Promise<RunState | null> {
  const rows = await tx.$queryRaw<
    readonly { state: RunState }[]
  >`SELECT state FROM runs WHERE id = ${id} FOR UPDATE`;
  return rows[0]?.state ?? null;
}

/**
 * Moves a run to a state that may follow its present one. Leaving `planning` and `applying` frees the lease, in the same transaction. Being there already changes
 * nothing, so it may run twice.
 */
export async function recordRunState(
  tx: Db,
  run: Pick<Run, 'id' | 'connectionId'>,
  to: RunState,
  error: Run['error'] = null,
): Promise<void> {
  const from = await lockRunState(tx, run.id);
  if (from === null || from === to) return;
  invariant(mayFollow(from, to), `a run cannot go from ${from} to ${to}`);
  const isOver = !isRunActive(to) && to !== 'held';
  await tx.run.update({
    where: { id: run.id },
    data: {
      state: to,
      ...(isOver && { finishedAt: new Date() }),
      ...(error && { errorCode: error.code, errorMessage: error.message }),
    },
  });
  if (!isRunActive(to)) await releaseLease(tx, run.connectionId, run.id);
  // A stopped run goes on with what it has read.
  if (!isRunActive(to) && to !== 'stopped') await forgetFetched(tx, run.id);
  await notifyRun(tx, run.id);
}

/** A stopped run goes on in the flow that it was in, with the limits asked for now. Gives its state. The caller holds the lease. */
export async function recordResumed(
  tx: Db,
  run: Run,
  {
    stopBefore = null,
    deadlineAt = null,
  }: { readonly stopBefore?: string | null; readonly deadlineAt?: Date | null },
): Promise<'planning' | 'applying'> {
  // They are put on record when the plan is drawn up, and not a moment later.
  const applyStages = await tx.runStage.count({ where: { runId: run.id, stage: { in: [...APPLY_STAGES] } } });
  const state = applyStages > 0 ? 'applying' : 'planning';
  await tx.run.update({ where: { id: run.id }, data: { stopBefore, deadlineAt, finishedAt: null } });
  await recordRunState(tx, run, state);
  return state;
}

/** What a run read is needed until its plan is drawn up. */
async function forgetFetched(tx: Db, id: RunId): Promise<void> {
  await tx.$executeRaw`DELETE FROM fetched_members WHERE run_id = ${id}`;
  await tx.$executeRaw`DELETE FROM fetched_addresses WHERE run_id = ${id}`;
  await tx.$executeRaw`DELETE FROM fetched_contacts WHERE run_id = ${id}`;
}

/** What a run measured at its start. */
export type Measured = Partial<
  Pick<
    Run,
    | 'windowSince'
    | 'windowBefore'
    | 'historyTo'
    | 'historyNewest'
    | 'historyTail'
    | 'utcOffsetMinutes'
    | 'civicrmWhole'
    | 'mailchimpWhole'
    | 'totals'
    | 'plan'
  >
>;

export async function recordMeasured(
  tx: Db,
  id: RunId,
  { totals, plan, historyTail, ...measured }: Measured,
): Promise<void> {
  await tx.run.update({
    where: { id },
    data: {
      ...measured,
      ...(totals && { totals: { ...totals, shrunk: [...totals.shrunk] } }),
      ...(historyTail && { historyTail: historyTail.map((row) => ({ ...row })) }),
      ...(plan && { plan: plan.map((verdict) => ({ ...verdict })) }),
    },
  });
}

/** Adds to a run's counts by name. */
export async function addRunCounts(
  tx: Db,
  id: RunId,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  if (Object.keys(counts).length === 0) return;
  await tx.$executeRaw`
    UPDATE runs SET counts = counts || (
      SELECT jsonb_object_agg(key, coalesce((runs.counts ->> key)::bigint, 0) + value::bigint) FROM jsonb_each_text(${JSON.stringify(counts)}::jsonb))
    WHERE id = ${id}`;
}

export async function addRunRequests(
  db: Db,
  id: RunId,
  requests: { mailchimp: number; civicrm: number },
): Promise<void> {
  if (requests.mailchimp === 0 && requests.civicrm === 0) return;
  await db.$executeRaw`
    UPDATE runs SET mailchimp_requests = mailchimp_requests + ${requests.mailchimp}, civicrm_requests = civicrm_requests + ${requests.civicrm}
    WHERE id = ${id}`;
}

/** One line of the run's log, for people; holds no personal data. */
export async function addLogLine(
  db: Db,
  id: RunId,
  line: { readonly level: 'info' | 'warn' | 'error'; readonly stage: string | null; readonly text: string },
): Promise<void> {
  await db.runLogLine.create({ data: { runId: id, ...line } });
  await notifyRun(db, id);
}

/** The channel on which every change of a run is told; the payload is the run's id. */
export const RUN_CHANNEL = 'mcsync_runs';

/** Tells whoever waits for a run, when the transaction commits. */
export async function notifyRun(db: Db, id: RunId): Promise<void> {
  await db.$executeRaw`SELECT pg_notify(${RUN_CHANNEL}, ${String(id)})`;
}

/** The apply stages of a run are put on record, before any job for them exists. May run twice. */
export async function recordApplyStages(tx: Db, id: RunId): Promise<void> {
  await tx.runStage.createMany({
    data: APPLY_STAGES.map((stage) => ({ runId: id, stage })),
    skipDuplicates: true,
  });
}

/** Held plans of earlier runs are drawn up afresh by this one (rules section 8: later runs refresh the held plan). An undoing is nobody's plan but its own. */
export async function supersedeHeldRuns(
  tx: Db,
  { connectionId: connection, id }: Pick<Run, 'connectionId' | 'id'>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions SET state = 'superseded' WHERE state = 'held' AND run_id IN (
      SELECT id FROM runs WHERE connection_id = ${connection} AND state = 'held' AND purpose <> 'undo' AND id <> ${id})`;
  await tx.$executeRaw`
    UPDATE runs SET state = 'superseded', finished_at = now()
    WHERE connection_id = ${connection} AND state = 'held' AND purpose <> 'undo' AND id <> ${id}`;
}

/** Cursors move only when the run that read up to them has finished (durability rule 8). */
export async function moveCursors(tx: Db, run: Run): Promise<void> {
  const isFull = run.mode === 'full' && run.since === null;
  await tx.connection.update({
    where: { id: run.connectionId },
    data: {
      mailchimpWatermark: run.windowBefore,
      historyCursor: run.historyTo,
      contactWatermark: run.windowBefore,
      historyTail: run.historyTail.map((row) => ({ ...row })),
      syncedAt: new Date(),
      ...(isFull && { fullSyncedAt: new Date() }),
    },
  });
  // A pilot is no first sync: everybody else still waits for one.
  if (run.onlyAddresses.length > 0) return;
  await tx.$executeRaw`
    UPDATE connections SET first_synced_at = coalesce(first_synced_at, now()) WHERE id = ${run.connectionId}`;
  await recordInterestsSynced(tx, run.connectionId);
}

function toRun(row: RunRow): Run {
  return {
    ...row,
    id: runId(row.id),
    connectionId: connectionId(row.connectionId),
    mode: row.mode as RunMode,
    purpose: row.purpose as RunPurpose,
    state: row.state as RunState,
    approval: row.approved ? 'all' : 'none',
    utcOffsetMinutes: row.utcOffsetMinutes ?? 0,
    historyTail: row.historyTail as unknown as readonly TailRow[], // as `recordMeasured` kept it
    totals: { ...NO_TOTALS, ...(row.totals as Partial<RunTotals>) },
    plan: row.plan as unknown as readonly CategoryVerdict[],
    counts: row.counts as Readonly<Record<string, number>>,
    requests: { mailchimp: row.mailchimpRequests, civicrm: row.civicrmRequests },
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  };
}
