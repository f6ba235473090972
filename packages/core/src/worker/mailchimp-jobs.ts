import type { RequestCounter } from '../domain/call-limiter.ts';
import type { ConnectionId, RunId } from '../domain/ids.ts';
import { stopsConnection } from '../errors/codes.ts';
import { SyncError } from '../errors/sync-error.ts';
import { type BatchingJob, type PollingJob, RETRIED, versioned } from '../queue/queues.ts';
import { sendUpdates } from '../stages/batching.ts';
import { withOwnData } from '../stages/look-at-pairings.ts';
import type { MailchimpContext } from '../stages/mailchimp-context.ts';
import { pollBatch, settleForgotten } from '../stages/polling.ts';
import { type Batch, findBatch, listBatches } from '../store/batches.ts';
import { findConnection, recordFault } from '../store/connections.ts';
import { addRunRequests } from '../store/runs.ts';
import { hasDueUpdates, listRunsOfOpenUpdates } from '../store/updates.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Sends what a connection has queued, and has its batches looked at. */
export async function runBatchingJob(env: WorkerEnvironment, { connectionId }: BatchingJob): Promise<void> {
  await withMailchimp(env, connectionId, async (ctx) => {
    await settleForgotten(ctx);
    await sendUpdates(ctx);
    const batches = await listBatches(env.store.db, connectionId, OPEN_BATCHES);
    for (const batch of batches.filter(isOpen)) await pollSoon(env, batch);
  });
}

/** More than an account ever has under way (mailchimp-api.md 2). */
const OPEN_BATCHES = 500;
const isOpen = ({ state }: Batch): boolean => state === 'claimed' || state === 'submitted';

/** Looks at one batch; while it is not finished, again later. What settling queued is sent at once. */
export async function runPollingJob(env: WorkerEnvironment, { batchId }: PollingJob): Promise<void> {
  const batch = await findBatch(env.store.db, batchId);
  if (batch === null || !isOpen(batch)) return;
  await withMailchimp(env, batch.connectionId, (ctx) => pollBatch(ctx, batch));
  const looked = await findBatch(env.store.db, batchId);
  if (looked !== null && isOpen(looked)) return await pollSoon(env, looked);
  if (await hasDueUpdates(env.store.db, batch.connectionId, new Date(env.now()))) {
    await env.queues.batching.add('send', versioned({ connectionId: batch.connectionId }), RETRIED);
  }
}

/** One job for each look: while it waits or works, the same look is not added again. One that has failed for good does not keep the next pass from adding it anew. */
export async function pollSoon(env: WorkerEnvironment, batch: Batch): Promise<void> {
  const delay = Math.max(0, (batch.nextPollAt?.getTime() ?? 0) - env.now());
  const deduplication = { id: `B${batch.id}-${batch.polls}-${batch.state}` };
  await env.queues.polling.add('look', versioned({ batchId: batch.id }), {
    ...RETRIED,
    deduplication,
    delay,
  });
}

async function withMailchimp(
  env: WorkerEnvironment,
  connectionId: ConnectionId,
  work: (ctx: MailchimpContext) => Promise<unknown>,
): Promise<void> {
  const found = await findConnection(env.store.db, connectionId);
  if (found === null) return;
  const connection = withOwnData(env, found);
  const { store, installationId, now, signal } = env;
  const requests = { mailchimp: 0, civicrm: 0 };
  const count: RequestCounter = (system) => {
    requests[system]++;
  };
  // Requests are counted with the runs whose updates are under way: they are what is waited for.
  const runs = await listRunsOfOpenUpdates(store.db, connectionId);
  const { mailchimp, mailchimpWriter, civicrm } = await env.gateways.forConnection(connection, count);
  try {
    await work({ store, connection, installationId, mailchimp, mailchimpWriter, civicrm, signal, now });
  } catch (error) {
    if (error instanceof SyncError && stopsConnection(error.code))
      await recordFault(store.db, connectionId, error);
    throw error;
  } finally {
    await addToNewest(env, runs, requests);
  }
}

async function addToNewest(
  env: WorkerEnvironment,
  runs: readonly RunId[],
  requests: { mailchimp: number; civicrm: number },
): Promise<void> {
  const newest = runs.at(-1);
  if (newest !== undefined) await addRunRequests(env.store.db, newest, requests);
}
