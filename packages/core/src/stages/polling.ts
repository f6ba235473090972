import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/instant.ts';
import { TransientError } from '../errors/sync-error.ts';
import type { RemoteBatch } from '../gateways/mailchimp/mailchimp.ts';
import { passStep } from '../step-boundary.ts';
import {
  type Batch,
  listBatchUpdates,
  listOwnRemoteIds,
  recordBatchSettled,
  recordPolled,
  recordSubmitted,
} from '../store/batches.ts';
import { listForgottenUpdates } from '../store/updates.ts';
import type { MailchimpContext } from './mailchimp-context.ts';
import { parseOperationId } from './operation-id.ts';
import { type Result, settle } from './settle.ts';

/** After so long a batch is deleted at Mailchimp and given up; stuck ones were seen for 7 hours (mailchimp-api.md 6.3). */
const OVERDUE_MS = 24 * HOUR_MS;
/** A claimed batch that nothing is found of after so long was never taken (durability rule 4). */
const NEVER_TAKEN_MS = 10 * MINUTE_MS;
/** How far before the claim a batch may say it was submitted: their clock and ours differ. */
const CLOCKS_MS = 5 * MINUTE_MS;
/** Direct calls have an answer, or a time-out, long before. */
const FORGOTTEN_MS = 5 * MINUTE_MS;
const RESULTS_AT_ONCE = 250;

/** Looks at one batch: not finished yet, or its results are settled, or it is given up. May run twice. */
export async function pollBatch(ctx: MailchimpContext, batch: Batch): Promise<void> {
  const remoteId = batch.remoteId ?? (await adopt(ctx, batch));
  if (remoteId === null) return;
  const remote = await ctx.mailchimp.fetchBatch(remoteId, ctx.signal);
  passStep('batch-looked-at');
  if (remote === null) return await settleRest(ctx, batch, 'lost');
  if (remote.status !== 'finished' || remote.resultUrl === null)
    return await waitOrGiveUp(ctx, batch, remote);
  try {
    await settleResults(ctx, batch, remote.resultUrl);
  } catch (error) {
    // The archive is sometimes not there for some seconds after the batch has finished (mailchimp-api.md 6.2).
    if (!(error instanceof TransientError)) throw error;
    // One that can never be read tells nothing; its operations are over, so their people can be read.
    await (isOverdue(ctx, batch) ? settleRest(ctx, batch, 'lost') : pollLater(ctx, batch, remote));
  }
}

const isOverdue = ({ now }: MailchimpContext, { claimedAt }: Batch): boolean =>
  now() - claimedAt.getTime() >= OVERDUE_MS;

/** Streams the archive; updates that it does not mention have an unknown outcome. */
async function settleResults(ctx: MailchimpContext, batch: Batch, resultUrl: string): Promise<void> {
  let results: Result[] = [];
  for await (const { operationId, outcome } of ctx.mailchimp.fetchResults(resultUrl, ctx.signal)) {
    const ours = parseOperationId(operationId, ctx.installationId);
    if (ours?.batchId !== batch.id) continue;
    results.push({ updateId: ours.updateId, outcome });
    if (results.length < RESULTS_AT_ONCE) continue;
    await settle(ctx, batch.id, results);
    results = [];
  }
  await settle(ctx, batch.id, results);
  await settleRest(ctx, batch, 'settled');
}

/** Whatever has no result is read, never sent again (rules section 8). */
async function settleRest(ctx: MailchimpContext, batch: Batch, state: 'settled' | 'lost'): Promise<void> {
  const rest = await listBatchUpdates(ctx.store.db, batch.id);
  await settle(
    ctx,
    batch.id,
    rest.map(({ id }) => ({ updateId: id, outcome: { kind: 'unknown', httpStatus: null } })),
  );
  await recordBatchSettled(ctx.store.db, batch.id, state);
  passStep('batch-settled');
}

