import {
  type ContactValues,
  createContact,
  eraseContact,
  refreshNames,
  trashContact,
  updateContact,
} from '../contacts.ts';
import { createEmail, deleteEmail, updateEmail } from '../emails.ts';
import { contactEntity } from '../query/contact-entity.ts';
import { contactCustomFields } from '../query/custom-entities.ts';
import { readField } from '../query/field.ts';
import type { OutputRow } from '../query/query.ts';
import { isAtLeast, type Site } from '../site.ts';
import type { ContactRow, FieldValue, Row } from '../tables/rows.ts';
import type { ActionContext } from './action.ts';
import { writePrimaryDetails } from './detail-writers.ts';
import { emailColumns } from './email-writer.ts';
import { ANSWER_END, type Change, type Writer } from './write-actions.ts';
import { linkedValues, type WriteValues } from './write-values.ts';

const TYPES = ['Individual', 'Organization', 'Household'];

export const contactWriter: Writer<ContactRow> = {
  entity: contactEntity,
  needs: {
    create: ['access CiviCRM', 'add contacts'],
    save: ['access CiviCRM'],
    update: ['access CiviCRM'],
    delete: ['access CiviCRM', 'delete contacts'],
  },
  find: ({ site }, id) => site.tables.contacts.get(id),
  mandatory: () => [], // a contact needs no name and no address (civicrm-recorded.md 8)
  mayWrite: ({ caller }, kind, values) => {
    if (kind === 'created') return caller.may('add contacts');
    // Everybody may edit himself.
    return (
      caller.may('edit all contacts') || (caller.contactId !== null && values['id'] === caller.contactId)
    );
  },
  insert: (context, values) => {
    const row = createContact(context.site, columnsOf(context, values));
    writeLinked(context, row, values);
    return row;
  },
  update: (context, row, values) => {
    updateContact(context.site, row, columnsOf(context, values));
    // Before 6.6 the primary address could be written in `create` only (civicrm-api.md 8).
    const canNest = isAtLeast(context.site, '6.6') || context.actionName === 'create';
    if (canNest) writeLinked(context, row, values);
  },
  remove: ({ site }, row, params) => {
    if (params['useTrash'] === false) eraseContact(site, row);
    else trashContact(site, row);
  },
  answer: answerChange,
  deletedId: (row) => row.id,
};

/** Columns and the site's own fields only; they were given the columns' types on the way in. */
function columnsOf({ site }: ActionContext, values: WriteValues): ContactValues {
  const { id: _id, created_date: _created, ...columns } = values;
  const custom = contactCustomFields(site);
  const own = Object.entries(columns).filter(([name]) => !name.includes('.') || custom.has(name));
  return Object.fromEntries(own) as ContactValues;
}

function writeLinked(context: ActionContext, row: ContactRow, values: WriteValues): void {
  writePrimaryEmail(context, row, linkedValues(values, 'email_primary'));
  writePrimaryDetails(context.site, row.id, {
    address: linkedValues(values, 'address_primary'),
    phone: linkedValues(values, 'phone_primary'),
  });
}

function writePrimaryEmail({ site }: ActionContext, row: ContactRow, values: WriteValues): void {
  if (Object.keys(values).length === 0) return;
  const primary = site.tables.emails.primaryOf(row.id);
  const { email } = values;
  if (email === null || email === '') {
    if (primary !== undefined) deleteEmail(site, primary);
    return;
  }
  const columns = emailColumns(values);
  if (primary !== undefined) updateEmail(site, primary, columns);
  else if (typeof email === 'string')
    createEmail(site, { ...columns, email, contact_id: row.id, is_primary: true });
  refreshNames(site, row.id);
}

function answerChange(context: ActionContext, change: Change<ContactRow>): OutputRow {
  const { row, kind, values } = change;
  const nested = Object.entries(values).filter(([name]) => name.includes('.'));
  const isRaw =
    !TYPES.includes(row.contact_type) || (kind === 'created' && values['created_date'] !== undefined);
  return {
    ...(isRaw ? rawAnswer(context, change) : fullAnswer(context, change)),
    ...Object.fromEntries(nested),
    ...ANSWER_END,
    ...(kind === 'updated' ? { contact_id: null } : {}),
  };
}

/** All columns that say something. The greetings lag one save behind, and are not there yet after the first. */
function fullAnswer({ site, time }: ActionContext, { row, kind, before }: Change<ContactRow>): OutputRow {
  const answer: OutputRow = {};
  for (const field of contactEntity.fields.values()) {
    const isGreeting = /^(email_greeting|postal_greeting|addressee)_display$/.test(field.name);
    if (field.isOnRequest === true || (isGreeting && kind === 'created')) continue;
    const value = readField(field, site, isGreeting ? before : row);
    if (value !== null && value !== undefined)
      answer[field.name] = shown(value, field.dataType, time.render.bind(time));
  }
  return answer;
}

function shown(value: FieldValue, dataType: string, render: (ms: number) => string): unknown {
  return dataType === 'Timestamp' && typeof value === 'number' ? render(value) : value;
}

const RAW_COLUMNS: readonly string[] = [
  'id',
  'contact_type',
  'external_identifier',
  'display_name',
  'organization_name',
  'first_name',
  'last_name',
  'household_name',
  'sort_name',
  'preferred_language',
  'hash',
  'source',
];

/** What the save itself held: some answers come without reading the row again (civicrm-recorded.md 8, 10b). */
function rawAnswer({ site, time }: ActionContext, { row, values }: Change<ContactRow>): OutputRow {
  const isKnown = TYPES.includes(row.contact_type);
  const columns = isKnown ? RAW_COLUMNS : RAW_COLUMNS.filter((column) => !/_name$/.test(column));
  const greetings = ['email_greeting', 'postal_greeting', 'addressee'].flatMap((name) => [
    ...(isKnown ? [[`${name}_id`, 1]] : []),
    [`${name}_custom`, 'null'],
  ]);
  const created = values['created_date'];
  return {
    ...Object.fromEntries(columns.flatMap((column) => said(site, row, column))),
    communication_style_id: 1,
    ...Object.fromEntries(greetings),
    ...(typeof created === 'number' ? { created_date: time.renderCompact(created) } : {}),
    modified_date: time.renderCompact(row.modified_date),
  };
}

function said(site: Site, row: Row, column: string): readonly (readonly [string, FieldValue])[] {
  const field = contactEntity.fields.get(column);
  const value = field === undefined ? null : readField(field, site, row);
  return value ? [[column, value]] : [];
}
