import { entityTagEntity, tagEntity } from '../query/tag-entities.ts';
import type { EntityTagRow, TagRow } from '../tables/rows.ts';
import { createTag, deleteTag, type TagValues, tagContact, updateTag } from '../tags.ts';
import { ANSWER_END, missingOf, type Writer } from './write-actions.ts';
import type { WriteValues } from './write-values.ts';

const ADMINISTER = ['access CiviCRM', 'administer CiviCRM'] as const;

export const tagWriter: Writer<TagRow> = {
  entity: tagEntity,
  needs: { create: ADMINISTER, save: ADMINISTER, update: ADMINISTER, delete: ADMINISTER },
  find: ({ site }, id) => site.tables.tags.get(id),
  mandatory: (values) => (missingOf(values, ['name', 'label']).length < 2 ? [] : ['label']),
  mayWrite: () => true,
  insert: ({ site, caller }, values) => {
    const label = String(values['label'] ?? values['name']);
    return createTag(site, { ...columnsOf(values), label }, caller.contactId);
  },
  update: ({ site }, row, values) => updateTag(site, row, columnsOf(values)),
  remove: ({ site }, row) => deleteTag(site, row),
  answer: (_context, { row }) => ({ ...row, ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};

/** The values were given the columns' types on the way in. */
function columnsOf({ id: _id, ...columns }: WriteValues): TagValues {
  return columns as TagValues;
}

/** Tags on contacts. Whoever may edit the contact may tag it; tagging twice is no error. */
export const entityTagWriter: Writer<EntityTagRow> = {
  entity: entityTagEntity,
  needs: { create: [], save: [], update: [], delete: [] },
  find: ({ site }, id) => site.tables.entityTags.get(id),
  mandatory: (values) => missingOf(values, ['entity_id', 'tag_id']),
  mayWrite: ({ caller }) => caller.may('edit all contacts'),
  insert: ({ site }, values) => tagContact(site, Number(values['tag_id']), Number(values['entity_id'])),
  update: () => undefined, // a pair has nothing that could change
  remove: ({ site }, row) => site.tables.entityTags.delete(row),
  answer: (_context, { row }) => ({ ...row, ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};
