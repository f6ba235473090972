import type { FetchWindow } from '../../domain/fetch-window.ts';
import type { AudienceId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CallOutcome, MemberCall, MemberRecord } from '../../domain/mailchimp-call.ts';
import type { MergeField } from '../../domain/pairings.ts';

/** Archived members are not in the default list: every fetch asks twice (rules section 1). */
export type MemberList = 'default' | 'archived';

/** Who a key opens. */
export interface AccountInfo {
  readonly accountId: string;
  readonly name: string;
}

/** An audience, as far as we need it. */
export interface AudienceInfo {
  readonly id: AudienceId;
  readonly name: string;
}

/** An interest of an audience. */
export interface InterestInfo {
  readonly id: string;
  readonly name: string;
  readonly category: string;
}

/** How much of an audience to read: `window` null for everything. Pages are ascending by `last_changed`. */
export interface MemberQuery {
  readonly list: MemberList;
  readonly window: FetchWindow | null;
}

export interface MemberPage {
  readonly members: readonly MemberRecord[];
  /** Of the whole query, not of the page. */
  readonly total: number;
}

/** In-count and totals of an audience now. */
export interface AudienceCounts {
  readonly subscribed: number;
  /** Everybody in the default list, whatever the status. */
  readonly listed: number;
  readonly archived: number;
}

export type RemoteBatchStatus = 'pending' | 'preprocessing' | 'started' | 'finalizing' | 'finished';

/** A batch as Mailchimp sees it. */
export interface RemoteBatch {
  readonly id: string;
  readonly status: RemoteBatchStatus;
  readonly total: number;
  readonly finished: number;
  readonly errored: number;
  readonly submittedAt: Instant | null;
  /** Pre-signed, valid 10 minutes; null until finished. Never logged whole. */
  readonly resultUrl: string | null;
}

/** An operation of a batch. */
export interface BatchOperation {
  readonly operationId: string;
  readonly call: MemberCall;
}

/** One line of a result archive. */
export interface OperationResult {
  /** Null where the operation had none: not ours. */
  readonly operationId: string | null;
  readonly outcome: CallOutcome;
}

/**
 * Reads one Mailchimp account. Every method rejects with `TransientError` where the same call may work later, with `FaultError` where the account or the audience
 * cannot be used (key revoked, wrong data centre, account suspended, an answer that is none); answers are checked on arrival.
 */
export interface MailchimpReader {
  fetchAccount(signal: AbortSignal): Promise<AccountInfo>;
  /** Null: there is no such audience in this account. */
  fetchAudience(audience: AudienceId, signal: AbortSignal): Promise<AudienceInfo | null>;
  /** Three small requests at once. */
  fetchCounts(audience: AudienceId, signal: AbortSignal): Promise<AudienceCounts>;
  /** How many a query would give: one request. */
  countMembers(audience: AudienceId, query: MemberQuery, signal: AbortSignal): Promise<number>;
  /** The audience's merge fields; the address itself is none of them. One request. */
  fetchMergeFields(audience: AudienceId, signal: AbortSignal): Promise<readonly MergeField[]>;
  /** All interests, with the title of the category that each is in. One request, and one for each category. */
  fetchInterests(audience: AudienceId, signal: AbortSignal): Promise<readonly InterestInfo[]>;
  /** Ids of all interests that the audience has now, as a member's record names them. Null: nobody is in the audience to tell. One request. */
  fetchInterestIds(audience: AudienceId, signal: AbortSignal): Promise<ReadonlySet<string> | null>;
  /** One page of at most 1,000; `offset` beyond the end gives an empty page. */
  fetchMembers(
    audience: AudienceId,
    query: MemberQuery,
    page: { readonly offset: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<MemberPage>;
  /** One member by `contact_id`, hash or address; null: 404, and the audience is there (checked). Archived members are found. */
  fetchMember(audience: AudienceId, key: string, signal: AbortSignal): Promise<MemberRecord | null>;
  /** Null: unknown, deleted, or older than 7 days. */
  fetchBatch(remoteId: string, signal: AbortSignal): Promise<RemoteBatch | null>;
  /** The account's batches submitted at or after a moment, whoever started them. */
  fetchBatchesSince(since: Instant, signal: AbortSignal): Promise<readonly RemoteBatch[]>;
  /** Streams a finished batch's results without credentials. Rejects with `TransientError` where the archive is not there yet. */
  fetchResults(resultUrl: string, signal: AbortSignal): AsyncIterable<OperationResult>;
}

/** Changes one Mailchimp account. Nothing here is retried: who calls decides what an unknown outcome means. */
export interface MailchimpWriter {
  /** Sends one call by itself. Never rejects for what happened to the member; rejects with `FaultError` where the account cannot be used. */
  sendCall(audience: AudienceId, call: MemberCall, signal: AbortSignal): Promise<CallOutcome>;
  /**
   * Submits at most 1,000 operations, at most one a member. Rejects with `TransientError` where Mailchimp has surely not taken it (429, connection refused) and
   * with `OutcomeUnknownError` where it may have.
   */
  submitBatch(
    audience: AudienceId,
    operations: readonly BatchOperation[],
    signal: AbortSignal,
  ): Promise<RemoteBatch>;
  /** Stops a batch; what already ran stays done. True: it is gone. */
  deleteBatch(remoteId: string, signal: AbortSignal): Promise<boolean>;
}
