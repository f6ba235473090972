import type { SystemName } from './faults.ts';

/** One request that reached the sandbox, answered or not. */
export interface LoggedRequest {
  readonly system: SystemName;
  readonly kind: 'read' | 'write';
  readonly method: string;
  /** After the system's base, without the query string; for CiviCRM `Entity/action`. */
  readonly path: string;
  /** Milliseconds since 1970 on the sandbox's clock. */
  readonly at: number;
}

/** One operation of a batch that was carried out. */
export interface LoggedOperation {
  readonly operationId: string | null;
  readonly method: string;
  readonly path: string;
  readonly at: number;
}

export interface RequestCounts {
  readonly read: number;
  readonly write: number;
  readonly total: number;
}

const KEPT = 1000;
const KEPT_OPERATIONS = 100_000;

/** Counts the requests of both systems and keeps the last 1,000, for tests and the benchmark. */
export class RequestLog {
  #recent: LoggedRequest[] = [];
  #counts = noCounts();
  #operations: LoggedOperation[] = [];

  /** Once per HTTP request: a CiviCRM multi-call counts once, a result archive is a read of Mailchimp. */
  record(request: LoggedRequest): void {
    this.#counts[request.system][request.kind] += 1;
    this.#recent.push(request);
    // Cut in one go now and then: shifting on every request would move the whole list each time.
    if (this.#recent.length >= 2 * KEPT) this.#recent = this.#recent.slice(-KEPT);
  }

  /** Once per operation of a batch, when it is carried out; that is no request of its own. */
  recordOperation(operation: LoggedOperation): void {
    this.#operations.push(operation);
    if (this.#operations.length >= 2 * KEPT_OPERATIONS) this.#operations = this.operations().slice();
  }

  /** The last 100,000 operations of batches, oldest first. */
  operations(): readonly LoggedOperation[] {
    return this.#operations.slice(-KEPT_OPERATIONS);
  }

  counts(): Readonly<Record<SystemName, RequestCounts>> {
    const { mailchimp, civicrm } = this.#counts;
    return { mailchimp: withTotal(mailchimp), civicrm: withTotal(civicrm) };
  }

  /** Back to zero and nothing kept. */
  reset(): void {
    this.#recent = [];
    this.#operations = [];
    this.#counts = noCounts();
  }

  /** The last `n` requests (at most 1,000), oldest first. */
  recent(n: number): readonly LoggedRequest[] {
    return n > 0 ? this.#recent.slice(-Math.min(n, KEPT)) : [];
  }
}

interface Tally {
  read: number;
  write: number;
}

const noCounts = (): Record<SystemName, Tally> => ({
  mailchimp: { read: 0, write: 0 },
  civicrm: { read: 0, write: 0 },
});

const withTotal = ({ read, write }: Tally): RequestCounts => ({ read, write, total: read + write });
