import { type Entity, type Field, fieldMap } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'name', dataType: 'String' },
  { name: 'label', dataType: 'String' },
  { name: 'api_entity', dataType: 'String' },
  { name: 'api_params', dataType: 'Json' },
  { name: 'created_id', dataType: 'Integer', isReadonly: true },
  { name: 'modified_id', dataType: 'Integer', isReadonly: true },
  { name: 'created_date', dataType: 'Timestamp', isReadonly: true },
  { name: 'modified_date', dataType: 'Timestamp', isReadonly: true },
];

/** The searches behind smart groups. */
export const savedSearchEntity: Entity = {
  name: 'SavedSearch',
  fields: fieldMap(FIELDS),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: ({ tables: { savedSearches } }, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(savedSearches.get(id)));
    return byIdFrom(demands, (id) => savedSearches.from(id));
  },
};
