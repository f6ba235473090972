import type { ContactRow } from './tables/rows.ts';

type NameColumns = Pick<
  ContactRow,
  'contact_type' | 'first_name' | 'middle_name' | 'last_name' | 'organization_name' | 'household_name'
>;

export interface Names {
  readonly display_name: string | null;
  readonly sort_name: string | null;
}

/** The names CiviCRM derives on every save; someone without a name goes by the primary address, if there is one. */
export function deriveNames(contact: NameColumns, primaryEmail: string | null): Names {
  switch (contact.contact_type) {
    case 'Individual':
      return individualNames(contact, primaryEmail);
    case 'Organization':
      return sameName(contact.organization_name ?? primaryEmail);
    case 'Household':
      return sameName(contact.household_name ?? primaryEmail);
    default:
      return sameName(null); // a type that does not exist gets no names (civicrm-recorded.md 8)
  }
}

/** Gives a contact its names; those that its own columns say are not kept a second time. */
export function assignNames(row: ContactRow, names: Names): void {
  const derived = deriveNames(row, null);
  for (const name of ['display_name', 'sort_name'] as const) {
    const isSaid = names[name] === derived[name];
    if (isSaid && row[name] === undefined) continue;
    row[name] = isSaid ? undefined : names[name];
  }
}

/** A contact's name as it is kept, or as its columns say it. */
export function nameOf(row: ContactRow, name: keyof Names): string | null {
  const kept = row[name];
  return kept === undefined ? deriveNames(row, null)[name] : kept;
}

const sameName = (name: string | null): Names => ({ display_name: name, sort_name: name });

function individualNames(contact: NameColumns, primaryEmail: string | null): Names {
  const { first_name: first, middle_name: middle, last_name: last } = contact;
  const given = joined([first, middle], ' ');
  const display = joined([given, last], ' ').trim();
  if (display === '') return sameName(primaryEmail);
  return { display_name: display, sort_name: joined([last, given], ', ') };
}

const joined = (parts: readonly (string | null | undefined)[], glue: string): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(glue);
