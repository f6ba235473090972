import { alreadyExists, type Site } from './site.ts';
import type { GroupRow } from './tables/rows.ts';

/** What may be written of a group, by column. */
export type GroupValues = Partial<Omit<GroupRow, 'id' | 'children'>>;

export const MAILING_LIST = '2';

/** Creates a group. Throws a DatabaseError if its title or name is taken. */
export function createGroup(site: Site, values: GroupValues & { readonly title: string }): GroupRow {
  const id = site.tables.groups.takeId();
  const row: GroupRow = {
    id,
    name: values.name ?? machineName(values.title, id),
    title: values.title,
    frontend_title: values.frontend_title ?? values.title,
    description: values.description ?? null,
    group_type: values.group_type ?? null,
    saved_search_id: values.saved_search_id ?? null,
    is_active: values.is_active ?? true,
    is_hidden: values.is_hidden ?? false,
    is_reserved: values.is_reserved ?? false,
    visibility: values.visibility ?? 'User and User Admin Only',
    parents: values.parents ?? null,
    children: null,
    created_id: values.created_id ?? null,
    modified_id: values.modified_id ?? null,
  };
  assertFreeNames(site, row);
  site.tables.groups.insert(row);
  for (const parent of row.parents ?? []) addChildTo(site, parent, id);
  return row;
}

/** As CiviCRM makes it: the title without its last four characters, then the id (civicrm-recorded.md 2). */
function machineName(title: string, id: number): string {
  return `${title.slice(0, -4).replaceAll(/[^\p{L}\p{N}]+/gu, '_')}_${id}`;
}

/** Changes a group. Its memberships stay as they are, also when it is disabled. */
export function updateGroup(site: Site, row: GroupRow, values: GroupValues): void {
  assertFreeNames(site, { ...row, ...values });
  const before = row.parents ?? [];
  if (values.saved_search_id !== undefined && values.saved_search_id !== row.saved_search_id) {
    site.smartGroupMembers.delete(row.id);
  }
  Object.assign(row, values);
  for (const parent of before) if (!row.parents?.includes(parent)) removeChildFrom(site, parent, row.id);
  for (const parent of row.parents ?? []) addChildTo(site, parent, row.id);
}

/** Deletes a group; its memberships and their history go by cascade and leave no trace. */
export function deleteGroup(site: Site, row: GroupRow): void {
  const { groups, groupContacts, history } = site.tables;
  groupContacts.deleteGroup(row.id);
  history.deleteGroup(row.id);
  site.smartGroupMembers.delete(row.id);
  for (const parent of row.parents ?? []) removeChildFrom(site, parent, row.id);
  for (const child of row.children ?? []) removeParentFrom(site, child, row.id);
  groups.delete(row);
}

/**
 * Whom `Contact.get where groups IN` finds: the Added ones, what a smart group's search found, and all of this for child groups.
 * A Removed by hand does not take away what the search found before its cache is filled anew (civicrm-recorded.md 15).
 */
export function findMembers(site: Site, groupId: number, seen: Set<number> = new Set()): Set<number> {
  const members = new Set<number>();
  if (seen.has(groupId)) return members;
  seen.add(groupId);
  for (const row of site.tables.groupContacts.inGroupTail(groupId, 0)) {
    if (row.status === 'Added') members.add(row.contact_id);
  }
  for (const id of findSmartMembers(site, groupId)) members.add(id);
  for (const child of site.tables.groups.get(groupId)?.children ?? []) {
    for (const id of findMembers(site, child, seen)) members.add(id);
  }
  return members;
}

/** CiviCRM's own default. */
const SMART_CACHE_MS = 5 * 60_000;

/** Whom a smart group's search found: run at most every five minutes, then without those Removed by hand. */
function findSmartMembers(site: Site, groupId: number): readonly number[] {
  const cached = site.smartGroupMembers.get(groupId);
  if (cached !== undefined && site.clock.now() < cached.expiresAt) return cached.contactIds;
  const searchId = site.tables.groups.get(groupId)?.saved_search_id ?? null;
  const found = searchId === null ? undefined : site.findBySearch(searchId);
  if (found === undefined) return [];
  const { groupContacts } = site.tables;
  const contactIds = found.filter((id) => groupContacts.find(groupId, id)?.status !== 'Removed');
  site.smartGroupMembers.set(groupId, { contactIds, expiresAt: site.clock.now() + SMART_CACHE_MS });
  return contactIds;
}

/** The calculated field `contact_count`: everybody Added, also those in the trash, whoever asks (civicrm-api.md 1.8). */
export function countMembers(site: Site, groupId: number): number {
  const cached = site.smartGroupMembers.get(groupId)?.contactIds ?? [];
  if (cached.length > 0) return cached.length;
  let count = 0;
  for (const row of site.tables.groupContacts.inGroupTail(groupId, 0)) if (row.status === 'Added') count += 1;
  return count;
}

function addChildTo(site: Site, parentId: number, childId: number): void {
  const parent = site.tables.groups.get(parentId);
  if (parent === undefined || parent.children?.includes(childId)) return;
  parent.children = [...(parent.children ?? []), childId];
}

function removeChildFrom(site: Site, parentId: number, childId: number): void {
  const parent = site.tables.groups.get(parentId);
  if (parent !== undefined) parent.children = without(parent.children, childId);
}

function removeParentFrom(site: Site, childId: number, parentId: number): void {
  const child = site.tables.groups.get(childId);
  if (child !== undefined) child.parents = without(child.parents, parentId);
}

function without(ids: readonly number[] | null, id: number): readonly number[] | null {
  const left = (ids ?? []).filter((other) => other !== id);
  return left.length > 0 ? left : null;
}

function assertFreeNames(site: Site, row: GroupRow): void {
  for (const other of site.tables.groups.all()) {
    if (other.id !== row.id && (other.title === row.title || other.name === row.name)) throw alreadyExists();
  }
}
