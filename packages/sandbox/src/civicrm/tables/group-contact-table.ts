import { IdTable } from './id-table.ts';
import { RowsById } from './multi-map.ts';
import type { GroupContactRow } from './rows.ts';
import { type RowRun, SortedRows } from './sorted-rows.ts';

interface MembersOfGroup {
  readonly byId: SortedRows<GroupContactRow>;
  readonly byContact: SortedRows<GroupContactRow>;
}

/** Memberships by id, by contact, and of one group in the order of ids and of contacts. A pair is there once. */
export class GroupContactTable {
  readonly #rows = new IdTable<GroupContactRow>();
  readonly #byContact = new RowsById<GroupContactRow>();
  readonly #groups = new Map<number, MembersOfGroup>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: GroupContactRow): void {
    this.#rows.insert(row);
    this.#byContact.add(row.contact_id, row);
    const members = this.#membersOf(row.group_id);
    members.byId.add(row);
    members.byContact.add(row);
  }

  delete(row: GroupContactRow): void {
    this.#rows.delete(row);
    this.#byContact.delete(row.contact_id, row);
    const members = this.#membersOf(row.group_id);
    members.byId.delete(row);
    members.byContact.delete(row);
  }

  /** Gives a membership to another contact, as a merge does; that contact must have none in this group. */
  setContact(row: GroupContactRow, contactId: number): void {
    const { byContact } = this.#membersOf(row.group_id);
    this.#byContact.delete(row.contact_id, row);
    byContact.delete(row);
    row.contact_id = contactId;
    this.#byContact.add(contactId, row);
    byContact.add(row);
  }

  deleteGroup(groupId: number): void {
    const rows = this.inGroup(groupId);
    this.#rows.deleteAll(rows);
    for (const row of rows) this.#byContact.delete(row.contact_id, row);
    this.#groups.delete(groupId);
  }

  get(id: number): GroupContactRow | undefined {
    return this.#rows.get(id);
  }

  find(groupId: number, contactId: number): GroupContactRow | undefined {
    return this.#byContact.find(contactId, (row) => row.group_id === groupId);
  }

  /** By ascending group. */
  ofContact(contactId: number): readonly GroupContactRow[] {
    return [...this.#byContact.get(contactId)].sort((a, b) => a.group_id - b.group_id);
  }

  /** In the order of ids, as the database finds them without an ORDER BY. */
  inGroup(groupId: number): readonly GroupContactRow[] {
    return this.#groups.get(groupId)?.byId.all() ?? [];
  }

  /** By ascending contact id, from the given one on. */
  inGroupFrom(groupId: number, contactId: number): readonly GroupContactRow[] {
    return [...this.inGroupTail(groupId, contactId)];
  }

  /** The same without a copy. */
  inGroupTail(groupId: number, contactId: number): RowRun<GroupContactRow> {
    return this.#groups.get(groupId)?.byContact.from(contactId) ?? [];
  }

  all(): readonly GroupContactRow[] {
    return this.#rows.all();
  }

  from(id: number): RowRun<GroupContactRow> {
    return this.#rows.from(id);
  }

  #membersOf(groupId: number): MembersOfGroup {
    const known = this.#groups.get(groupId);
    if (known !== undefined) return known;
    const members: MembersOfGroup = {
      byId: new SortedRows<GroupContactRow>((row) => row.id),
      byContact: new SortedRows<GroupContactRow>((row) => row.contact_id),
    };
    this.#groups.set(groupId, members);
    return members;
  }
}
