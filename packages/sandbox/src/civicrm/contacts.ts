import { columnText } from './column-text.ts';
import { assignNames, deriveNames } from './contact-names.ts';
import { alreadyExists, DatabaseError, isAtLeast, type Site, siteNow } from './site.ts';
import type { ContactRow, FieldValue, Row } from './tables/rows.ts';

/** What may be written of a contact, by column. Dates are ms since 1970. */
export type ContactValues = Partial<Omit<ContactRow, 'id' | 'display_name' | 'sort_name' | 'created_date'>>;

const TEXT_LENGTHS = {
  first_name: 64,
  middle_name: 64,
  last_name: 64,
  organization_name: 128,
  household_name: 128,
  nick_name: 128,
  job_title: 255,
  source: 255,
  external_identifier: 64,
} as const satisfies Partial<Record<keyof ContactValues, number>>;

const textColumns = Object.entries(TEXT_LENGTHS) as [keyof typeof TEXT_LENGTHS, number][]; // entries() forgets the keys' type

/** Creates a contact, now. Throws a DatabaseError if its external identifier is taken, in the trash too. */
export function createContact(site: Site, values: ContactValues): ContactRow {
  const stored = asStored(values);
  const id = site.tables.contacts.takeId();
  assertFreeIdentifier(site, stored.external_identifier ?? null, id);
  const now = siteNow(site);
  const row: ContactRow = {
    ...blankContact(id, now),
    ...stored,
    modified_date: values.modified_date ?? now,
  };
  // CiviCRM makes the names of what it was given, before the columns cut it (civicrm-recorded.md 13).
  assignNames(row, cutNames(deriveNames({ ...row, ...withoutEmpty(values) }, null)));
  site.tables.contacts.insert(row);
  return row;
}

/** Changes a contact. modified_date moves only if something did, or to the one given. */
export function updateContact(site: Site, row: ContactRow, values: ContactValues): void {
  const { modified_date: modified, external_identifier: identifier, ...columns } = asStored(values);
  if (identifier !== undefined) assertFreeIdentifier(site, identifier, row.id);
  let isChanged = identifier !== undefined && identifier !== row.external_identifier;
  if (identifier !== undefined && isChanged) site.tables.contacts.setExternalIdentifier(row, identifier);
  for (const [column, value] of Object.entries(columns)) {
    if (saidBy(row, column) === (value ?? null)) continue;
    if (column === 'is_deleted') site.tables.contacts.setDeleted(row, value === true);
    else Object.assign(row, { [column]: value });
    isChanged = true;
  }
  const names = deriveNames({ ...row, ...withoutEmpty(values) }, primaryAddress(site, row.id));
  site.tables.contacts.setNames(row, cutNames(names));
  if (modified !== undefined) site.tables.contacts.setModified(row, modified);
  else if (isChanged) touchContact(site, row);
}

/** Puts a contact in the trash, or erases it where the site has none. Everything hanging on it stays as it is. */
export function trashContact(site: Site, row: ContactRow): void {
  if (site.trash === 'off') {
    eraseContact(site, row);
    return;
  }
  assertNotCmsUser(site, row.id);
  if (row.is_deleted) return;
  site.tables.contacts.setDeleted(row, true);
  // Before 6.7 the save wrote the old date back (civicrm-api.md 0.2).
  if (isAtLeast(site, '6.7')) touchContact(site, row);
}

/** Takes a contact out of the trash; its memberships and addresses come back with it. */
export function restoreContact(site: Site, row: ContactRow): void {
  updateContact(site, row, { is_deleted: false });
}

/** Deletes a contact for good: addresses, memberships and history go by cascade and leave no trace. */
export function eraseContact(site: Site, row: ContactRow): void {
  assertNotCmsUser(site, row.id);
  const { contacts, emails, addresses, phones, entityTags } = site.tables;
  const { groupContacts, history, activityContacts } = site.tables;
  for (const email of [...emails.ofContact(row.id)]) emails.delete(email);
  for (const address of [...addresses.ofContact(row.id)]) addresses.delete(address);
  for (const phone of [...phones.ofContact(row.id)]) phones.delete(phone);
  for (const tag of [...entityTags.ofContact(row.id)]) entityTags.delete(tag);
  for (const membership of groupContacts.ofContact(row.id)) groupContacts.delete(membership);
  for (const event of history.ofContact(row.id)) history.delete(event);
  activityContacts.deleteAll(activityContacts.all().filter(({ contact_id }) => contact_id === row.id));
  contacts.delete(row);
}

/** Moves modified_date to now, as the database's triggers do. */
export function touchContact(site: Site, row: ContactRow): void {
  site.tables.contacts.setModified(row, siteNow(site));
}

/** Someone without a name goes by the primary address, also when that changes. */
export function refreshNames(site: Site, contactId: number): void {
  const row = site.tables.contacts.get(contactId);
  if (row === undefined) return;
  site.tables.contacts.setNames(row, cutNames(deriveNames(row, primaryAddress(site, contactId))));
}

/** What a column says; an absent flag says no. What the site has added (`Group.field`) has no such default. */
function saidBy(row: Row, column: string): FieldValue {
  const isFlag = /^(do_not|is)_/.test(column) && !column.includes('.');
  return row[column] ?? (isFlag ? false : null);
}

/** A contact as it is before anything is said about it. */
export function blankContact(id: number, now: number): ContactRow {
  return {
    id,
    contact_type: 'Individual',
    external_identifier: null,
    first_name: null,
    last_name: null,
    is_deleted: false,
    source: null,
    created_date: now,
    modified_date: now,
  };
}

function asStored(values: ContactValues): ContactValues {
  const stored: ContactValues = { ...values };
  for (const [column, length] of textColumns) {
    const value = values[column];
    if (typeof value === 'string') stored[column] = columnText(value, length);
  }
  return stored;
}

const withoutEmpty = (values: ContactValues): ContactValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 'null' && value !== ''));

function cutNames(names: ReturnType<typeof deriveNames>): ReturnType<typeof deriveNames> {
  const cut = (name: string | null) => (name === null ? null : columnText(name, 128));
  return { display_name: cut(names.display_name), sort_name: cut(names.sort_name) };
}

function primaryAddress(site: Site, contactId: number): string | null {
  return site.tables.emails.primaryOf(contactId)?.email ?? null;
}

function assertFreeIdentifier(site: Site, identifier: string | null, id: number): void {
  if (identifier === null) return;
  const holder = site.tables.contacts.findByExternalIdentifier(identifier);
  if (holder !== undefined && holder.id !== id) throw alreadyExists();
}

function assertNotCmsUser(site: Site, id: number): void {
  if (site.cmsUsers.has(id)) throw new DatabaseError(`Could not delete Contact id ${id}`);
}
