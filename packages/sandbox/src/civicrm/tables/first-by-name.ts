import { collate } from '../collation.ts';
import { nameOf } from '../contact-names.ts';
import type { ContactRow } from './rows.ts';

/** So many of the first names are kept; who wants more has to sort. */
const KEPT = 64;

/**
 * The first contacts in the order of their sort names, nameless ones before all: what a query finds that asks for a few contacts
 * and for no order (civicrm-recorded.md 9). An index on all names would cost a million contacts more than it is worth.
 */
export class FirstByName {
  /** Always a true beginning of the whole order; it shrinks when contacts leave it. */
  #entries: Entry[] = [];
  /** Nothing was left out: whoever comes belongs in. */
  #isAll = true;

  /** To be called after each change of a contact's name. */
  note(row: ContactRow): void {
    this.drop(row);
    this.add(row);
  }

  /** To be called when a contact is inserted. */
  add(row: ContactRow): void {
    const entry = { name: sortKey(row), row };
    const at = this.#placeOf(entry);
    if (at === this.#entries.length && !this.#isAll) return;
    this.#entries.splice(at, 0, entry);
    if (this.#entries.length <= KEPT) return;
    this.#entries.length = KEPT;
    this.#isAll = false;
  }

  /** To be called when a contact goes. */
  drop(row: ContactRow): void {
    const at = this.#entries.findIndex((entry) => entry.row === row);
    if (at >= 0) this.#entries.splice(at, 1);
  }

  /** `all` is read if nothing of the beginning is left. */
  rows(all: () => readonly ContactRow[]): readonly ContactRow[] {
    if (this.#entries.length === 0 && !this.#isAll) {
      this.#isAll = true;
      for (const row of all()) this.add(row);
    }
    return this.#entries.map(({ row }) => row);
  }

  #placeOf(entry: Entry): number {
    let at = this.#entries.length;
    for (; at > 0; at -= 1) {
      const before = this.#entries[at - 1];
      if (before !== undefined && compare(before, entry) < 0) break;
    }
    return at;
  }
}

interface Entry {
  readonly name: string;
  readonly row: ContactRow;
}

function compare(a: Entry, b: Entry): number {
  if (a.name === b.name) return a.row.id - b.row.id;
  return a.name < b.name ? -1 : 1;
}

/** NULL comes before every name. */
function sortKey(row: ContactRow): string {
  const name = nameOf(row, 'sort_name');
  return name === null ? '' : `1${collate(name)}`;
}
