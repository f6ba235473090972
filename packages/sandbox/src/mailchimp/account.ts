import type { Audience } from './audience.ts';

/** A Mailchimp account. Several API keys may open it; all share its connections and its batches. */
export interface Account {
  /** What `GET /` gives as `account_id`: the answer to "is this the same account?". */
  readonly id: string;
  readonly name: string;
  /** Such as `us6`: the suffix of its keys. */
  readonly dataCentre: string;
  readonly createdAt: number;
  readonly keys: Set<string>;
  readonly audiences: Map<string, Audience>;
  isSuspended: boolean;
  /** Requests being answered at the moment, those whose callers gave up included (reference section 2). */
  openRequests: number;
}
