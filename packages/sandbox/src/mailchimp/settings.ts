import type { TransitionOverrides } from './transitions.ts';

/** How this Mailchimp behaves where the real one's behaviour is a number, a plan's limit or a guess. */
export interface MailchimpSettings {
  /** Simultaneous requests of an account before 429 (reference section 2). */
  readonly maxConnections: number;
  /** Sandbox milliseconds that a batch spends in each state, and between two slices of operations. */
  readonly batchStepMs: number;
  /** Operations carried out in one go. */
  readonly batchSliceSize: number;
  /** Results per file of the archive. */
  readonly resultsPerFile: number;
  /** Batches not finished, per account, before 429. */
  readonly maxPendingBatches: number;
  readonly batchRetentionMs: number;
  readonly resultUrlMs: number;
  /** An audience's `stats` are this old at most (reference 3.2). */
  readonly statsCacheMs: number;
  /** Addresses refused as fake, test or role addresses when they are new to an audience. */
  readonly fakeAddresses: readonly RegExp[];
  /** Cells of the transition table (reference 4.2) that shall behave otherwise. */
  readonly transitions: TransitionOverrides;
  /** Tags in a PUT of a present member: ignored for years, support is new (reference 4.1). */
  readonly tagsOnPut: 'ignored' | 'added';
  /** `timestamp_opt` of somebody archived whom a PUT or PATCH brings back; POST always resets it. GUESS: nobody recorded it. */
  readonly optInOfRevivedByPut: 'kept' | 'reset';
  /** Tags POST and delete-permanent are documented for the hash alone (reference 3.4). */
  readonly tagsAndErasureBy: 'hash' | 'any-id';
  /** What a very old `since_last_changed` does: the real one hangs until its time limit (reference 3.3). */
  readonly ancientSince: 'times-out' | 'answers';
  /** Whether `POST /lists/{id}` subscribes again whom the API had unsubscribed: reports disagree (reference 4.2). */
  readonly bulkRevivesUnsubscribed: 'yes' | 'no';
  /** Whether new webhooks sign what they deliver: new and optional (reference 7.1). */
  readonly webhookSigning: 'signed' | 'unsigned';
  /** Real milliseconds that a receiver has to answer, the GET before saving included. */
  readonly webhookTimeoutMs: number;
  /** Sandbox milliseconds from one try to the next; GUESS: only the sum of 75 minutes is documented. */
  readonly webhookRetryMs: readonly number[];
  /** Events in a row that could not be delivered before the webhook is switched off. GUESS: "long failure". */
  readonly webhookOffAfter: number;
  /** Events are delivered up to so many sandbox milliseconds later, each by chance, and so in no order. */
  readonly webhookSpreadMs: number;
  /** The share of events that are delivered twice, 0–1. */
  readonly webhookDuplicateShare: number;
  /** Whether archiving and erasing fire `unsubscribe` with the action `delete`: not established. */
  readonly removalWebhook: 'none' | 'unsubscribe';
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const DEFAULT_MAILCHIMP_SETTINGS: MailchimpSettings = {
  maxConnections: 10,
  batchStepMs: 20,
  batchSliceSize: 500,
  resultsPerFile: 400,
  maxPendingBatches: 500,
  batchRetentionMs: 7 * DAY,
  resultUrlMs: 10 * MINUTE,
  statsCacheMs: 5 * MINUTE,
  fakeAddresses: [/@(.+\.)?example\.(com|net|org)$/i, /^(abuse|fake|no-?reply|postmaster|spam)@/i],
  transitions: {},
  tagsOnPut: 'ignored',
  optInOfRevivedByPut: 'kept',
  tagsAndErasureBy: 'hash',
  ancientSince: 'times-out',
  bulkRevivesUnsubscribed: 'no',
  webhookSigning: 'signed',
  webhookTimeoutMs: 10_000,
  webhookRetryMs: [1, 2, 4, 8, 15, 20, 25].map((minutes) => minutes * MINUTE),
  webhookOffAfter: 10,
  webhookSpreadMs: 0,
  webhookDuplicateShare: 0,
  removalWebhook: 'none',
};
