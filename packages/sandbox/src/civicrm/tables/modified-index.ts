import type { ContactRow } from './rows.ts';

interface Entry {
  readonly at: number;
  readonly contact: ContactRow;
}

/** Contacts in an order; a place may be empty. Not to be kept over a change. */
export interface ContactList {
  readonly length: number;
  at(index: number): ContactRow | undefined;
}

const byDateThenId = (a: Entry, b: Entry) => a.at - b.at || a.contact.id - b.contact.id;

/**
 * Contacts by (modified_date, id). A change adds an entry, the old one stays and is passed over when read: a contact changed now
 * belongs at the end, so that keeping order is nearly always an append.
 */
export class ModifiedIndex {
  #entries: Entry[] = [];
  #isSorted = true;
  #stale = 0;

  /** To be called when a contact is inserted, and after each change of its modified_date. */
  add(contact: ContactRow): void {
    const entry = { at: contact.modified_date, contact };
    const last = this.#entries.at(-1);
    if (last !== undefined && byDateThenId(last, entry) > 0) this.#isSorted = false;
    this.#entries.push(entry);
  }

  /** To be called once for each entry that stopped being true: modified_date changed, or the contact is gone. */
  noteStale(): void {
    this.#stale += 1;
  }

  /** Contacts changed at or after a time, by (modified_date, id). `isThere` tells whether a contact still exists. */
  from(ms: number, isThere: (contact: ContactRow) => boolean): ContactList {
    this.#tidy(isThere);
    const entries = this.#entries;
    const start = this.#firstFrom(ms);
    const at = (index: number) => {
      const entry = entries[start + index];
      if (entry === undefined || entry.contact.modified_date !== entry.at) return undefined;
      // The same contact twice with the same date: changed away and back again.
      const before = entries[start + index - 1];
      const isTwice = before?.contact === entry.contact && before.at === entry.at;
      return isTwice || !isThere(entry.contact) ? undefined : entry.contact;
    };
    return { length: entries.length - start, at };
  }

  #tidy(isThere: (contact: ContactRow) => boolean): void {
    if (this.#stale > this.#entries.length / 2) {
      this.#entries = this.#entries.filter(
        ({ at, contact }) => contact.modified_date === at && isThere(contact),
      );
      this.#stale = 0;
    }
    if (!this.#isSorted) this.#entries.sort(byDateThenId);
    this.#isSorted = true;
  }

  #firstFrom(ms: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.at ?? Number.POSITIVE_INFINITY) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
