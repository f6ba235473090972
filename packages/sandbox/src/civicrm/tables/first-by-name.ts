import { collate } from '../collation.ts';
import type { ContactRow } from './rows.ts';

/** So many of the first names are kept; who wants more has to sort. */
const KEPT = 64;

/**
 * The first contacts in the order of their sort names, nameless ones before all: what a query finds that asks for a few contacts
 * and for no order (civicrm-recorded.md 9). An index on all names would cost a million contacts more than it is worth.
 */
export class FirstByName {
  /** Always a true beginning of the whole order; it shrinks when contacts leave it. */
  #rows: ContactRow[] = [];
  /** Nothing was left out: whoever comes belongs in. */
  #isAll = true;

  /** To be called when a contact is inserted, and after each change of its name. */
  note(row: ContactRow): void {
    this.drop(row);
    const at = this.#placeOf(row);
    if (at === this.#rows.length && !this.#isAll) return;
    this.#rows.splice(at, 0, row);
    if (this.#rows.length <= KEPT) return;
    this.#rows.length = KEPT;
    this.#isAll = false;
  }

  /** To be called when a contact goes. */
  drop(row: ContactRow): void {
    const at = this.#rows.indexOf(row);
    if (at >= 0) this.#rows.splice(at, 1);
  }

  /** `all` is read if nothing of the beginning is left. */
  rows(all: () => readonly ContactRow[]): readonly ContactRow[] {
    if (this.#rows.length === 0 && !this.#isAll) {
      this.#isAll = true;
      for (const row of all()) this.note(row);
    }
    return this.#rows;
  }

  #placeOf(row: ContactRow): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#rows[middle];
      if (other !== undefined && compare(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(a: ContactRow, b: ContactRow): number {
  const [ours, theirs] = [nameOf(a), nameOf(b)];
  if (ours === theirs) return a.id - b.id;
  return ours < theirs ? -1 : 1;
}

/** NULL comes before every name. */
const nameOf = ({ sort_name: name }: ContactRow): string => (name === null ? '' : `1${collate(name)}`);
