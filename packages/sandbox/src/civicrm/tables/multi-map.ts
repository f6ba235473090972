/** Several rows under one key, in the order they were added. */
export class MultiMap<K, R> {
  readonly #rows = new Map<K, R[]>();

  add(key: K, row: R): void {
    const rows = this.#rows.get(key);
    if (rows === undefined) this.#rows.set(key, [row]);
    else rows.push(row);
  }

  /** Takes one row out from under its key; an absent one is no error. */
  delete(key: K, row: R): void {
    const rows = this.#rows.get(key);
    if (rows === undefined) return;
    const at = rows.indexOf(row);
    if (at >= 0) rows.splice(at, 1);
    if (rows.length === 0) this.#rows.delete(key);
  }

  get(key: K): readonly R[] {
    return this.#rows.get(key) ?? [];
  }
}
