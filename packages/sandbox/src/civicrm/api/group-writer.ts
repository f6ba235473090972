import { createGroup, deleteGroup, type GroupValues, updateGroup } from '../groups.ts';
import { groupEntity } from '../query/group-entity.ts';
import type { OutputRow } from '../query/query.ts';
import type { GroupRow } from '../tables/rows.ts';
import { ANSWER_END, type Change, missingOf, type Writer } from './write-actions.ts';
import type { WriteValues } from './write-values.ts';

const EDIT_GROUPS = ['access CiviCRM', 'edit groups'] as const;

export const groupWriter: Writer<GroupRow> = {
  entity: groupEntity,
  needs: { create: EDIT_GROUPS, save: EDIT_GROUPS, update: EDIT_GROUPS, delete: EDIT_GROUPS },
  find: ({ site }, id) => site.tables.groups.get(id),
  mandatory: (values) =>
    missingOf(values, ['title']).length > 0 ? missingOf(values, ['name', 'title', 'frontend_title']) : [],
  mayWrite: () => true,
  insert: ({ site, caller }, values) =>
    createGroup(site, {
      ...columnsOf(values),
      title: String(values['title']),
      created_id: caller.contactId,
      modified_id: caller.contactId,
    }),
  update: ({ site, caller }, row, values) =>
    updateGroup(site, row, { ...columnsOf(values), modified_id: caller.contactId }),
  remove: ({ site }, row) => deleteGroup(site, row),
  answer: (_context, change) => ({ ...answerChange(change), ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};

/** The values were given the columns' types on the way in. */
function columnsOf(values: WriteValues): GroupValues {
  const { id: _id, children: _children, ...columns } = values;
  return columns as GroupValues;
}

/** What was sent, and what CiviCRM adds by itself. */
function answerChange({ row, kind, values }: Change<GroupRow>): OutputRow {
  const { id: _id, ...sent } = values;
  if (kind === 'updated') return { id: row.id, title: row.title, ...sent, modified_id: row.modified_id };
  const { name: _name, title: _title, frontend_title: _frontend, ...rest } = sent;
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    ...rest,
    created_id: row.created_id,
    modified_id: row.modified_id,
    frontend_title: row.frontend_title,
  };
}
