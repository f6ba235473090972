import type { RequestCounter } from '../domain/call-limiter.ts';
import { stopsConnection } from '../errors/codes.ts';
import { LeaseLostError, SyncError } from '../errors/sync-error.ts';
import { withOwnData } from '../stages/look-at-pairings.ts';
import type { PersonContext } from '../stages/sync-person.ts';
import { getConnection, recordFault } from '../store/connections.ts';
import { endRun } from '../store/end-run.ts';
import { addLogLine, addRunRequests, findRun, type Run, type RunRequest, recordRun } from '../store/runs.ts';
import { getSiteUrl } from '../store/sites.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** What a piece of work in this process needs; no queue. */
export type QueuelessEnvironment = Omit<WorkerEnvironment, 'queues'>;

/** What has to be said of a run that is done in one piece; nothing of it stops at a checkpoint. */
export type PieceAsked = Pick<RunRequest, 'connectionId' | 'purpose' | 'requestedBy' | 'onlyAddresses'>;

/**
 * Does a run in this process and in one piece, under a lease like any other. Rejects with `LeaseLostError` while another run holds the connection. However the work ends, the
 * lease is free then; what stops a connection stops it here, too.
 */
export async function inOnePiece<Result>(
  env: QueuelessEnvironment,
  asked: PieceAsked,
  work: (ctx: PersonContext) => Promise<Result>,
): Promise<{ readonly run: Run; readonly result: Result }> {
  const { store } = env;
  const connection = withOwnData(env, await getConnection(store.db, asked.connectionId));
  const { run, lease } = await start(env, asked);
  const requests = { mailchimp: 0, civicrm: 0 };
  const count: RequestCounter = (system) => {
    requests[system]++;
  };
  try {
    const gateways = await env.gateways.forConnection(connection, count);
    const { installationId, now, signal } = env;
    const tell: PersonContext['tell'] = (level, text) =>
      addLogLine(store.db, run.id, { level, stage: null, text });
    const extraData = env.extraData ?? null;
    const siteUrl = () => getSiteUrl(store.db, connection.siteId);
    const own = { store, connection, run, lease, installationId, now, signal, tell, extraData, siteUrl };
    const ctx = { ...own, ...gateways };
    return { run, result: await work(ctx) };
  } catch (error) {
    await fail(env, run, error);
    throw error;
  } finally {
    await addRunRequests(store.db, run.id, requests);
  }
}

async function start({ store }: QueuelessEnvironment, asked: PieceAsked) {
  const { connectionId } = asked;
  const started = await recordRun(store, {
    mode: 'incremental',
    approval: 'none',
    stopBefore: null,
    deadlineAt: null,
    since: null,
    ...asked,
  });
  if (started.kind === 'started') return started;
  throw new LeaseLostError(
    'CONNECTION_BUSY',
    `Run ${started.holder} holds connection ${connectionId}. Wait for it, or end it with "mcsync abort ${connectionId}".`,
  );
}

async function fail(
  { store }: QueuelessEnvironment,
  { id, connectionId }: Run,
  error: unknown,
): Promise<void> {
  const run = await findRun(store.db, id);
  const told = error instanceof SyncError ? { code: error.code, message: error.message } : UNEXPECTED;
  if (run?.state === 'planning' || run?.state === 'applying')
    await store.transaction((tx) => endRun(tx, run, 'failed', told));
  if (error instanceof SyncError && stopsConnection(error.code))
    await recordFault(store.db, connectionId, error);
}

const UNEXPECTED = { code: 'RUN_FAILED', message: 'It failed for a reason of our own.' };
