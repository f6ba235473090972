import { collate } from '../collation.ts';
import { assignNames, type Names } from '../contact-names.ts';
import { FirstByName } from './first-by-name.ts';
import { IdTable } from './id-table.ts';
import { type ContactList, ModifiedIndex } from './modified-index.ts';
import type { ContactRow } from './rows.ts';
import type { RowRun } from './sorted-rows.ts';

/** Contacts by id, by external identifier and by (modified_date, id); the first of them by name, and those in the trash. */
export class ContactTable {
  readonly #rows = new IdTable<ContactRow>();
  readonly #byExternalIdentifier = new Map<string, ContactRow>();
  readonly #byModified = new ModifiedIndex();
  readonly #byName = new FirstByName();
  readonly #trashed = new Set<ContactRow>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: ContactRow): void {
    this.#rows.insert(row);
    if (row.external_identifier !== null) {
      this.#byExternalIdentifier.set(collate(row.external_identifier), row);
    }
    this.#byModified.add(row);
    this.#byName.add(row);
    if (row.is_deleted) this.#trashed.add(row);
  }

  delete(row: ContactRow): void {
    this.#rows.delete(row);
    if (row.external_identifier !== null) this.#byExternalIdentifier.delete(collate(row.external_identifier));
    this.#byModified.noteStale();
    this.#byName.drop(row);
    this.#trashed.delete(row);
  }

  setExternalIdentifier(row: ContactRow, identifier: string | null): void {
    if (row.external_identifier !== null) this.#byExternalIdentifier.delete(collate(row.external_identifier));
    row.external_identifier = identifier;
    if (identifier !== null) this.#byExternalIdentifier.set(collate(identifier), row);
  }

  /** Sets the derived names; the only way to, so that their order is known. */
  setNames(row: ContactRow, names: Names): void {
    assignNames(row, names);
    this.#byName.note(row);
  }

  /** Sets modified_date; the only way to, so that the index knows. */
  setModified(row: ContactRow, ms: number): void {
    if (row.modified_date === ms) return;
    row.modified_date = ms;
    this.#byModified.noteStale();
    this.#byModified.add(row);
  }

  /** Puts a contact in the trash or takes it out; the only way to, so that the trash is known. */
  setDeleted(row: ContactRow, isDeleted: boolean): void {
    row.is_deleted = isDeleted;
    if (isDeleted) this.#trashed.add(row);
    else this.#trashed.delete(row);
  }

  /** Those in the trash, by id. */
  trashed(): readonly ContactRow[] {
    return [...this.#trashed].sort((a, b) => a.id - b.id);
  }

  get(id: number): ContactRow | undefined {
    return this.#rows.get(id);
  }

  findByExternalIdentifier(identifier: string): ContactRow | undefined {
    return this.#byExternalIdentifier.get(collate(identifier));
  }

  all(): readonly ContactRow[] {
    return this.#rows.all();
  }

  from(id: number): RowRun<ContactRow> {
    return this.#rows.from(id);
  }

  /** Contacts changed at or after a time (ms since 1970), by (modified_date, id). */
  modifiedFrom(ms: number): ContactList {
    return this.#byModified.from(ms, (row) => this.#rows.get(row.id) === row);
  }

  /** The first ones by (sort_name, id); some, not all. */
  firstByName(): readonly ContactRow[] {
    return this.#byName.rows(() => this.all());
  }

  get size(): number {
    return this.#rows.size;
  }
}
