import type { ContactAddress } from '../../domain/contact-address.ts';
import type { ContactId, GroupId } from '../../domain/ids.ts';
import type { ContactProfile } from '../../domain/profile.ts';
import { type ApiCall, get } from './api-call.ts';
import type { ContactRecord } from './civicrm.ts';
import {
  type ApiContact,
  type ApiEmail,
  type ApiHeldEmail,
  type ApiMembership,
  CONTACT_FIELDS,
  contactRow,
  emailRow,
  heldEmailRow,
  membershipRow,
} from './schemas.ts';
import { toAddressBook, toContactRecord, toStatusBook } from './translate.ts';
import { TRASHED_TOO } from './trashed-too.ts';

/** No read asks for more rows, or for the rows of more contacts (civicrm-api.md 1.9). */
export const MOST_ROWS = 1000;

export const contactsById = (ids: readonly ContactId[]): ApiCall<ApiContact> =>
  get('Contact', contactRow, {
    select: ['id', ...CONTACT_FIELDS],
    where: [['id', 'IN', ids], TRASHED_TOO],
    orderBy: { id: 'ASC' },
  });

export const emailsOf = (ids: readonly ContactId[]): ApiCall<ApiEmail> =>
  get('Email', emailRow, {
    select: ['id', 'contact_id', 'email', 'is_primary', 'is_bulkmail', 'on_hold'],
    where: [['contact_id', 'IN', ids]],
    orderBy: { contact_id: 'ASC', id: 'ASC' },
  });

/** The same with since when they are on hold, and until when they were. */
export const heldEmailsOf = (ids: readonly ContactId[]): ApiCall<ApiHeldEmail> =>
  get('Email', heldEmailRow, {
    select: Object.keys(heldEmailRow.shape),
    where: [['contact_id', 'IN', ids]],
    orderBy: { contact_id: 'ASC', id: 'ASC' },
  });

export const membershipsOf = (group: GroupId, ids: readonly ContactId[]): ApiCall<ApiMembership> =>
  get('GroupContact', membershipRow, {
    select: ['contact_id', 'status'],
    where: [
      ['group_id', '=', group],
      ['contact_id', 'IN', ids],
    ],
    orderBy: { contact_id: 'ASC' },
  });

/** Contacts with what else was read of them, in their order. */
export function joinRecords<Contact extends ApiContact>(
  contacts: readonly Contact[],
  emails: readonly ApiEmail[],
  memberships: readonly ApiMembership[],
  offsetMinutes: number,
  profileOf: (contactId: number) => ContactProfile | undefined = () => undefined,
): readonly (readonly [Contact, ContactRecord])[] {
  const addresses = toAddressBook(emails);
  const statuses = toStatusBook(memberships);
  return contacts.map((contact) => {
    const own: readonly ContactAddress[] = addresses.get(contact.id) ?? [];
    const record = toContactRecord(contact, statuses.get(contact.id) ?? null, own, offsetMinutes);
    return [contact, withProfile(record, profileOf)];
  });
}

/** The record with what is paired of the contact, where something is. */
export function withProfile(
  record: ContactRecord,
  profileOf: (contactId: number) => ContactProfile | undefined,
): ContactRecord {
  const profile = profileOf(record.contactId);
  return profile === undefined ? record : { ...record, profile };
}

/** Cuts a list; an empty one gives no pieces at all. */
export function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const pieces: Item[][] = [];
  for (let at = 0; at < items.length; at += size) pieces.push(items.slice(at, at + size));
  return pieces;
}
