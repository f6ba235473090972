import type { Site } from '../site.ts';
import type { CustomFieldRow } from '../tables/rows.ts';
import { type DataType, type Entity, type Field, fieldMap, type Option } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const GROUP_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'name', dataType: 'String' },
  { name: 'title', dataType: 'String' },
  { name: 'extends', dataType: 'String' },
  { name: 'is_active', dataType: 'Boolean' },
  { name: 'is_multiple', dataType: 'Boolean' },
];

/** Sets of fields that a site has added to its contacts. */
export const customGroupEntity: Entity = {
  name: 'CustomGroup',
  fields: fieldMap(GROUP_FIELDS),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: ({ tables: { customGroups } }, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(customGroups.get(id)));
    return byIdFrom(demands, (id) => customGroups.from(id));
  },
};

const groupOptions = (site: Site): readonly Option[] =>
  site.tables.customGroups.all().map(({ id, name, title }) => ({ value: id, name, label: title }));

const FIELD_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'custom_group_id', dataType: 'Integer', options: groupOptions },
  { name: 'name', dataType: 'String' },
  { name: 'label', dataType: 'String' },
  { name: 'data_type', dataType: 'String' },
  { name: 'html_type', dataType: 'String' },
  { name: 'text_length', dataType: 'Integer' },
  { name: 'serialize', dataType: 'Integer' },
  // To be written only: options have a table of their own in the real one.
  { name: 'option_values', dataType: 'Json', isOnRequest: true },
  { name: 'is_active', dataType: 'Boolean' },
];

export const customFieldEntity: Entity = {
  name: 'CustomField',
  fields: fieldMap(FIELD_FIELDS),
  links: new Map([
    [
      'custom_group_id',
      {
        entity: 'CustomGroup',
        find: (site, row) => site.tables.customGroups.get(Number(row['custom_group_id'])),
      },
    ],
  ]),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: ({ tables: { customFields } }, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(customFields.get(id)));
    return byIdFrom(demands, (id) => customFields.from(id));
  },
};

const DATA_TYPES: Readonly<Record<string, DataType>> = {
  Int: 'Integer',
  Float: 'Float',
  Money: 'Float',
  Boolean: 'Boolean',
  Date: 'Date',
  Memo: 'Text',
};

/** The fields that the site has added to contacts, by their path: `Donor_info.T_shirt`. */
export function contactCustomFields(site: Site): ReadonlyMap<string, Field> {
  const fields = site.tables.customFields.all().flatMap((row): Field[] => {
    const group = site.tables.customGroups.get(row.custom_group_id);
    if (group?.is_active !== true || !row.is_active) return [];
    return [asField(`${group.name}.${row.name}`, row)];
  });
  return fieldMap(fields);
}

function asField(name: string, row: CustomFieldRow): Field {
  const options = readOptions(row);
  return {
    name,
    label: row.label,
    dataType: row.serialize > 0 ? 'Array' : (DATA_TYPES[row.data_type] ?? 'String'),
    customFieldId: row.id,
    ...(row.text_length === null ? {} : { textLength: row.text_length }),
    ...(options === undefined ? {} : { options: () => options }),
  };
}

function readOptions({
  option_values: json,
  data_type: type,
}: CustomFieldRow): readonly Option[] | undefined {
  if (json === null) return undefined;
  const labels: Readonly<Record<string, string>> = JSON.parse(json);
  return Object.entries(labels).map(([value, label]) => ({
    value: type === 'Int' ? Number(value) : value,
    name: label.replaceAll(/[^\p{L}\p{N}]+/gu, '_'),
    label,
  }));
}
