import { SessionTime } from './session-time.ts';
import { alreadyExists, constraintViolation, type Site } from './site.ts';
import type { EntityTagRow, TagRow } from './tables/rows.ts';

/** What may be written of a tag, by column. */
export type TagValues = Partial<Omit<TagRow, 'id' | 'created_id' | 'created_date'>>;

/** Creates a tag. Throws a DatabaseError if its name is taken. */
export function createTag(
  site: Site,
  values: TagValues & { readonly label: string },
  createdId: number | null,
): TagRow {
  const { tags } = site.tables;
  const name = values.name ?? values.label.replaceAll(/[^\p{L}\p{N}]+/gu, '_');
  assertFreeName(site, name, undefined);
  const row: TagRow = {
    id: tags.takeId(),
    description: null,
    parent_id: null,
    is_selectable: true,
    is_reserved: false,
    is_tagset: false,
    used_for: ['civicrm_contact'],
    color: null,
    ...values,
    name,
    created_id: createdId,
    created_date: new SessionTime(site).wallNow(),
  };
  tags.insert(row);
  return row;
}

export function updateTag(site: Site, row: TagRow, values: TagValues): void {
  if (values.name !== undefined) assertFreeName(site, values.name, row);
  Object.assign(row, values);
}

/** Deletes a tag; nobody bears it any more. */
export function deleteTag(site: Site, row: TagRow): void {
  for (const worn of [...site.tables.entityTags.ofTag(row.id)]) site.tables.entityTags.delete(worn);
  site.tables.tags.delete(row);
}

/** Gives a contact a tag; who bears it already keeps the row. Moves no date (civicrm-api.md 5.1). */
export function tagContact(site: Site, tagId: number, contactId: number): EntityTagRow {
  const { contacts, tags, entityTags } = site.tables;
  const present = entityTags.find(tagId, contactId);
  if (present !== undefined) return present;
  if (contacts.get(contactId) === undefined || tags.get(tagId) === undefined) throw constraintViolation();
  const row: EntityTagRow = {
    id: entityTags.takeId(),
    entity_table: 'civicrm_contact',
    entity_id: contactId,
    tag_id: tagId,
  };
  entityTags.insert(row);
  return row;
}

function assertFreeName(site: Site, name: string, own: TagRow | undefined): void {
  if (site.tables.tags.all().some((other) => other !== own && other.name === name)) throw alreadyExists();
}
