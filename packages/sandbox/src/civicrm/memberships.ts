import { alreadyExists, constraintViolation, type Site, siteNow } from './site.ts';
import type { GroupContactRow, HistoryRow } from './tables/rows.ts';

/** How a change of membership is marked in the history. */
export interface Mark {
  /** Admin, Email, Web, API, Form …; null on sites before 5.77. */
  readonly method: string | null;
  readonly tracking: string | null;
}

export interface Membership {
  readonly groupId: number;
  readonly contactId: number;
  readonly status: string;
}

/** The API's way in: a new row and its history. Throws a DatabaseError for a pair that exists, or a group or contact that does not. */
export function insertMembership(site: Site, membership: Membership, mark: Mark): GroupContactRow {
  const { groupContacts, groups, contacts } = site.tables;
  const id = groupContacts.takeId(); // used up even if the insert fails (civicrm-recorded.md 3: 85, then 88)
  const { groupId, contactId } = membership;
  if (groups.get(groupId) === undefined || contacts.get(contactId) === undefined) throw constraintViolation();
  if (groupContacts.find(groupId, contactId) !== undefined) throw alreadyExists();
  const row = { id, group_id: groupId, contact_id: contactId, status: membership.status };
  groupContacts.insert(row);
  writeHistory(site, membership, mark);
  return row;
}

/** The API's update: a history row is written even if the status is the same (civicrm-recorded.md 3). */
export function updateMembership(site: Site, row: GroupContactRow, status: string, mark: Mark): void {
  row.status = status;
  writeHistory(site, { groupId: row.group_id, contactId: row.contact_id, status }, mark);
}

/** Deletes the row; the history says Deleted. */
export function deleteMembership(site: Site, row: GroupContactRow, mark: Mark): void {
  site.tables.groupContacts.delete(row);
  writeHistory(site, { groupId: row.group_id, contactId: row.contact_id, status: 'Deleted' }, mark);
}

/**
 * As CiviCRM's own screens add: who is Added already is passed over, and a Removed one gets a new row with a new id
 * (civicrm-recorded.md 11).
 */
export function addToGroup(site: Site, groupId: number, contactId: number, mark: Mark): void {
  const { groupContacts } = site.tables;
  const present = groupContacts.find(groupId, contactId);
  if (present?.status === 'Added') return;
  if (present !== undefined) groupContacts.delete(present);
  insertMembership(site, { groupId, contactId, status: 'Added' }, mark);
}

/** As the screens remove: the row is made if there was none, and history is written every time. */
export function removeFromGroup(site: Site, groupId: number, contactId: number, mark: Mark): void {
  setStatus(site, { groupId, contactId, status: 'Removed' }, mark);
}

/** The link "Rejoin" on a contact's page: the row is kept and becomes Added. */
export function rejoinGroup(site: Site, groupId: number, contactId: number, mark: Mark): void {
  setStatus(site, { groupId, contactId, status: 'Added' }, mark);
}

function setStatus(site: Site, membership: Membership, mark: Mark): void {
  const present = site.tables.groupContacts.find(membership.groupId, membership.contactId);
  if (present === undefined) insertMembership(site, membership, mark);
  else updateMembership(site, present, membership.status, mark);
}

/** Writes what happened to a membership, now. */
export function writeHistory(site: Site, membership: Membership, mark: Mark): HistoryRow {
  const { history } = site.tables;
  const row: HistoryRow = {
    id: history.takeId(),
    contact_id: membership.contactId,
    group_id: membership.groupId,
    date: siteNow(site),
    ...mark,
    status: membership.status,
  };
  history.insert(row);
  return row;
}

/**
 * Puts a group back to what a backup of that moment has: its history, and the memberships that this history says. What was changed at that moment itself is in the backup.
 */
export function restoreGroup({ tables }: Site, groupId: number, at: number): void {
  const { history, groupContacts } = tables;
  const since = history.inGroupFrom(groupId, 0).filter((row) => row.date > at);
  for (const row of since) history.delete(row);
  history.reuseIds();
  for (const contactId of new Set(since.map((row) => row.contact_id))) {
    const present = groupContacts.find(groupId, contactId);
    if (present !== undefined) groupContacts.delete(present);
    const last = history.ofContact(contactId).findLast((row) => row.group_id === groupId);
    if (last === undefined || last.status === 'Deleted') continue;
    const id = present?.id ?? groupContacts.takeId();
    groupContacts.insert({ id, group_id: groupId, contact_id: contactId, status: last.status });
  }
}
