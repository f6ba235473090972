import { createEmail, deleteEmail, type EmailValues, updateEmail } from '../emails.ts';
import { emailEntity } from '../query/email-entity.ts';
import type { OutputRow } from '../query/query.ts';
import type { EmailRow } from '../tables/rows.ts';
import { ANSWER_END, type Change, missingOf, type Writer } from './write-actions.ts';
import type { WriteValues } from './write-values.ts';

export const emailWriter: Writer<EmailRow> = {
  entity: emailEntity,
  needs: { create: [], save: [], update: [], delete: [] },
  find: ({ site }, id) => site.tables.emails.get(id),
  mandatory: (values) => missingOf(values, ['contact_id', 'email']),
  mayWrite: ({ caller }) => caller.may('edit all contacts'),
  insert: ({ site }, values) =>
    createEmail(site, { ...emailColumns(values), email: String(values['email']) }),
  update: ({ site }, row, values) => updateEmail(site, row, emailColumns(values)),
  remove: ({ site }, row) => deleteEmail(site, row),
  answer: (_context, change) => ({ ...answerChange(change), ...ANSWER_END }),
  deletedId: (row) => String(row.id),
};

/** The values were given the columns' types on the way in; null means nothing for a column that cannot be empty. */
export function emailColumns(values: WriteValues): EmailValues {
  const { id: _id, ...columns } = values;
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as EmailValues;
}

const COLUMNS = [
  'contact_id',
  'location_type_id',
  'email',
  'is_primary',
  'is_billing',
  'on_hold',
  'is_bulkmail',
] as const satisfies readonly (keyof EmailRow)[];

/** The columns that were written; flags that touch other addresses bring the contact along (civicrm-recorded.md 13). */
function answerChange({ row, kind, values }: Change<EmailRow>): OutputRow {
  const written = new Set<string>(Object.keys(values));
  if (kind === 'created')
    for (const column of ['contact_id', 'location_type_id', 'on_hold']) written.add(column);
  if (kind === 'created' && row.is_primary) written.add('is_primary');
  if (kind === 'updated' && (written.has('is_primary') || written.has('is_bulkmail')))
    written.add('contact_id');
  const answer: OutputRow = { id: row.id };
  for (const column of COLUMNS) if (written.has(column)) answer[column] = row[column] ?? false;
  if (kind === 'updated' && written.has('on_hold')) {
    answer['hold_date'] = compact(row.hold_date ?? null);
    answer['reset_date'] = compact(row.reset_date ?? null);
  } else if (row.on_hold !== 0 && kind === 'created') answer['hold_date'] = compact(row.hold_date ?? null);
  return answer;
}

/** As write answers say dates: `20261123090936`, and nothing as the word `null`. */
const compact = (date: string | null): string => (date === null ? 'null' : date.replaceAll(/[- :]/g, ''));
