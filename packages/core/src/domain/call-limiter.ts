/**
 * Who may call now: at most so many simultaneous calls per account or site over all workers (durability rule 6). The store's call slots implement it.
 */
export interface CallLimiter {
  /** Waits for a free slot. Rejects with the signal's reason when aborted while waiting. */
  acquire(signal: AbortSignal): Promise<CallSlot>;
}

/** One simultaneous call that is ours until released. */
export interface CallSlot {
  /** The call is over at the other end too. May be called twice. */
  release(): Promise<void>;
  /**
   * We gave the call up, but it may still run and occupy a connection at the other end (mailchimp-api.md 2): the slot stays taken until the other end's
   * own time limit has passed.
   */
  abandon(): Promise<void>;
}

/** Told of every request that goes out, to count them with the run. */
export type RequestCounter = (system: 'mailchimp' | 'civicrm') => void;
