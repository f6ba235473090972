import { writeHistory } from '../memberships.ts';
import { historyEntity } from '../query/history-entity.ts';
import { constraintViolation } from '../site.ts';
import type { Action } from './action.ts';
import { ApiError } from './api-error.ts';
import { getAction } from './get-action.ts';
import { recordParam } from './params.ts';
import { ANSWER_END, missingOf } from './write-actions.ts';
import { readWriteValues } from './write-values.ts';

const create: Action = {
  params: { values: 'array', reload: 'mixed' },
  needs: ['administer CiviCRM'],
  run: (context, params) => {
    const { site, schema, time } = context;
    const values = readWriteValues(context, historyEntity, schema.entities, recordParam(params, 'values'));
    const missing = missingOf(values, ['contact_id']);
    if (missing.length > 0) {
      throw new ApiError(
        `Mandatory values missing from Api4 SubscriptionHistory::create: ${missing.join(', ')}`,
      );
    }
    const contactId = Number(values['contact_id']);
    const groupId = Number(values['group_id']);
    if (site.tables.contacts.get(contactId) === undefined || site.tables.groups.get(groupId) === undefined) {
      throw constraintViolation();
    }
    // A date that was sent is not looked at: history happens now (civicrm-recorded.md 3).
    const row = writeHistory(
      site,
      { contactId, groupId, status: String(values['status'] ?? 'Added') },
      { method: textOrNull(values['method']), tracking: textOrNull(values['tracking']) },
    );
    const shown = { ...row, date: time.renderCompact(row.date) };
    const said = Object.entries(shown).filter(([, value]) => value !== null);
    return { values: [{ ...Object.fromEntries(said), ...ANSWER_END }] };
  },
};

const textOrNull = (value: unknown): string | null =>
  value === undefined || value === null || value === '' ? null : String(value);

/** Anybody may ask; the rows are those of contacts that the caller sees (civicrm-api.md 1.4). */
export const historyActions: ReadonlyMap<string, Action> = new Map([
  ['get', getAction(historyEntity, [])],
  ['create', create],
]);
