import type { RunId } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/instant.ts';
import { invariant } from '../domain/invariant.ts';
import type { MemberCall } from '../domain/mailchimp-call.ts';
import { OutcomeUnknownError, TransientError } from '../errors/sync-error.ts';
import type { BatchOperation } from '../gateways/mailchimp/mailchimp.ts';
import { passStep } from '../step-boundary.ts';
import {
  type Batch,
  claimBatch,
  recordNotSubmitted,
  recordPolled,
  recordSubmitted,
} from '../store/batches.ts';
import { findConnection } from '../store/connections.ts';
import { getInstallation } from '../store/installation.ts';
import { type ClaimedUpdate, claimUpdates, listStillClaimed, requeueUpdates } from '../store/updates.ts';
import type { MailchimpContext } from './mailchimp-context.ts';
import { operationId } from './operation-id.ts';
import { settle } from './settle.ts';
import { chunksOf } from './stage.ts';

/** How many updates go in one batch. */
export interface BatchSizes {
  /** Fewer go directly. */
  readonly fewest: number;
  readonly most: number;
}

/** As architecture.md wants it; a thousand is what Mailchimp takes well (mailchimp-api.md 2). */
const BATCH_SIZES: BatchSizes = { fewest: 20, most: 1000 };
/** Direct calls at the same time; the account's call slots bound them too. */
const DIRECT_AT_ONCE = 8;
const FIRST_POLL_MS = SECOND_MS;
const RETRY_SUBMITTING_MS = 30 * SECOND_MS;

/**
 * Sends a connection's queued updates: batches of at most 1,000, or directly where they are few. Claimed in the database before anything is sent, so that a crash
 * leaves a claim to be cleared up and never a second sending. Nothing goes out while the connection is paused or faulted, or while all writing is stopped.
 * `ofRun`: only what this run has queued. Gives how many were sent.
 */
export async function sendUpdates(
  ctx: MailchimpContext,
  sizes: BatchSizes = BATCH_SIZES,
  ofRun?: RunId,
): Promise<number> {
  let sent = 0;
  for (;;) {
    ctx.signal.throwIfAborted();
    if (!(await mayWrite(ctx))) return sent;
    const claim = await claimSome(ctx, sizes, ofRun);
    if (claim.updates.length === 0) return sent;
    passStep('updates-claimed');
    const isSent =
      claim.batch === null
        ? await sendDirectly(ctx, claim.updates)
        : await submit(ctx, claim.batch, claim.updates);
    if (!isSent) return sent;
    sent += claim.updates.length;
  }
}

/** Asked before each batch: somebody may have paused meanwhile. */
async function mayWrite({ store, connection }: MailchimpContext): Promise<boolean> {
  const { writingStoppedAt } = await getInstallation(store.db);
  const now = await findConnection(store.db, connection.id);
  return writingStoppedAt === null && now?.state === 'active';
}

interface Claim {
  readonly updates: readonly ClaimedUpdate[];
  /** Null: they go directly. */
  readonly batch: Batch | null;
}

async function claimSome(
  { store, connection, now }: MailchimpContext,
  { fewest, most }: BatchSizes,
  ofRun: RunId | undefined,
): Promise<Claim> {
  return await store.transaction(async (tx) => {
    const at = new Date(now());
    const updates = await claimUpdates(tx, connection.id, {
      limit: most,
      now: at,
      ...(ofRun && { runId: ofRun }),
    });
    if (updates.length < fewest) return { updates, batch: null };
    const scope = { connectionId: connection.id, accountId: connection.accountId };
    const ids = updates.map(({ id }) => id);
    return { updates, batch: await claimBatch(tx, scope, { updates: ids, now: at }) };
  });
}

async function submit(
  ctx: MailchimpContext,
  batch: Batch,
  updates: readonly ClaimedUpdate[],
): Promise<boolean> {
  const { store, connection, mailchimpWriter, installationId, signal } = ctx;
  const operations: readonly BatchOperation[] = updates.map((update) => ({
    operationId: operationId(installationId, batch.id, update.id),
    call: callOf(update),
  }));
  if ((await listStillClaimed(store.db, updates, batch.id)).size < updates.length) return true;
  try {
    const remote = await mailchimpWriter.submitBatch(connection.audienceId, operations, signal);
    passStep('batch-submitted');
    await recordSubmitted(store.db, batch.id, remote.id, new Date(ctx.now() + FIRST_POLL_MS));
    passStep('submission-recorded');
    return true;
  } catch (error) {
    if (error instanceof OutcomeUnknownError) {
      // Mailchimp may have it. Polling looks for it among the account's batches; nothing is sent again (durability rule 4).
      const nextPollAt = new Date(ctx.now() + FIRST_POLL_MS);
      await recordPolled(store.db, batch.id, { remoteStatus: 'unknown', finished: 0, nextPollAt });
      return true;
    }
    if (!(error instanceof TransientError)) throw error;
    await giveBack(ctx, batch, updates);
    return false;
  }
}

/** Mailchimp surely has not taken it: the updates are queued again. */
async function giveBack(
  { store, now }: MailchimpContext,
  batch: Batch,
  updates: readonly ClaimedUpdate[],
): Promise<void> {
  await store.transaction(async (tx) => {
    await requeueUpdates(
      tx,
      updates.map(({ id }) => id),
      new Date(now() + RETRY_SUBMITTING_MS),
    );
    await recordNotSubmitted(tx, batch.id);
  });
}

async function sendDirectly(ctx: MailchimpContext, updates: readonly ClaimedUpdate[]): Promise<boolean> {
  const { store, connection, mailchimpWriter, signal } = ctx;
  for (const claimed of chunksOf(updates, DIRECT_AT_ONCE)) {
    signal.throwIfAborted();
    const ours = await listStillClaimed(store.db, claimed, null);
    const some = claimed.filter(({ id }) => ours.has(id));
    const results = await Promise.all(
      some.map(async (update) => ({
        updateId: update.id,
        outcome: await mailchimpWriter.sendCall(connection.audienceId, callOf(update), signal),
      })),
    );
    passStep('sent-directly');
    await settle(ctx, null, results);
  }
  return true;
}

function callOf({ calls, step }: ClaimedUpdate): MemberCall {
  const call = calls[step];
  invariant(call !== undefined, 'an update has a call for its step');
  return call;
}
