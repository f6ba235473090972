import { savedSearchEntity } from '../query/saved-search-entity.ts';
import { alreadyExists, siteNow } from '../site.ts';
import type { SavedSearchRow } from '../tables/rows.ts';
import { ANSWER_END, missingOf, type Writer } from './write-actions.ts';

const ADMINISTER = ['access CiviCRM', 'administer CiviCRM'] as const;

/** Searches as SearchKit saves them: of one entity, by the parameters of a `get`. */
export const savedSearchWriter: Writer<SavedSearchRow> = {
  entity: savedSearchEntity,
  needs: { create: ADMINISTER, save: ADMINISTER, update: ADMINISTER, delete: ADMINISTER },
  find: ({ site }, id) => site.tables.savedSearches.get(id),
  mandatory: (values) => missingOf(values, ['label']),
  mayWrite: () => true,
  insert: ({ site, caller }, values) => {
    const { savedSearches } = site.tables;
    const id = savedSearches.takeId();
    const name = String(values['name'] ?? `saved_search_${id}`);
    if (savedSearches.all().some((other) => other.name === name)) throw alreadyExists();
    const row: SavedSearchRow = {
      id,
      name,
      label: String(values['label']),
      api_entity: String(values['api_entity'] ?? 'Contact'),
      api_params: String(values['api_params'] ?? '{}'),
      created_id: caller.contactId,
      modified_id: caller.contactId,
      created_date: siteNow(site),
      modified_date: null,
    };
    savedSearches.insert(row);
    return row;
  },
  update: ({ site, caller }, row, values) => {
    const { id: _id, ...columns } = values;
    Object.assign(row, columns, { modified_id: caller.contactId, modified_date: siteNow(site) });
  },
  remove: ({ site }, row) => site.tables.savedSearches.delete(row),
  answer: ({ time }, { row }) => ({
    ...row,
    api_params: JSON.parse(row.api_params),
    created_date: time.renderCompact(row.created_date),
    modified_date: row.modified_date === null ? null : time.renderCompact(row.modified_date),
    ...ANSWER_END,
  }),
  deletedId: (row) => String(row.id),
};
