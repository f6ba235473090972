import { type RowRun, SortedRows } from './sorted-rows.ts';

/** Rows by auto-increment id, and in the order of their ids. */
export class IdTable<R extends { readonly id: number }> {
  readonly #ordered = new SortedRows<R>((row) => row.id);
  #lastId = 0;

  /** Takes the next id. An id once taken is not given again, used or not: failed inserts leave gaps, as in InnoDB. */
  takeId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** From now on ids follow the highest there is, as in a table that was read in from a backup. */
  reuseIds(): void {
    this.#lastId = this.all().at(-1)?.id ?? 0;
  }

  insert(row: R): void {
    this.#ordered.add(row);
  }

  get(id: number): R | undefined {
    return this.#ordered.find(id);
  }

  delete(row: R): void {
    this.#ordered.delete(row);
  }

  deleteAll(rows: readonly R[]): void {
    if (rows.length > 0) this.#ordered.deleteAll(new Set(rows));
  }

  /** All rows by ascending id. */
  all(): readonly R[] {
    return this.#ordered.all();
  }

  /** The rows with at least this id, ascending. */
  from(id: number): RowRun<R> {
    return this.#ordered.from(id);
  }

  get size(): number {
    return this.#ordered.size;
  }
}
