import { IdTable } from './id-table.ts';
import type { GroupContactRow } from './rows.ts';
import { SortedRows } from './sorted-rows.ts';

interface MembersOfGroup {
  readonly byContact: Map<number, GroupContactRow>;
  readonly ordered: SortedRows<GroupContactRow>;
}

/** Memberships by id, by (group, contact), and of one group in the order of contacts. */
export class GroupContactTable {
  readonly #rows = new IdTable<GroupContactRow>();
  readonly #groups = new Map<number, MembersOfGroup>();

  takeId(): number {
    return this.#rows.takeId();
  }

  insert(row: GroupContactRow): void {
    this.#rows.insert(row);
    const members = this.#membersOf(row.group_id);
    members.byContact.set(row.contact_id, row);
    members.ordered.add(row);
  }

  delete(row: GroupContactRow): void {
    this.#rows.delete(row);
    const members = this.#membersOf(row.group_id);
    members.byContact.delete(row.contact_id);
    members.ordered.delete(row);
  }

  /** Gives a membership to another contact, as a merge does; that contact must have none in this group. */
  setContact(row: GroupContactRow, contactId: number): void {
    const members = this.#membersOf(row.group_id);
    members.byContact.delete(row.contact_id);
    members.ordered.delete(row);
    row.contact_id = contactId;
    members.byContact.set(contactId, row);
    members.ordered.add(row);
  }

  deleteGroup(groupId: number): void {
    this.#rows.deleteAll(this.inGroup(groupId));
    this.#groups.delete(groupId);
  }

  get(id: number): GroupContactRow | undefined {
    return this.#rows.get(id);
  }

  find(groupId: number, contactId: number): GroupContactRow | undefined {
    return this.#groups.get(groupId)?.byContact.get(contactId);
  }

  /** One look-up per group: a site has few groups, and most contacts are in few of them. */
  ofContact(contactId: number): readonly GroupContactRow[] {
    const found: GroupContactRow[] = [];
    for (const members of this.#groups.values()) {
      const row = members.byContact.get(contactId);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  /** In the order they came in, as the database finds them without an ORDER BY. */
  inGroup(groupId: number): readonly GroupContactRow[] {
    return [...(this.#groups.get(groupId)?.byContact.values() ?? [])];
  }

  /** By ascending contact id, from the given one on. */
  inGroupFrom(groupId: number, contactId: number): readonly GroupContactRow[] {
    return this.#groups.get(groupId)?.ordered.from(contactId) ?? [];
  }

  all(): readonly GroupContactRow[] {
    return this.#rows.all();
  }

  from(id: number): readonly GroupContactRow[] {
    return this.#rows.from(id);
  }

  #membersOf(groupId: number): MembersOfGroup {
    const known = this.#groups.get(groupId);
    if (known !== undefined) return known;
    const members: MembersOfGroup = {
      byContact: new Map(),
      ordered: new SortedRows<GroupContactRow>((row) => row.contact_id),
    };
    this.#groups.set(groupId, members);
    return members;
  }
}
