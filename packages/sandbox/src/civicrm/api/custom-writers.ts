import { customFieldEntity, customGroupEntity } from '../query/custom-entities.ts';
import { alreadyExists, constraintViolation } from '../site.ts';
import type { CustomFieldRow, CustomGroupRow } from '../tables/rows.ts';
import { ANSWER_END, missingOf, type Writer } from './write-actions.ts';
import type { WriteValues } from './write-values.ts';

const ADMINISTER = ['access CiviCRM', 'administer CiviCRM'] as const;
const TEXT_LENGTH = 255;

/** Sets of fields for contacts; the machine name is made of the title, as CiviCRM does. */
export const customGroupWriter: Writer<CustomGroupRow> = {
  entity: customGroupEntity,
  needs: { create: ADMINISTER, save: ADMINISTER, update: ADMINISTER, delete: ADMINISTER },
  find: ({ site }, id) => site.tables.customGroups.get(id),
  mandatory: (values) => missingOf(values, ['title']),
  mayWrite: () => true,
  insert: ({ site }, values) => {
    const { customGroups } = site.tables;
    const name = nameOf(values, 'title');
    if (customGroups.all().some((other) => other.name === name)) throw alreadyExists();
    const row: CustomGroupRow = {
      id: customGroups.takeId(),
      name,
      title: String(values['title']),
      extends: String(values['extends'] ?? 'Contact'),
      is_active: values['is_active'] !== false,
      is_multiple: values['is_multiple'] === true,
    };
    customGroups.insert(row);
    return row;
  },
  update: (_context, row, { id: _id, name: _name, ...columns }) => Object.assign(row, columns),
  remove: ({ site }, row) => {
    const { customFields, customGroups } = site.tables;
    customFields.deleteAll(customFields.all().filter(({ custom_group_id: id }) => id === row.id));
    customGroups.delete(row);
  },
  answer: (_context, { row }) => ({ ...row, ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};

export const customFieldWriter: Writer<CustomFieldRow> = {
  entity: customFieldEntity,
  needs: { create: ADMINISTER, save: ADMINISTER, update: ADMINISTER, delete: ADMINISTER },
  find: ({ site }, id) => site.tables.customFields.get(id),
  mandatory: (values) => missingOf(values, ['custom_group_id', 'label', 'data_type', 'html_type']),
  mayWrite: () => true,
  insert: ({ site }, values) => {
    const { customFields, customGroups } = site.tables;
    const groupId = Number(values['custom_group_id']);
    const name = nameOf(values, 'label');
    if (customGroups.get(groupId) === undefined) throw constraintViolation();
    const isTaken = customFields
      .all()
      .some((other) => other.custom_group_id === groupId && other.name === name);
    if (isTaken) throw alreadyExists();
    const dataType = String(values['data_type']);
    const row: CustomFieldRow = {
      id: customFields.takeId(),
      custom_group_id: groupId,
      name,
      label: String(values['label']),
      data_type: dataType,
      html_type: String(values['html_type']),
      text_length: dataType === 'String' ? Number(values['text_length'] ?? TEXT_LENGTH) : null,
      serialize: Number(values['serialize'] ?? 0),
      option_values: typeof values['option_values'] === 'string' ? values['option_values'] : null,
      is_active: values['is_active'] !== false,
    };
    customFields.insert(row);
    return row;
  },
  update: (_context, row, { label, is_active: isActive, option_values: options }) => {
    if (label !== undefined) row.label = String(label);
    if (isActive !== undefined) row.is_active = isActive === true;
    if (typeof options === 'string') row.option_values = options;
  },
  remove: ({ site }, row) => site.tables.customFields.delete(row),
  answer: (_context, { row: { option_values: _options, ...row } }) => ({ ...row, ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};

const nameOf = (values: WriteValues, titleColumn: string): string =>
  String(values['name'] ?? String(values[titleColumn]).replaceAll(/[^\p{L}\p{N}]+/gu, '_'));
