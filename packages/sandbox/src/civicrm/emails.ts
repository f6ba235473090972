import { columnText } from './column-text.ts';
import { refreshNames, touchContact } from './contacts.ts';
import { SessionTime } from './session-time.ts';
import { constraintViolation, type Site } from './site.ts';
import type { EmailRow } from './tables/rows.ts';

/** What may be written of an e-mail row, by column. */
export type EmailValues = Partial<Omit<EmailRow, 'id' | 'contact_id' | 'hold_date' | 'reset_date'>> & {
  readonly contact_id?: number | null;
};

const ADDRESS_LENGTH = 254;
const HOME = 1;

/** An address as CiviCRM saves it: in lower case, cut at 254 characters, neither checked nor trimmed (civicrm-recorded.md 13). */
export function storedAddress(email: string): string {
  return columnText(email.toLowerCase(), ADDRESS_LENGTH) ?? '';
}

/** Adds an address. The first of a contact becomes the primary one. Throws a DatabaseError for a contact that is not there. */
export function createEmail(site: Site, values: EmailValues & { readonly email: string }): EmailRow {
  const id = site.tables.emails.takeId();
  const contactId = values.contact_id ?? null;
  if (contactId !== null && site.tables.contacts.get(contactId) === undefined) throw constraintViolation();
  const onHold = values.on_hold ?? 0;
  const row: EmailRow = {
    id,
    contact_id: contactId,
    location_type_id: values.location_type_id ?? HOME,
    email: storedAddress(values.email),
    is_primary: contactId !== null && site.tables.emails.primaryOf(contactId) === undefined,
    is_bulkmail: false,
    on_hold: onHold,
    ...(values.is_billing === true ? { is_billing: true } : {}),
    ...(onHold === 0 ? {} : { hold_date: new SessionTime(site).wallNow() }),
  };
  site.tables.emails.insert(row);
  settleFlags(site, row, values);
  noteChange(site, contactId);
  return row;
}

/** Changes an address. Its contact's modified_date moves even if nothing else did (civicrm-recorded.md 10). */
export function updateEmail(site: Site, row: EmailRow, values: EmailValues): void {
  const { emails, contacts } = site.tables;
  if (typeof values.contact_id === 'number' && values.contact_id !== row.contact_id) {
    if (contacts.get(values.contact_id) === undefined) throw constraintViolation();
    emails.setContact(row, values.contact_id);
  }
  if (values.email !== undefined) emails.setAddress(row, storedAddress(values.email));
  if (values.location_type_id !== undefined) row.location_type_id = values.location_type_id;
  if (values.is_billing !== undefined) row.is_billing = values.is_billing;
  if (values.on_hold !== undefined) setHold(site, row, values.on_hold);
  settleFlags(site, row, values);
  noteChange(site, row.contact_id);
}

/** Removes an address; if it was the primary one, the contact's oldest other address becomes it. */
export function deleteEmail(site: Site, row: EmailRow): void {
  site.tables.emails.delete(row);
  ensurePrimary(site, row.contact_id);
  noteChange(site, row.contact_id);
}

/** Gives an address to another contact, as a merge does: only its new owner's modified_date moves. */
export function moveEmail(site: Site, row: EmailRow, contactId: number): void {
  const isFirst = site.tables.emails.primaryOf(contactId) === undefined;
  const from = row.contact_id;
  site.tables.emails.setContact(row, contactId);
  row.is_primary = isFirst;
  ensurePrimary(site, from);
  noteChange(site, contactId);
}

function setHold(site: Site, row: EmailRow, onHold: number): void {
  row.on_hold = onHold;
  const now = new SessionTime(site).wallNow();
  const since = row.hold_date ?? null;
  if (onHold !== 0 && since === null) {
    row.hold_date = now;
    row.reset_date = null;
  } else if (onHold === 0 && since !== null) {
    row.hold_date = null;
    row.reset_date = now;
  }
}

/** One primary address per contact, at most one for bulk mail: the one just flagged wins. */
function settleFlags(site: Site, row: EmailRow, values: EmailValues): void {
  const siblings = site.tables.emails.ofContact(row.contact_id).filter((sibling) => sibling !== row);
  if (values.is_primary === true) for (const sibling of siblings) sibling.is_primary = false;
  if (values.is_primary !== undefined) row.is_primary = values.is_primary;
  if (values.is_bulkmail === true) for (const sibling of siblings) sibling.is_bulkmail = false;
  if (values.is_bulkmail !== undefined) row.is_bulkmail = values.is_bulkmail;
  ensurePrimary(site, row.contact_id);
}

function ensurePrimary(site: Site, contactId: number | null): void {
  if (contactId === null || site.tables.emails.primaryOf(contactId) !== undefined) return;
  const [oldest] = [...site.tables.emails.ofContact(contactId)].sort((a, b) => a.id - b.id);
  if (oldest !== undefined) oldest.is_primary = true;
}

function noteChange(site: Site, contactId: number | null): void {
  const contact = contactId === null ? undefined : site.tables.contacts.get(contactId);
  if (contact === undefined) return;
  refreshNames(site, contact.id);
  touchContact(site, contact);
}
