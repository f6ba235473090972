import { IdTable } from './id-table.ts';
import { RowsById } from './multi-map.ts';
import type { HistoryRow } from './rows.ts';
import { type RowRun, SortedRows } from './sorted-rows.ts';

/** Subscription history by id, by group and by contact, each in the order of ids. */
export class HistoryTable {
  readonly #rows = new IdTable<HistoryRow>();
  readonly #byContact = new RowsById<HistoryRow>();
  readonly #byGroup = new Map<number | null, SortedRows<HistoryRow>>();

  takeId(): number {
    return this.#rows.takeId();
  }

  /** The next id is the one after the highest there is, as in a table that was read in from a backup. */
  reuseIds(): void {
    this.#rows.reuseIds();
  }

  insert(row: HistoryRow): void {
    this.#rows.insert(row);
    this.#byContact.add(row.contact_id, row);
    this.#ofGroup(row.group_id).add(row);
  }

  delete(row: HistoryRow): void {
    this.#rows.delete(row);
    this.#byContact.delete(row.contact_id, row);
    this.#ofGroup(row.group_id).delete(row);
  }

  deleteGroup(groupId: number): void {
    const rows = this.inGroupFrom(groupId, 0);
    this.#rows.deleteAll(rows);
    for (const row of rows) this.#byContact.delete(row.contact_id, row);
    this.#byGroup.delete(groupId);
  }

  /** Re-points a row in place, keeping its id and date, as a merge does (civicrm-recorded.md 7). */
  setContact(row: HistoryRow, contactId: number): void {
    this.#byContact.delete(row.contact_id, row);
    row.contact_id = contactId;
    this.#byContact.add(contactId, row);
  }

  /** Puts another date into a row, as only SQL can. Throws an Error for a row that is not there. */
  setDate(id: number, ms: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`There is no history row ${id}`);
    row.date = ms;
  }

  get(id: number): HistoryRow | undefined {
    return this.#rows.get(id);
  }

  ofContact(contactId: number): readonly HistoryRow[] {
    return [...this.#byContact.get(contactId)].sort((a, b) => a.id - b.id);
  }

  /** By ascending id, from the given one on. */
  inGroupFrom(groupId: number | null, id: number): readonly HistoryRow[] {
    return [...this.inGroupTail(groupId, id)];
  }

  /** The same without a copy. */
  inGroupTail(groupId: number | null, id: number): RowRun<HistoryRow> {
    return this.#byGroup.get(groupId)?.from(id) ?? [];
  }

  all(): readonly HistoryRow[] {
    return this.#rows.all();
  }

  from(id: number): RowRun<HistoryRow> {
    return this.#rows.from(id);
  }

  #ofGroup(groupId: number | null): SortedRows<HistoryRow> {
    const known = this.#byGroup.get(groupId);
    if (known !== undefined) return known;
    const rows = new SortedRows<HistoryRow>((row) => row.id);
    this.#byGroup.set(groupId, rows);
    return rows;
  }
}
