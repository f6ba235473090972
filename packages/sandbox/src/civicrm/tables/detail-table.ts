import { IdTable } from './id-table.ts';
import { RowsById } from './multi-map.ts';
import type { RowRun } from './sorted-rows.ts';

/** A row that hangs on a contact, one of which is the primary one. */
export interface Detail {
  readonly id: number;
  contact_id: number;
  location_type_id: number;
  is_primary: boolean;
}

/** Addresses or phones by id and by contact. */
export class DetailTable<R extends Detail> {
  readonly #rows = new IdTable<R>();
  readonly #byContact = new RowsById<R>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: R): void {
    this.#rows.insert(row);
    this.#byContact.add(row.contact_id, row);
  }

  delete(row: R): void {
    this.#rows.delete(row);
    this.#byContact.delete(row.contact_id, row);
  }

  setContact(row: R, contactId: number): void {
    this.#byContact.delete(row.contact_id, row);
    row.contact_id = contactId;
    this.#byContact.add(contactId, row);
  }

  get(id: number): R | undefined {
    return this.#rows.get(id);
  }

  ofContact(contactId: number): readonly R[] {
    return this.#byContact.get(contactId);
  }

  primaryOf(contactId: number): R | undefined {
    return this.#byContact.find(contactId, (row) => row.is_primary);
  }

  from(id: number): RowRun<R> {
    return this.#rows.from(id);
  }
}
