import type { ContactRow } from './rows.ts';

/** Contacts in an order; a place may be empty. Not to be kept over a change. */
export interface ContactList {
  readonly length: number;
  at(index: number): ContactRow | undefined;
}

/**
 * Contacts by (modified_date, id). A change adds an entry, the old one stays and is passed over when read: a contact changed now
 * belongs at the end, so that keeping order is nearly always an append. An entry is a date and the contact at the same place of two
 * lists: a million objects for them would cost 40 MB more.
 */
export class ModifiedIndex {
  #dates: number[] = [];
  #contacts: ContactRow[] = [];
  #isSorted = true;
  #stale = 0;

  /** To be called when a contact is inserted, and after each change of its modified_date. */
  add(contact: ContactRow): void {
    const last = this.#contacts.length - 1;
    if (last >= 0 && this.#compare(last, contact.modified_date, contact.id) > 0) this.#isSorted = false;
    this.#dates.push(contact.modified_date);
    this.#contacts.push(contact);
  }

  /** To be called once for each entry that stopped being true: modified_date changed, or the contact is gone. */
  noteStale(): void {
    this.#stale += 1;
  }

  /** Contacts changed at or after a time, by (modified_date, id). `isThere` tells whether a contact still exists. */
  from(ms: number, isThere: (contact: ContactRow) => boolean): ContactList {
    this.#tidy(isThere);
    const [dates, contacts] = [this.#dates, this.#contacts];
    const start = this.#firstFrom(ms);
    const at = (index: number) => {
      const place = start + index;
      const contact = contacts[place];
      if (contact === undefined || contact.modified_date !== dates[place]) return undefined;
      // The same contact twice with the same date: changed away and back again.
      const isTwice = contacts[place - 1] === contact && dates[place - 1] === dates[place];
      return isTwice || !isThere(contact) ? undefined : contact;
    };
    return { length: contacts.length - start, at };
  }

  #tidy(isThere: (contact: ContactRow) => boolean): void {
    const isWorn = this.#stale > this.#contacts.length / 2;
    if (!isWorn && this.#isSorted) return;
    let places = Array.from(this.#contacts.keys());
    if (isWorn) {
      places = places.filter((at) => {
        const contact = this.#contacts[at];
        return contact !== undefined && contact.modified_date === this.#dates[at] && isThere(contact);
      });
      this.#stale = 0;
    }
    if (!this.#isSorted) {
      places.sort((a, b) => this.#compare(a, this.#dates[b] ?? 0, this.#contacts[b]?.id ?? 0));
      this.#isSorted = true;
    }
    const [dates, contacts] = [this.#dates, this.#contacts];
    this.#dates = places.map((at) => dates[at] ?? 0);
    this.#contacts = places.flatMap((at) => contacts[at] ?? []);
  }

  /** The entry at a place against a date and an id. */
  #compare(place: number, date: number, id: number): number {
    return (this.#dates[place] ?? 0) - date || (this.#contacts[place]?.id ?? 0) - id;
  }

  #firstFrom(ms: number): number {
    let low = 0;
    let high = this.#dates.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#dates[middle] ?? Number.POSITIVE_INFINITY) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
