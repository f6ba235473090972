import type { Site } from '../site.ts';
import { seesContactOf } from './contact-entity.ts';
import { type Entity, type Field, fieldMap, type Option } from './field.ts';
import { byEach, byIdFrom, onlyNumber, some } from './sources.ts';

const TAG_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'name', dataType: 'String' },
  { name: 'label', dataType: 'String' },
  { name: 'description', dataType: 'String' },
  { name: 'parent_id', dataType: 'Integer' },
  { name: 'is_selectable', dataType: 'Boolean' },
  { name: 'is_reserved', dataType: 'Boolean' },
  { name: 'is_tagset', dataType: 'Boolean' },
  { name: 'used_for', dataType: 'Array' },
  { name: 'created_id', dataType: 'Integer', isReadonly: true },
  { name: 'color', dataType: 'String' },
  { name: 'created_date', dataType: 'Datetime', isReadonly: true },
];

export const tagEntity: Entity = {
  name: 'Tag',
  fields: fieldMap(TAG_FIELDS),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: ({ tables: { tags } }, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(tags.get(id)));
    return byIdFrom(demands, (id) => tags.from(id));
  },
};

const tagOptions = (site: Site): readonly Option[] =>
  site.tables.tags.all().map(({ id, name, label }) => ({ value: id, name, label }));

const ENTITY_TAG_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'entity_table', dataType: 'String' },
  { name: 'entity_id', dataType: 'Integer' },
  { name: 'tag_id', dataType: 'Integer', options: tagOptions },
];

/** Who bears which tag; of contacts only. No dates, no history (civicrm-api.md 3.2). */
export const entityTagEntity: Entity = {
  name: 'EntityTag',
  fields: fieldMap(ENTITY_TAG_FIELDS),
  links: new Map([
    ['tag_id', { entity: 'Tag', find: (site, row) => site.tables.tags.get(Number(row['tag_id'])) }],
  ]),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: (context) => seesContactOf(context, 'entity_id'),
  candidates: ({ tables: { entityTags } }, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(entityTags.get(id)));
    const contacts = demands.oneOf('entity_id');
    if (contacts !== undefined)
      return byEach(contacts, 'entity_id', (id) => sorted(entityTags.ofContact(id)));
    const tagId = onlyNumber(demands, 'tag_id');
    if (tagId !== undefined) return { rows: sorted(entityTags.ofTag(tagId)), orderedBy: ['id'] };
    return byIdFrom(demands, (id) => entityTags.from(id));
  },
};

const sorted = <R extends { readonly id: number }>(rows: readonly R[]): readonly R[] =>
  [...rows].sort((a, b) => a.id - b.id);
