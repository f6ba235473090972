import { createHash } from 'node:crypto';
import { nameOf } from '../contact-names.ts';
import { isAtLeast, type Site } from '../site.ts';
import type { ContactRow, FieldValue, Row } from '../tables/rows.ts';
import { contactCustomFields } from './custom-entities.ts';
import { type Demands, type Entity, type Field, fieldMap, type QueryContext, type SortKey } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const text = (name: string, more: Partial<Field> = {}): Field => ({ name, dataType: 'String', ...more });
const flag = (name: string): Field => ({ name, dataType: 'Boolean', fallback: false });
const number = (name: string, fallback: FieldValue = null): Field => ({
  name,
  dataType: 'Integer',
  fallback,
});

const asContact = (row: Row): ContactRow => row as ContactRow; // the rows of this entity are

function nameField(name: 'display_name' | 'sort_name'): Field {
  return text(name, { isReadonly: true, calculate: (_site, row) => nameOf(asContact(row), name) });
}

/** The id of the row that a path such as `email_primary.email` leads over. */
function linkId(
  name: string,
  find: (site: Site, contactId: number) => { readonly id: number } | undefined,
): Field {
  return {
    ...number(name),
    isOnRequest: true,
    isReadonly: true,
    calculate: (site, row) => find(site, Number(row['id']))?.id ?? null,
  };
}

/** In the order of the table, which is the order of answers. */
const FIELDS: readonly Field[] = [
  { ...number('id'), isReadonly: true },
  text('contact_type'),
  text('external_identifier'),
  nameField('display_name'),
  text('organization_name'),
  { name: 'contact_sub_type', dataType: 'Array' },
  text('first_name'),
  text('middle_name'),
  text('last_name'),
  flag('do_not_email'),
  flag('do_not_phone'),
  flag('do_not_mail'),
  flag('do_not_sms'),
  flag('do_not_trade'),
  flag('is_opt_out'),
  text('legal_identifier'),
  nameField('sort_name'),
  text('nick_name'),
  text('legal_name'),
  text('image_URL'),
  { name: 'preferred_communication_method', dataType: 'Array' },
  text('preferred_language', { fallback: 'en_US' }),
  text('hash', { isReadonly: true, calculate: hashOf }),
  text('api_key', {
    needs: 'edit api keys',
    isReadonly: true,
    isOnRequest: true,
    calculate: (site, row) => site.apiKeys.get(Number(row['id'])) ?? null,
  }),
  text('source'),
  number('prefix_id'),
  number('suffix_id'),
  text('formal_title'),
  number('communication_style_id', 1),
  number('email_greeting_id', 1),
  text('email_greeting_custom'),
  text('email_greeting_display', { calculate: (_site, row) => greeting(row) }),
  number('postal_greeting_id', 1),
  text('postal_greeting_custom'),
  text('postal_greeting_display', { calculate: (_site, row) => greeting(row) }),
  number('addressee_id', 1),
  text('addressee_custom'),
  text('addressee_display', { calculate: (_site, row) => nameOf(asContact(row), 'display_name') }),
  text('job_title'),
  number('gender_id'),
  { name: 'birth_date', dataType: 'Date' },
  flag('is_deceased'),
  { name: 'deceased_date', dataType: 'Date' },
  text('household_name'),
  number('primary_contact_id'),
  text('sic_code'),
  text('user_unique_id'),
  number('employer_id'),
  flag('is_deleted'),
  { name: 'created_date', dataType: 'Timestamp' },
  { name: 'modified_date', dataType: 'Timestamp' },
  text('preferred_mail_format', { fallback: 'Both' }),
  { name: 'groups', dataType: 'Array', isOnRequest: true, isReadonly: true },
  { name: 'tags', dataType: 'Array', isOnRequest: true, isReadonly: true },
  linkId('email_primary', (site, id) => site.tables.emails.primaryOf(id)),
  linkId('address_primary', (site, id) => site.tables.addresses.primaryOf(id)),
  linkId('phone_primary', (site, id) => site.tables.phones.primaryOf(id)),
];

/** A contact's secret, the same each time it is asked for; made only then, a million of them are many. */
function hashOf(site: Site, row: Row): string {
  return createHash('md5').update(`${site.siteKey} ${row['id']}`).digest('hex');
}

