import { matchContact } from '../src/decide/match-contact.ts';
import type { Ask, Base, Link, MailchimpFacts } from '../src/domain/facts.ts';
import { type ContactId, memberId } from '../src/domain/ids.ts';
import type { Refusal } from '../src/domain/refusal.ts';
import type { GroupModel } from './group-model.ts';

/** A row of ours, one link: what we remember of it between two rounds. */
export interface Row {
  readonly id: number;
  /** Key of the Mailchimp member's address; null: nobody there. */
  member: string | null;
  contact: ContactId | null;
  base: Base | null;
  ask: Ask | null;
  refusal: Refusal | null;
}

/** Our rows in memory, linked by section 3. */
export interface RowsModel {
  /** Links every known member and everybody in the group; ends what is not needed any more. */
  link(): void;
  /** Makes sure that there is a row for this member and this contact. */
  attach(member: string, contact: ContactId): void;
  list(): readonly Row[];
  of(link: Link): Row;
  factsOf(row: Row): Link;
  /** Rows that are decided together. */
  components(): readonly (readonly Row[])[];
}

export function createRows(group: GroupModel, known: ReadonlyMap<string, MailchimpFacts>): RowsModel {
  let rows: Row[] = [];
  let made = 0;

  const add = (member: string | null, contact: ContactId | null): void => {
    made += 1;
    rows.push({ id: made, member, contact, base: null, ask: null, refusal: null });
  };

  const attach = (member: string, contact: ContactId): void => {
    if (rows.some((row) => row.member === member && row.contact === contact)) return;
    const half = rows.find(
      (row) =>
        (row.member === member && row.contact === null) || (row.member === null && row.contact === contact),
    );
    if (half === undefined) add(member, contact);
    else Object.assign(half, { member, contact });
  };

  const isLive = ({ contact }: Row): boolean => contact !== null && group.facts(contact).state === 'live';

  /** populate-missing-contact-ids. */
  const linkMember = (member: string): void => {
    const owners = group.ownersOf(member);
    const match = matchContact(owners);
    const mine = rows.filter((row) => row.member === member);
    if (match.kind !== 'matched') {
      if (mine.length === 0) add(member, match.kind === 'only-trashed' ? match.contactId : null);
      return;
    }
    const added = owners.filter(({ state, isAdded }) => state === 'live' && isAdded);
    const wanted = mine.some(isLive)
      ? added.map((owner) => owner.contactId)
      : [match.contactId, ...match.covered];
    for (const contact of wanted) attach(member, contact);
    // The old link ends where an Added holder of the address is linked.
    if (added.length > 0) rows = rows.filter((row) => row.member !== member || isLive(row));
  };

  /** A row without a member, of a contact that has one by now. */
  const isSpare = (row: Row): boolean =>
    row.member === null && rows.some((other) => other.contact === row.contact && other.member !== null);

  const link = (): void => {
    for (const member of known.keys()) linkMember(member);
    for (const contact of group.contactIds()) {
      const { state, group: status } = group.facts(contact);
      const isAdded = state === 'live' && status === 'Added';
      if (isAdded && !rows.some((row) => row.contact === contact)) add(null, contact);
    }
    rows = rows.filter((row) => !isSpare(row));
  };

  const factsOf = (row: Row): Link => ({
    id: memberId(row.id),
    mailchimp: row.member === null ? null : (known.get(row.member) ?? null),
    civicrm: row.contact === null ? null : group.facts(row.contact),
    base: row.base,
    isSubmitted: false,
    ask: row.ask,
    refusal: row.refusal,
    partedBy: null,
  });

  const of = ({ id }: Link): Row => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  };

  return { link, attach, list: () => rows, of, factsOf, components: () => componentsOf(rows, factsOf) };
}

/** Rows that share a member, a contact or an address, directly or through others. */
function componentsOf(rows: readonly Row[], factsOf: (row: Row) => Link): readonly (readonly Row[])[] {
  let components: { keys: Set<string>; rows: Row[] }[] = [];
  for (const row of rows) {
    const addresses = [row.member, ...(factsOf(row).civicrm?.addresses ?? [])].filter(
      (address) => address !== null,
    );
    const keys = new Set([...addresses, ...(row.contact === null ? [] : [`#${row.contact}`])]);
    const touched = components.filter((component) => [...keys].some((key) => component.keys.has(key)));
    components = [
      ...components.filter((component) => !touched.includes(component)),
      {
        keys: new Set([...keys, ...touched.flatMap((component) => [...component.keys])]),
        rows: [...touched.flatMap((component) => component.rows), row],
      },
    ];
  }
  return components.map((component) => component.rows);
}
