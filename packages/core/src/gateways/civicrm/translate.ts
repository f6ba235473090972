import type { AddressPast, ContactAddress } from '../../domain/contact-address.ts';
import { addressKey } from '../../domain/email.ts';
import type { ContactFlag, HistoryRow } from '../../domain/facts.ts';
import { contactId, groupId } from '../../domain/ids.ts';
import { fromCivicrmDate } from '../../domain/wall-time.ts';
import type { ContactRecord, GroupInfo } from './civicrm.ts';
import type {
  ApiContact,
  ApiEmail,
  ApiGroup,
  ApiHeldEmail,
  ApiHistory,
  ApiMember,
  ApiMembership,
} from './schemas.ts';

/** A contact with its row in the group and its addresses. `status` null: no row. */
export function toContactRecord(
  contact: ApiContact,
  status: string | null,
  addresses: readonly ContactAddress[],
  offsetMinutes: number,
): ContactRecord {
  return {
    contactId: contactId(contact.id),
    state: contact.is_deleted ? 'trashed' : 'live',
    isIndividual: contact.contact_type === 'Individual',
    flags: toFlags(contact),
    modifiedAt: fromCivicrmDate(contact.modified_date, offsetMinutes),
    group: toGroupStatus(status),
    addresses,
  };
}

function toFlags(contact: ApiContact): readonly ContactFlag[] {
  const flags: ContactFlag[] = [];
  if (contact.is_opt_out) flags.push('opted-out');
  if (contact.do_not_email) flags.push('do-not-email');
  if (contact.is_deceased) flags.push('deceased');
  return flags;
}

/** Any text may stand there (civicrm-recorded.md 0.7); one of nobody's list is `unknown`, and counts as nobody's act. */
function toGroupStatus(status: string | null): ContactRecord['group'] {
  switch (status) {
    case null:
      return 'none';
    case 'Added':
    case 'Removed':
    case 'Pending':
      return status;
    default:
      return 'unknown';
  }
}

/** A row of the group's listing: the contact's columns without the name of the join before them. */
export function toContact(member: ApiMember): ApiContact {
  return {
    id: member.contact_id,
    contact_type: member['contact_id.contact_type'],
    is_deleted: member['contact_id.is_deleted'],
    is_opt_out: member['contact_id.is_opt_out'],
    do_not_email: member['contact_id.do_not_email'],
    is_deceased: member['contact_id.is_deceased'],
    modified_date: member['contact_id.modified_date'],
  };
}

/** Addresses by contact, in the order in which they came. */
export function toAddressBook(emails: readonly ApiEmail[]): ReadonlyMap<number, readonly ContactAddress[]> {
  const book = new Map<number, ContactAddress[]>();
  for (const email of emails) {
    if (email.contact_id === null) continue;
    const addresses = book.get(email.contact_id) ?? [];
    addresses.push(toAddress(email));
    book.set(email.contact_id, addresses);
  }
  return book;
}

const HOLDS: Readonly<Record<number, AddressPast['hold']>> = { 0: 'none', 1: 'bounced' };

/** Addresses of contacts with their past; those of nobody are left out. */
export const toAddressPasts = (
  emails: readonly ApiHeldEmail[],
  offsetMinutes: number,
): readonly AddressPast[] =>
  emails.flatMap((email) =>
    email.contact_id === null
      ? []
      : {
          contactId: contactId(email.contact_id),
          address: addressKey(email.email ?? ''),
          isPrimary: email.is_primary ?? false,
          isBulkmail: email.is_bulkmail ?? false,
          hold: HOLDS[email.on_hold] ?? 'opted-out',
          heldAt: fromCivicrmDate(email.hold_date, offsetMinutes),
          wasReleased: email.reset_date !== null,
        },
  );

function toAddress(email: ApiEmail): ContactAddress {
  return {
    id: email.id,
    address: email.email ?? '',
    isPrimary: email.is_primary ?? false,
    isBulkmail: email.is_bulkmail ?? false,
    isOnHold: email.on_hold !== 0, // 1: bounced, 2: opted out
  };
}

export function toStatusBook(rows: readonly ApiMembership[]): ReadonlyMap<number, string> {
  return new Map(rows.map(({ contact_id: id, status }) => [id, status]));
}

/** Null where the row carries no date that can be read. */
export function toHistoryRow(row: ApiHistory, offsetMinutes: number, ourTracking: string): HistoryRow | null {
  const at = fromCivicrmDate(row.date, offsetMinutes);
  if (at === null) return null;
  const byUs = row.tracking?.startsWith(ourTracking) ?? false;
  return { id: row.id, at, status: row.status, method: row.method, byUs };
}

/** `nested`: how many child groups GroupNesting knows, where it may be asked. */
export function toGroupInfo(group: ApiGroup, nested: number | null): GroupInfo {
  return {
    id: groupId(group.id),
    title: group.title,
    isActive: group.is_active ?? false,
    isHidden: group.is_hidden ?? false,
    isSmart: group.saved_search_id !== null,
    hasChildren: (group.children?.length ?? 0) > 0 || (nested ?? 0) > 0,
    contactCount: group.contact_count ?? null,
  };
}

const MOST_NAME_BYTES = 64;

/**
 * A name as CiviCRM can hold it: longer ones it cuts itself and ends them in dots, and the word "null" it takes for nothing and spells "Null" (civicrm-recorded.md 13).
 */
export function toName(text: string): string {
  const name = cutBytes(text.replace(/\s+/g, ' ').trim(), MOST_NAME_BYTES).trim();
  return name.toLowerCase() === 'null' ? 'Null' : name;
}

function cutBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(character) > most) break;
    cut += character;
  }
  return cut;
}
