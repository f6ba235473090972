import { touchContact } from './contacts.ts';
import { constraintViolation, type Site } from './site.ts';
import type { Detail, DetailTable } from './tables/detail-table.ts';

/** Adds an address or a phone. The first of a contact becomes the primary one. Throws a DatabaseError for a contact that is not there. */
export function createDetail<R extends Detail>(site: Site, table: DetailTable<R>, row: R): void {
  if (site.tables.contacts.get(row.contact_id) === undefined) throw constraintViolation();
  table.insert(row);
  settlePrimary(table, row);
  noteChange(site, row.contact_id);
}

/** Changes one. Its contact's modified_date moves, by the database's triggers. */
export function updateDetail<R extends Detail>(
  site: Site,
  table: DetailTable<R>,
  row: R,
  values: Partial<Omit<R, 'id' | 'contact_id'>>,
): void {
  Object.assign(row, values);
  settlePrimary(table, row);
  noteChange(site, row.contact_id);
}

/** Removes one; if it was the primary one, the contact's oldest other becomes it. */
export function deleteDetail<R extends Detail>(site: Site, table: DetailTable<R>, row: R): void {
  table.delete(row);
  ensurePrimary(table, row.contact_id);
  noteChange(site, row.contact_id);
}

/** Gives what the loser has in a place where the winner has nothing to the winner, as a merge does. */
export function moveDetails<R extends Detail>(
  site: Site,
  table: DetailTable<R>,
  winnerId: number,
  loserId: number,
): void {
  for (const row of [...table.ofContact(loserId)]) {
    const own = table.ofContact(winnerId);
    if (own.some(({ location_type_id }) => location_type_id === row.location_type_id)) continue;
    row.is_primary = own.length === 0;
    table.setContact(row, winnerId);
    ensurePrimary(table, loserId);
    noteChange(site, winnerId);
  }
}

/** One primary row per contact: the one just flagged wins. */
function settlePrimary<R extends Detail>(table: DetailTable<R>, row: R): void {
  if (row.is_primary) {
    for (const sibling of table.ofContact(row.contact_id)) sibling.is_primary = sibling === row;
  }
  ensurePrimary(table, row.contact_id);
}

function ensurePrimary<R extends Detail>(table: DetailTable<R>, contactId: number): void {
  if (table.primaryOf(contactId) !== undefined) return;
  const [oldest] = [...table.ofContact(contactId)].sort((a, b) => a.id - b.id);
  if (oldest !== undefined) oldest.is_primary = true;
}

function noteChange(site: Site, contactId: number): void {
  const contact = site.tables.contacts.get(contactId);
  if (contact !== undefined) touchContact(site, contact);
}
