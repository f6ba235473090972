/** The rows under one key. Most keys have one, and a list for each would cost more than the row. */
type Slot<R> = R | R[] | undefined;

/** Several rows under one key, in the order they were added. */
export class MultiMap<K, R extends object> {
  readonly #slots = new Map<K, Exclude<Slot<R>, undefined>>();

  add(key: K, row: R): void {
    this.#slots.set(key, withRow(this.#slots.get(key), row));
  }

  /** Takes one row out from under its key; an absent one is no error. */
  delete(key: K, row: R): void {
    const left = withoutRow(this.#slots.get(key), row);
    if (left === undefined) this.#slots.delete(key);
    else this.#slots.set(key, left);
  }

  get(key: K): readonly R[] {
    return listOf(this.#slots.get(key));
  }
}

/** The same for keys that are ids, of which most up to the greatest have rows: an eighth of a Map's memory. */
export class RowsById<R extends object> {
  readonly #slots: Slot<R>[] = [];

  add(id: number, row: R): void {
    // Never a hole: V8 would turn the list into a slow dictionary.
    while (this.#slots.length <= id) this.#slots.push(undefined);
    this.#slots[id] = withRow(this.#slots[id], row);
  }

  /** Takes one row out from under its id; an absent one is no error. */
  delete(id: number, row: R): void {
    if (id < this.#slots.length) this.#slots[id] = withoutRow(this.#slots[id], row);
  }

  get(id: number): readonly R[] {
    return listOf(this.#slots[id]);
  }

  /** The first of an id's rows that is wanted, without a list of them. */
  find(id: number, isWanted: (row: R) => boolean): R | undefined {
    const slot = this.#slots[id];
    if (Array.isArray(slot)) return slot.find(isWanted);
    return slot !== undefined && isWanted(slot) ? slot : undefined;
  }
}

function withRow<R extends object>(slot: Slot<R>, row: R): R | R[] {
  if (slot === undefined) return row;
  if (!Array.isArray(slot)) return [slot, row];
  slot.push(row);
  return slot;
}

function withoutRow<R extends object>(slot: Slot<R>, row: R): Slot<R> {
  if (!Array.isArray(slot)) return slot === row ? undefined : slot;
  const left = slot.filter((other) => other !== row);
  return left.length > 1 ? left : left[0];
}

function listOf<R extends object>(slot: Slot<R>): readonly R[] {
  if (slot === undefined) return [];
  return Array.isArray(slot) ? slot : [slot];
}
