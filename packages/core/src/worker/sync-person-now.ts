import type { RequestCounter } from '../domain/call-limiter.ts';
import type { ConnectionId, RunId } from '../domain/ids.ts';
import { stopsConnection } from '../errors/codes.ts';
import { LeaseLostError, SyncError, UsageError } from '../errors/sync-error.ts';
import { refuseWhereImpossible } from '../queue/run-control.ts';
import { type PersonContext, type PersonSynced, syncPerson } from '../stages/sync-person.ts';
import { getConnection, recordFault } from '../store/connections.ts';
import { endRun } from '../store/end-run.ts';
import { addLogLine, addRunRequests, findRun, type RunStart, recordRun } from '../store/runs.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Who is to be synced, and for whom. */
export interface PersonAsked {
  readonly connectionId: ConnectionId;
  /** In lower case. */
  readonly addresses: readonly string[];
  readonly requestedBy: string;
}

/** What came of it: the run says the rest. */
export interface PersonOutcome {
  readonly runId: RunId;
  readonly synced: PersonSynced;
}

type Queueless = Omit<WorkerEnvironment, 'queues'>;

/**
 * Syncs one person, or a few, in this process and in one piece (stages/sync-person.ts), under a run of its own. Rejects with `UsageError` while the connection cannot run or
 * was never synced (rules section 8), and with `LeaseLostError` while another run holds it.
 */
export async function syncPersonNow(env: Queueless, asked: PersonAsked): Promise<PersonOutcome> {
  const { store } = env;
  await refuseWhereImpossible(store, { connectionId: asked.connectionId, purpose: 'person' });
  const connection = await getConnection(store.db, asked.connectionId);
  if (connection.firstSyncedAt === null)
    throw new UsageError('NEVER_SYNCED', [
      `Connection ${connection.id} was never synced, and its first sync wants to be seen whole: "mcsync plan ${connection.id}".`,
    ]);
  const started = await start(env, asked);
  const requests = { mailchimp: 0, civicrm: 0 };
  const count: RequestCounter = (system) => {
    requests[system]++;
  };
  try {
    const gateways = await env.gateways.forConnection(connection, count);
    const { installationId, now, signal } = env;
    const { run, lease } = started;
    const tell: PersonContext['tell'] = (level, text) =>
      addLogLine(store.db, run.id, { level, stage: null, text });
    const ctx = { store, connection, run, lease, installationId, now, signal, tell, ...gateways };
    return { runId: run.id, synced: await syncPerson(ctx, asked.addresses) };
  } catch (error) {
    await fail(env, started.run.id, error);
    throw error;
  } finally {
    await addRunRequests(store.db, started.run.id, requests);
  }
}

async function start(
  { store }: Queueless,
  { connectionId, addresses, requestedBy }: PersonAsked,
): Promise<Extract<RunStart, { kind: 'started' }>> {
  const started = await recordRun(store, {
    connectionId,
    mode: 'incremental',
    purpose: 'person',
    requestedBy,
    approval: 'none',
    onlyAddresses: addresses,
    stopBefore: null,
    deadlineAt: null,
    since: null,
  });
  if (started.kind === 'started') return started;
  throw new LeaseLostError(
    'CONNECTION_BUSY',
    `Run ${started.holder} holds connection ${connectionId}. Wait for it, or end it with "mcsync abort ${connectionId}".`,
  );
}

/** The lease is free again, whatever happened, and what stops a connection stops it here too. */
async function fail({ store }: Queueless, id: RunId, error: unknown): Promise<void> {
  const run = await findRun(store.db, id);
  if (run === null) return;
  const told = error instanceof SyncError ? { code: error.code, message: error.message } : UNEXPECTED;
  if (run.state === 'planning' || run.state === 'applying')
    await store.transaction((tx) => endRun(tx, run, 'failed', told));
  if (error instanceof SyncError && stopsConnection(error.code))
    await recordFault(store.db, run.connectionId, error);
}

const UNEXPECTED = { code: 'UNEXPECTED', message: 'The sync of this person failed for a reason of our own.' };
