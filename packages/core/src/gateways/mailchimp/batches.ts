import type { Instant } from '../../domain/instant.ts';
import { invariant } from '../../domain/invariant.ts';
import type { MailchimpClient, Send } from './client.ts';
import { accountFault, busy, outcomeUnknown, toReadError, toSubmitError } from './failure.ts';
import type { MailchimpReader, MailchimpWriter, RemoteBatch } from './mailchimp.ts';
import { checkKey } from './members.ts';
import { batchPageSchema, batchSchema } from './schemas.ts';
import { toOperation, toRemoteBatch } from './translate.ts';

const BATCH_FIELDS = [
  'id',
  'status',
  'total_operations',
  'finished_operations',
  'errored_operations',
  'submitted_at',
  'response_body_url',
];
const PAGE_FIELDS = [...BATCH_FIELDS.map((field) => `batches.${field}`), 'total_items'];
const PAGE = 500;
const MOST_OPERATIONS = 1000;

/** Reads the account's batches of the last 7 days (mailchimp-api.md 6.1). */
export function createBatchReader(
  client: MailchimpClient,
): Pick<MailchimpReader, 'fetchBatch' | 'fetchBatchesSince'> {
  async function fetchPage(offset: number, signal: AbortSignal) {
    const options = { fields: PAGE_FIELDS, count: PAGE, offset };
    const page = await client.read(batchPageSchema, (sdk) => sdk.batches.listWithHttpInfo(options), signal);
    invariant(page !== null, 'the list of batches is always there');
    return page;
  }

  return {
    async fetchBatch(remoteId, signal) {
      const send: Send = (sdk) => sdk.batches.statusWithHttpInfo(remoteId, { fields: BATCH_FIELDS });
      const batch = await client.read(batchSchema, send, signal);
      return batch === null ? null : toRemoteBatch(batch);
    },

    async fetchBatchesSince(since, signal) {
      // By id: one that is submitted while we page moves the others along, whatever the order, which nobody documents.
      const found = new Map<string, RemoteBatch>();
      for (let offset = 0; ; offset += PAGE) {
        const { batches, total_items: total } = await fetchPage(offset, signal);
        for (const batch of batches) found.set(batch.id, toRemoteBatch(batch));
        if (batches.length === 0 || offset + batches.length >= total) break;
      }
      return [...found.values()].filter((batch) => isFrom(batch, since));
    },
  };
}

/** One without a date may be from then. */
const isFrom = ({ submittedAt }: RemoteBatch, since: Instant): boolean =>
  submittedAt === null || submittedAt >= since;

/** Submits and deletes batches. */
export function createBatchWriter(
  client: MailchimpClient,
): Pick<MailchimpWriter, 'submitBatch' | 'deleteBatch'> {
  return {
    async submitBatch(audience, operations, signal) {
      invariant(
        operations.length >= 1 && operations.length <= MOST_OPERATIONS,
        'a batch holds 1 to 1,000 operations',
      );
      for (const { call } of operations) checkKey(call.key);
      const body = { operations: operations.map((operation) => toOperation(audience, operation)) };
      const answer = await client.write((sdk) => sdk.batches.startWithHttpInfo(body), signal);
      if (answer.kind !== 'ok') throw toSubmitError(answer);
      const batch = batchSchema.safeParse(answer.body);
      if (!batch.success) throw outcomeUnknown({ httpStatus: answer.httpStatus });
      return toRemoteBatch(batch.data);
    },

    async deleteBatch(remoteId, signal) {
      const answer = await client.write((sdk) => sdk.batches.deleteRequestWithHttpInfo(remoteId), signal);
      signal.throwIfAborted();
      if (answer.kind === 'ok') return true;
      if (answer.kind !== 'problem') throw toReadError(answer);
      if (answer.httpStatus === 404) return true;
      const fault = accountFault(answer);
      if (fault !== null) throw fault;
      if (answer.httpStatus === 429 || answer.httpStatus >= 500) throw busy(answer);
      return false;
    },
  };
}