async function waitOrGiveUp(ctx: MailchimpContext, batch: Batch, remote: RemoteBatch): Promise<void> {
  if (batch.abandonedAt === null && !isOverdue(ctx, batch)) return await pollLater(ctx, batch, remote);
  await ctx.mailchimpWriter.deleteBatch(remote.id, ctx.signal);
  passStep('batch-deleted');
  const isGone = (await ctx.mailchimp.fetchBatch(remote.id, ctx.signal)) === null;
  await (isGone ? settleRest(ctx, batch, 'lost') : pollLater(ctx, batch, remote));
}

/** 1 s at first, then longer, at most a minute. */
async function pollLater(
  { store, now }: MailchimpContext,
  batch: Batch,
  { status, finished }: RemoteBatch,
): Promise<void> {
  const pauseMs = Math.min(MINUTE_MS, SECOND_MS * 1.5 ** Math.min(batch.polls, 12));
  await recordPolled(store.db, batch.id, {
    remoteStatus: status,
    finished,
    nextPollAt: new Date(now() + pauseMs),
  });
}

/**
 * A crash between submitting and recording (durability rule 4): the account's batches that are not known to be ours are looked through. While any is unfinished the
 * updates wait, for it may be ours; a finished one's archive tells, and ours is adopted. Gives its id there; null: nothing to do now.
 */
async function adopt(ctx: MailchimpContext, batch: Batch): Promise<string | null> {
  const { store, mailchimp, signal, now } = ctx;
  const candidates = await mailchimp.fetchBatchesSince(batch.claimedAt.getTime() - CLOCKS_MS, signal);
  const known = await listOwnRemoteIds(
    store.db,
    candidates.map(({ id }) => id),
  );
  const strangers = candidates.filter(({ id }) => !known.has(id));
  const suspects: string[] = strangers.filter(({ status }) => status !== 'finished').map(({ id }) => id);
  for (const { id } of strangers.filter(({ status }) => status === 'finished')) {
    const whose = await whoseBatch(ctx, batch, id);
    if (whose === 'ours') {
      await recordSubmitted(store.db, batch.id, id, new Date(now()));
      passStep('batch-adopted');
      return id;
    }
    if (whose === 'unknown') suspects.push(id);
  }
  await waitForStrangers(ctx, batch, suspects.length > 0 ? OVERDUE_MS : NEVER_TAKEN_MS);
  return null;
}

/** Nobody's batch is deleted but our own: a stranger that never finishes is waited for as long as one of ours would be. */
async function waitForStrangers(ctx: MailchimpContext, batch: Batch, atMostMs: number): Promise<void> {
  if (ctx.now() - batch.claimedAt.getTime() > atMostMs) return await settleRest(ctx, batch, 'lost');
  const nextPollAt = new Date(ctx.now() + MINUTE_MS);
  await recordPolled(ctx.store.db, batch.id, { remoteStatus: 'unknown', finished: 0, nextPollAt });
}

/** By the first operation in its archive: a batch of ours holds nothing else. `unknown`: the archive cannot be read now; it may be later. */
async function whoseBatch(
  ctx: MailchimpContext,
  batch: Batch,
  id: string,
): Promise<'ours' | 'foreign' | 'unknown'> {
  const fresh = await ctx.mailchimp.fetchBatch(id, ctx.signal);
  if (fresh === null) return 'foreign';
  if (fresh.resultUrl === null) return 'unknown';
  try {
    for await (const { operationId } of ctx.mailchimp.fetchResults(fresh.resultUrl, ctx.signal)) {
      const named = parseOperationId(operationId, ctx.installationId);
      return named?.batchId === batch.id ? 'ours' : 'foreign';
    }
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return 'unknown';
  }
  return 'foreign';
}

/** Direct calls whose sender died: nobody knows what came of them, so their members are read. */
export async function settleForgotten(ctx: MailchimpContext): Promise<void> {
  const forgotten = await listForgottenUpdates(
    ctx.store.db,
    new Date(ctx.now() - FORGOTTEN_MS),
    RESULTS_AT_ONCE,
  );
  const own = forgotten.filter(({ connectionId }) => connectionId === ctx.connection.id);
  await settle(
    ctx,
    null,
    own.map(({ id }) => ({ updateId: id, outcome: { kind: 'unknown', httpStatus: null } })),
  );
}
