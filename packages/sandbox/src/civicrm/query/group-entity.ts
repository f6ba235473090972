import { countMembers } from '../groups.ts';
import { type Entity, type Field, fieldMap, type Option } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const GROUP_TYPES: readonly Option[] = [
  { value: '1', name: 'Access Control', label: 'Access Control' },
  { value: '2', name: 'Mailing List', label: 'Mailing List' },
];

const FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'name', dataType: 'String' },
  { name: 'title', dataType: 'String' },
  { name: 'description', dataType: 'Text' },
  { name: 'source', dataType: 'String' },
  { name: 'saved_search_id', dataType: 'Integer' },
  { name: 'is_active', dataType: 'Boolean' },
  { name: 'visibility', dataType: 'String' },
  { name: 'group_type', dataType: 'Array', options: () => GROUP_TYPES },
  { name: 'cache_date', dataType: 'Timestamp' },
  { name: 'parents', dataType: 'Array' },
  { name: 'children', dataType: 'Array', isReadonly: true },
  { name: 'is_hidden', dataType: 'Boolean' },
  { name: 'is_reserved', dataType: 'Boolean' },
  { name: 'created_id', dataType: 'Integer' },
  { name: 'modified_id', dataType: 'Integer' },
  { name: 'frontend_title', dataType: 'String' },
  { name: 'frontend_description', dataType: 'Text' },
  {
    name: 'contact_count',
    dataType: 'Integer',
    isOnRequest: true,
    isReadonly: true,
    calculate: (site, row) => countMembers(site, Number(row['id'])),
  },
];

export const groupEntity: Entity = {
  name: 'Group',
  fields: fieldMap(FIELDS),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: (site, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(site.tables.groups.get(id)));
    return byIdFrom(demands, (id) => site.tables.groups.from(id));
  },
  // The unique index on the title answers where it has all that is asked for (civicrm-recorded.md 8, as ro).
  naturalOrder: (_site, select) =>
    select.length > 0 && select.every((field) => field === 'id' || field === 'title')
      ? { order: [{ name: 'title', isDescending: false }] }
      : undefined,
};

/** Which group is inside which; `Group.parents` and `Group.children` say the same. */
export const groupNestingEntity: Entity = {
  name: 'GroupNesting',
  fields: fieldMap([
    { name: 'id', dataType: 'Integer' },
    { name: 'child_group_id', dataType: 'Integer' },
    { name: 'parent_group_id', dataType: 'Integer' },
  ]),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: (site) => {
    const pairs = site.tables.groups
      .all()
      .flatMap(({ id, parents }) => (parents ?? []).map((parent) => ({ child: id, parent })));
    const rows = pairs.map(({ child, parent }, at) => ({
      id: at + 1,
      child_group_id: child,
      parent_group_id: parent,
    }));
    return { rows, orderedBy: ['id'] };
  },
};
