import type { ContactRow } from './tables/rows.ts';

type NameColumns = Pick<
  ContactRow,
  'contact_type' | 'first_name' | 'middle_name' | 'last_name' | 'organization_name' | 'household_name'
>;

interface Names {
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
