import { assignNames, deriveNames } from './contact-names.ts';
import { blankContact, type ContactValues } from './contacts.ts';
import { type Site, siteNow } from './site.ts';
import type { ContactRow, EmailRow, GroupContactRow } from './tables/rows.ts';
import { wholeSecond } from './time-zone.ts';

/** A contact as it came to be over the years, put in place without any rule of today. Dates are ms since 1970. */
export interface SeededContact {
  readonly values: ContactValues;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** The first is primary unless another says so. Kept as written, capitals too, as old and imported rows are. */
  readonly emails?: readonly SeededEmail[];
}

export interface SeededEmail {
  readonly email: string;
  readonly isPrimary?: boolean;
  readonly isBulkmail?: boolean;
  readonly onHold?: number;
  /** Wall time. */
  readonly holdDate?: string;
  readonly locationTypeId?: number;
}

/** One event of a membership's past. */
export interface SeededEvent {
  readonly groupId: number | null;
  readonly contactId: number;
  readonly status: string;
  readonly method: string | null;
  readonly at: number;
  readonly tracking?: string | null;
}

/** Puts a contact with its addresses in place. */
export function seedContact(site: Site, seeded: SeededContact): ContactRow {
  const { contacts } = site.tables;
  const row: ContactRow = {
    ...blankContact(contacts.takeId(), wholeSecond(seeded.createdAt)),
    ...seeded.values,
    modified_date: wholeSecond(seeded.modifiedAt),
  };
  const emails = seeded.emails ?? [];
  const primary = emails.find(({ isPrimary }) => isPrimary === true) ?? emails[0];
  assignNames(row, deriveNames(row, primary?.email ?? null));
  contacts.insert(row);
  for (const email of emails) seedEmail(site, row.id, { ...email, isPrimary: email === primary });
  return row;
}

/** Puts an address in place; a contact id of null makes one of those rows that belong to nobody. */
export function seedEmail(site: Site, contactId: number | null, email: SeededEmail): EmailRow {
  const { emails } = site.tables;
  const row: EmailRow = {
    id: emails.takeId(),
    contact_id: contactId,
    location_type_id: email.locationTypeId ?? 1,
    email: email.email,
    is_primary: email.isPrimary ?? false,
    is_bulkmail: email.isBulkmail ?? false,
    on_hold: email.onHold ?? 0,
    ...(email.holdDate === undefined ? {} : { hold_date: email.holdDate }),
  };
  emails.insert(row);
  return row;
}

/** Puts a membership in place as it stands today; its history is seeded apart. */
export function seedMembership(
  site: Site,
  groupId: number,
  contactId: number,
  status: string,
): GroupContactRow {
  const { groupContacts } = site.tables;
  const row = { id: groupContacts.takeId(), group_id: groupId, contact_id: contactId, status };
  groupContacts.insert(row);
  return row;
}

/** Puts events in place, in the order of their dates: ids grow with time, as they do in life. */
export function seedHistory(site: Site, events: readonly SeededEvent[]): void {
  const { history } = site.tables;
  for (const event of [...events].sort((a, b) => a.at - b.at)) {
    history.insert({
      id: history.takeId(),
      contact_id: event.contactId,
      group_id: event.groupId,
      date: Math.min(wholeSecond(event.at), siteNow(site)),
      method: event.method,
      status: event.status,
      tracking: event.tracking ?? null,
    });
  }
}
