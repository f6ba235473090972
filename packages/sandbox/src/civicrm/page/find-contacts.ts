import type { CivicrmWorld } from '../civicrm-world.ts';
import { collate } from '../collation.ts';
import { nameOf } from '../contact-names.ts';

/** No page shows more contacts at once. */
export const MOST_CONTACTS = 50;

/** The first contacts whose name or one of whose addresses contains a text, in the trash too, by id. */
export function findContacts({ tables }: CivicrmWorld, text: string): readonly number[] {
  const wanted = collate(text.trim());
  const found = new Set<number>();
  if (wanted === '') return [];
  for (const row of tables.contacts.all()) {
    if (found.size >= MOST_CONTACTS) break;
    if (collate(nameOf(row, 'display_name') ?? '').includes(wanted)) found.add(row.id);
  }
  for (const { email, contact_id: id } of tables.emails.all()) {
    if (found.size >= MOST_CONTACTS) break;
    if (id !== null && collate(email).includes(wanted)) found.add(id);
  }
  return [...found].sort((a, b) => a - b);
}
