import type { SandboxClock } from '../clock.ts';
import type { FaultKind, Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { Account } from './account.ts';
import type { Batch, Operation } from './batch.ts';
import { problems } from './problem.ts';
import { type OperationResult, packResults, type ResultFile } from './result-archive.ts';
import type { MailchimpSettings } from './settings.ts';

export interface BatchesOptions {
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly settings: () => MailchimpSettings;
  /** Carries out one operation through the handlers of direct calls; a paged GET gives a result per page. */
  readonly run: (account: Account, operation: Operation) => readonly OperationResult[];
  /** Events of batches that were not delivered yet; they count as pending. */
  readonly waitingEvents: (account: Account) => number;
  readonly onFinished: (batch: Batch) => void;
}

interface Queue {
  readonly waiting: Job[];
  running: Job | null;
}

interface Job {
  readonly batch: Batch;
  readonly account: Account;
  /** In the order they will be carried out, which is not the order they were given. */
  readonly operations: readonly Operation[];
  readonly results: OperationResult[];
  done: number;
}

interface ResultUrl {
  readonly batch: Batch;
  readonly expiresAt: number;
}

const STUCK: ReadonlySet<FaultKind> = new Set<FaultKind>(['stuck-batch']);
const EMPTIED: ReadonlySet<FaultKind> = new Set<FaultKind>(['empty-result-file']);

/** What a result URL leads to. */
export type ResultLookup =
  | { readonly kind: 'archive'; readonly content: Promise<Buffer> }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

/**
 * The batches of all accounts. They go through their states on the sandbox's clock, one of an account at a time, their operations
 * in no order (reference section 6).
 */
export class Batches {
  readonly #options: BatchesOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #batches = new Map<string, Batch>();
  readonly #urls = new Map<string, ResultUrl>();

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /** Takes a batch in; throws 429 where too many of the account are not finished. */
  submit(account: Account, operations: readonly Operation[]): Batch {
    const unfinished = this.list(account).filter(({ status }) => status !== 'finished').length;
    const most = Math.max(unfinished, this.#options.waitingEvents(account));
    if (most >= this.#options.settings().maxPendingBatches) {
      throw problems.tooManyRequests('You have more than 500 pending batches or batch webhook events.');
    }
    const { clock, random } = this.#options;
    const batch: Batch = {
      id: random.hex(10),
      accountId: account.id,
      submittedAt: clock.now(),
      status: 'pending',
      total: 0,
      finished: 0,
      errored: 0,
      completedAt: null,
      archive: null,
      isDeleted: false,
    };
    this.#batches.set(batch.id, batch);
    const queue = this.#queueOf(account);
    queue.waiting.push({ batch, account, operations: random.shuffle(operations), results: [], done: 0 });
    if (queue.running === null) this.#startNext(queue);
    return batch;
  }

  /** The account's batches of the last seven days, newest first. */
  list(account: Account): readonly Batch[] {
    this.#dropOld();
    return [...this.#batches.values()].filter(({ accountId }) => accountId === account.id).reverse();
  }

  find(account: Account, id: string): Batch | undefined {
    return this.list(account).find((batch) => batch.id === id);
  }

  /** Stops a running batch: what already ran stays done, its results are lost. */
  remove(batch: Batch): void {
    batch.isDeleted = true;
    this.#batches.delete(batch.id);
    const queue = this.#queues.get(batch.accountId);
    if (queue === undefined) return;
    const waiting = queue.waiting.findIndex((job) => job.batch === batch);
    if (waiting >= 0) queue.waiting.splice(waiting, 1);
    if (queue.running?.batch === batch) this.#startNext(queue);
  }

  /** A new URL token for the results of a finished batch, good for ten minutes. */
  issueToken(batch: Batch): string {
    const token = this.#options.random.hex(32);
    const expiresAt = this.#options.clock.now() + this.#options.settings().resultUrlMs;
    this.#urls.set(token, { batch, expiresAt });
    return token;
  }

  /** What the token of a result URL leads to. */
  lookUp(token: string): ResultLookup {
    const url = this.#urls.get(token);
    if (url === undefined || url.batch.isDeleted || url.batch.archive === null) return { kind: 'unknown' };
    if (url.expiresAt <= this.#options.clock.now()) return { kind: 'expired' };
    return { kind: 'archive', content: url.batch.archive };
  }

  #queueOf(account: Account): Queue {
    const queue = this.#queues.get(account.id) ?? { waiting: [], running: null };
    this.#queues.set(account.id, queue);
    return queue;
  }

  #startNext(queue: Queue): void {
    const job = queue.waiting.shift() ?? null;
    queue.running = job;
    if (job === null) return;
    this.#afterStep(job, () => {
      job.batch.status = 'preprocessing';
      this.#afterStep(job, () => {
        job.batch.status = 'started';
        job.batch.total = job.operations.length;
        this.#afterStep(job, () => this.#runSlice(queue, job));
      });
    });
  }

  #runSlice(queue: Queue, job: Job): void {
    const { batch, account, operations } = job;
    const slice = operations.slice(job.done, job.done + this.#options.settings().batchSliceSize);
    for (const operation of slice) {
      const results = this.#options.run(account, operation);
      job.results.push(...results);
      batch.total += results.length - 1;
      batch.finished += results.length;
      batch.errored += results.filter(({ status_code }) => status_code >= 400).length;
    }
    job.done += slice.length;
    if (job.done < operations.length) this.#afterStep(job, () => this.#runSlice(queue, job));
    else this.#finalize(queue, job);
  }

  #finalize(queue: Queue, job: Job): void {
    const { batch } = job;
    const stuck = this.#options.faults.take(STUCK, targetOf(batch));
    if (stuck !== null) {
      // All operations are done and the state does not show it; the account's other batches go on.
      if (stuck.delayMs !== undefined) this.#after(stuck.delayMs, job, () => this.#pack(queue, job));
      this.#startNext(queue);
      return;
    }
    this.#pack(queue, job);
  }

  #pack(queue: Queue, job: Job): void {
    const { batch } = job;
    batch.status = 'finalizing';
    const isEmptied = this.#options.faults.take(EMPTIED, targetOf(batch)) !== null;
    const packed = packResults(isEmptied ? this.#emptyFiles() : this.#filesOf(job.results));
    this.#afterStep(job, () => this.#finish(queue, job, packed));
  }

  #finish(queue: Queue, { batch }: Job, archive: Promise<Buffer>): void {
    batch.archive = archive;
    batch.completedAt = this.#options.clock.now();
    batch.status = 'finished';
    if (queue.running?.batch === batch) this.#startNext(queue);
    this.#options.onFinished(batch);
  }

  /** Several files and one of them empty, as the real archives come. */
  #filesOf(results: readonly OperationResult[]): readonly ResultFile[] {
    const perFile = this.#options.settings().resultsPerFile;
    const chunks = Array.from({ length: Math.ceil(results.length / perFile) }, (_, n) =>
      results.slice(n * perFile, (n + 1) * perFile),
    );
    const files = chunks.map((chunk) => this.#file(JSON.stringify(chunk)));
    return [...files.slice(0, 1), this.#file(''), ...files.slice(1)];
  }

  #emptyFiles(): readonly ResultFile[] {
    return [this.#file(''), this.#file('')];
  }

  #file(content: string): ResultFile {
    return { name: this.#options.random.hex(20), content };
  }

  #afterStep(job: Job, act: () => void): void {
    this.#after(this.#options.settings().batchStepMs, job, act);
  }

  #after(ms: number, { batch }: Job, act: () => void): void {
    this.#options.clock.after(ms, () => {
      if (!batch.isDeleted) act();
    });
  }

  #dropOld(): void {
    const now = this.#options.clock.now();
    const oldest = now - this.#options.settings().batchRetentionMs;
    for (const [id, batch] of this.#batches) if (batch.submittedAt < oldest) this.#batches.delete(id);
    for (const [token, url] of this.#urls) {
      if (url.expiresAt < now - this.#options.settings().resultUrlMs) this.#urls.delete(token);
    }
  }
}

const targetOf = (batch: Batch) =>
  ({ system: 'mailchimp', method: 'POST', paths: [`/batches/${batch.id}`] }) as const;
