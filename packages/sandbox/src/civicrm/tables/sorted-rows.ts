/** So many late-comers are still cheaper to put in one by one than to sort the whole list again. */
const FEW = 32;

/** Rows one after the other. The live ones: read them before anything is written. */
export interface RowRun<R> extends Iterable<R> {
  readonly length: number;
  at(index: number): R | undefined;
}

/** The end of a list without a copy of it: whoever wants a page does not pay for a million rows. */
class Tail<R> implements RowRun<R> {
  readonly length: number;
  readonly #rows: readonly R[];
  readonly #start: number;

  constructor(rows: readonly R[], start: number) {
    this.#rows = rows;
    this.#start = start;
    this.length = rows.length - start;
  }

  at(index: number): R | undefined {
    return this.#rows[this.#start + index];
  }

  *[Symbol.iterator](): Iterator<R> {
    for (let at = this.#start; at < this.#rows.length; at += 1) yield this.#rows[at] as R; // inside the list
  }
}

/**
 * Rows in the order of a number that never changes while the row is in here. Adding at the end is the usual case and costs
 * nothing; rows that come late are put in their place when somebody reads.
 */
export class SortedRows<R> {
  readonly #keyOf: (row: R) => number;
  #rows: R[] = [];
  #late: R[] = [];

  constructor(keyOf: (row: R) => number) {
    this.#keyOf = keyOf;
  }

  add(row: R): void {
    const last = this.#rows.at(-1);
    if (last === undefined || this.#keyOf(last) <= this.#keyOf(row)) this.#rows.push(row);
    else this.#late.push(row);
  }

  /** Takes one row out; an absent one is no error. */
  delete(row: R): void {
    const rows = this.all();
    for (let at = this.#firstFrom(rows, this.#keyOf(row)); at < rows.length; at += 1) {
      if (rows[at] === row) {
        this.#rows.splice(at, 1);
        return;
      }
    }
  }

  /** Takes out all rows of a set in one pass. */
  deleteAll(gone: ReadonlySet<R>): void {
    this.#rows = this.all().filter((row) => !gone.has(row));
  }

  /** In ascending order. The list is the live one: read it before anything is written. */
  all(): readonly R[] {
    if (this.#late.length > 0) this.#settle();
    return this.#rows;
  }

  /**
   * A row with this key. Keys that are ids have few gaps, so that the row nearly always stands where it would stand without any:
   * a Map of a million rows would cost 50 MB.
   */
  find(key: number): R | undefined {
    const rows = this.all();
    const guess = rows[key - 1];
    if (guess !== undefined && this.#keyOf(guess) === key) return guess;
    const row = rows[this.#firstFrom(rows, key)];
    return row !== undefined && this.#keyOf(row) === key ? row : undefined;
  }

  /** The rows with a key of at least `key`, in ascending order. */
  from(key: number): RowRun<R> {
    const rows = this.all();
    const at = this.#firstFrom(rows, key);
    return at === 0 ? rows : new Tail(rows, at);
  }

  get size(): number {
    return this.#rows.length + this.#late.length;
  }

  #settle(): void {
    const late = this.#late;
    this.#late = [];
    if (late.length <= FEW) {
      for (const row of late) this.#rows.splice(this.#firstFrom(this.#rows, this.#keyOf(row)), 0, row);
    } else {
      this.#rows = this.#rows.concat(late).sort((a, b) => this.#keyOf(a) - this.#keyOf(b));
    }
  }

  #firstFrom(rows: readonly R[], key: number): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle];
      if (row !== undefined && this.#keyOf(row) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