function greeting(row: Row): string | null {
  return row['contact_type'] === 'Individual' && row['first_name'] ? `Dear ${row['first_name']}` : null;
}

/** Names that a row loses where `contact_type` is selected too (civicrm-api.md 1.5). */
const NAMES_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  Individual: ['organization_name', 'household_name'],
  Organization: ['first_name', 'middle_name', 'last_name', 'household_name'],
  Household: ['first_name', 'middle_name', 'last_name', 'organization_name'],
};

const BY_NAME: readonly SortKey[] = ['sort_name', 'id'].map((name) => ({ name, isDescending: false }));

export const contactEntity: Entity = {
  name: 'Contact',
  fields: fieldMap(FIELDS),
  customFields: contactCustomFields,
  links: new Map([
    [
      'email_primary',
      { entity: 'Email', find: (site, row) => site.tables.emails.primaryOf(Number(row['id'])) },
    ],
    [
      'address_primary',
      { entity: 'Address', find: (site, row) => site.tables.addresses.primaryOf(Number(row['id'])) },
    ],
    [
      'phone_primary',
      { entity: 'Phone', find: (site, row) => site.tables.phones.primaryOf(Number(row['id'])) },
    ],
  ]),
  defaults: new Map([['is_deleted', false]]),
  // Since 5.81 any unique key shows the trashed, before only the id (civicrm-api.md 1.8).
  uniqueFields: (site) => (isAtLeast(site, '5.81') ? ['id', 'external_identifier'] : ['id']),
  seenBy: (context) => seesContact(context),
  candidates: findCandidates,
  // By the index on (is_deleted, sort_name, id), unless all columns are wanted (civicrm-recorded.md 8, 9).
  naturalOrder: (site, select) =>
    select.length === 0 ? undefined : { order: BY_NAME, first: site.tables.contacts.firstByName() },
  dropsField: (row, field) => NAMES_OF_TYPE[String(row['contact_type'])]?.includes(field) ?? false,
};

/** May the caller see this contact? In the trash only with `access deleted contacts` (civicrm-recorded.md 5). */
export function seesContact({ caller }: Pick<QueryContext, 'caller'>): (row: Row) => boolean {
  if (!caller.maySeeContacts) return () => false;
  if (caller.may('access deleted contacts')) return () => true;
  return (row) => row['is_deleted'] !== true;
}

/** May the caller see what hangs on this contact? */
export function seesContactOf(context: QueryContext, column: string): (row: Row) => boolean {
  const { caller, site } = context;
  // With all rights nothing has to be looked up: the hot path of the sync service.
  if (caller.maySeeContacts && caller.may('access deleted contacts')) return () => true;
  const sees = seesContact(context);
  return (row) => {
    const contact = site.tables.contacts.get(Number(row[column]));
    return contact !== undefined && sees(contact);
  };
}

function findCandidates(site: Site, demands: Demands, wants: readonly string[]) {
  const { contacts, emails } = site.tables;
  const contactsOf = (ids: Iterable<number>) => byEach([...ids], 'id', (id) => some(contacts.get(id)));
  const ids = demands.oneOf('id');
  if (ids !== undefined) return contactsOf(ids.map(Number));
  const identifiers = demands.oneOf('external_identifier');
  if (identifiers !== undefined) {
    const found = identifiers.flatMap((value) => some(contacts.findByExternalIdentifier(String(value))));
    return contactsOf(found.map((row) => Number(row['id'])));
  }
  const addresses = demands.oneOf('email_primary.email');
  if (addresses !== undefined) {
    return contactsOf(
      addresses.flatMap((value) => emails.withAddress(String(value))).map((row) => row.contact_id ?? 0),
    );
  }
  const modified = demands.atLeast('modified_date');
  if (modified !== undefined || wants[0] === 'modified_date') {
    return { rows: contacts.modifiedFrom(modified ?? 0), orderedBy: ['modified_date', 'id'] };
  }
  const isTrash = demands.oneOf('is_deleted')?.every((value) => value === true) ?? false;
  if (isTrash) return { rows: contacts.trashed(), orderedBy: ['id'] };
  return byIdFrom(demands, (id) => contacts.from(id));
}
