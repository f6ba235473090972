import { IdTable } from './id-table.ts';
import { MultiMap, RowsById } from './multi-map.ts';
import type { EntityTagRow } from './rows.ts';
import type { RowRun } from './sorted-rows.ts';

/** Who bears which tag, by id, by contact and by tag; a pair is there once. */
export class EntityTagTable {
  readonly #rows = new IdTable<EntityTagRow>();
  readonly #byContact = new RowsById<EntityTagRow>();
  readonly #byTag = new MultiMap<number, EntityTagRow>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: EntityTagRow): void {
    this.#rows.insert(row);
    this.#byContact.add(row.entity_id, row);
    this.#byTag.add(row.tag_id, row);
  }

  delete(row: EntityTagRow): void {
    this.#rows.delete(row);
    this.#byContact.delete(row.entity_id, row);
    this.#byTag.delete(row.tag_id, row);
  }

  /** Gives a tag to another contact, as a merge does; that contact must not bear it. */
  setContact(row: EntityTagRow, contactId: number): void {
    this.#byContact.delete(row.entity_id, row);
    row.entity_id = contactId;
    this.#byContact.add(contactId, row);
  }

  get(id: number): EntityTagRow | undefined {
    return this.#rows.get(id);
  }

  find(tagId: number, contactId: number): EntityTagRow | undefined {
    return this.#byContact.find(contactId, (row) => row.tag_id === tagId);
  }

  ofContact(contactId: number): readonly EntityTagRow[] {
    return this.#byContact.get(contactId);
  }

  ofTag(tagId: number): readonly EntityTagRow[] {
    return this.#byTag.get(tagId);
  }

  from(id: number): RowRun<EntityTagRow> {
    return this.#rows.from(id);
  }
}
