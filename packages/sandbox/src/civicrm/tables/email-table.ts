import { collate } from '../collation.ts';
import { IdTable } from './id-table.ts';
import { MultiMap, RowsById } from './multi-map.ts';
import type { EmailRow } from './rows.ts';
import type { RowRun } from './sorted-rows.ts';

/** No contact has it: the rows that belong to nobody stand here. */
const NOBODY = 0;

const isPrimary = (row: EmailRow): boolean => row.is_primary;

/** E-mail rows by id, by contact and by address. */
export class EmailTable {
  readonly #rows = new IdTable<EmailRow>();
  readonly #byContact = new RowsById<EmailRow>();
  readonly #byAddress = new MultiMap<string, EmailRow>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: EmailRow): void {
    this.#rows.insert(row);
    this.#byContact.add(row.contact_id ?? NOBODY, row);
    this.#byAddress.add(collate(row.email), row);
  }

  delete(row: EmailRow): void {
    this.#rows.delete(row);
    this.#byContact.delete(row.contact_id ?? NOBODY, row);
    this.#byAddress.delete(collate(row.email), row);
  }

  setAddress(row: EmailRow, email: string): void {
    this.#byAddress.delete(collate(row.email), row);
    row.email = email;
    this.#byAddress.add(collate(email), row);
  }

  setContact(row: EmailRow, contactId: number): void {
    this.#byContact.delete(row.contact_id ?? NOBODY, row);
    row.contact_id = contactId;
    this.#byContact.add(contactId, row);
  }

  get(id: number): EmailRow | undefined {
    return this.#rows.get(id);
  }

  ofContact(contactId: number | null): readonly EmailRow[] {
    return this.#byContact.get(contactId ?? NOBODY);
  }

  primaryOf(contactId: number): EmailRow | undefined {
    return this.#byContact.find(contactId, isPrimary);
  }

  /** All rows with an address that MariaDB calls equal to this one. */
  withAddress(email: string): readonly EmailRow[] {
    return this.#byAddress.get(collate(email));
  }

  all(): readonly EmailRow[] {
    return this.#rows.all();
  }

  from(id: number): RowRun<EmailRow> {
    return this.#rows.from(id);
  }
}
