import { z } from 'zod';

/** Nothing of the row is looked at, only that it is one: for counts and writes. */
export const anyRow = z.looseObject({});

/** A number with which rows are told apart. */
const id = z.int().positive();
/** Any text, or nothing: CiviCRM checks none (civicrm-recorded.md 0.7). */
const status = z
  .string()
  .nullable()
  .transform((text) => text ?? '');

/** CiviCRM's present date and time in this session, and that we see at least one contact (civicrm-api.md 1.8). */
export const clockRow = z.object({ now_local: z.string() });

export const groupRow = z.object({
  id,
  title: z.string(),
  is_active: z.boolean().nullable(),
  is_hidden: z.boolean().nullable(),
  saved_search_id: z.int().nullable(),
  // A computed copy of GroupNesting, in several shapes (2.3).
  children: z.union([z.array(z.unknown()), z.string(), z.null()]).optional(),
  // Since 5.63.
  contact_count: z.int().nullable().optional(),
});
export type ApiGroup = z.infer<typeof groupRow>;

export const nestingRow = z.object({ parent_group_id: id });

/** The marks that never by themselves change the group (rules 2.7). An unknown or forbidden name in `select` is left out silently (0.1), so all of these must be there. */
const person = {
  contact_type: z.string().nullable(),
  is_deleted: z.boolean(),
  is_opt_out: z.boolean(),
  do_not_email: z.boolean(),
  is_deceased: z.boolean(),
  modified_date: z.string().nullable(),
};
export const CONTACT_FIELDS = Object.keys(person);

export const contactRow = z.object({ id, ...person });
export type ApiContact = z.infer<typeof contactRow>;

export const sourcedContactRow = z.object({ id, ...person, source: z.string().nullable() });

/** A membership with its contact, by the implicit join. */
export const memberRow = z.object({
  contact_id: id,
  status,
  'contact_id.contact_type': person.contact_type,
  'contact_id.is_deleted': person.is_deleted,
  'contact_id.is_opt_out': person.is_opt_out,
  'contact_id.do_not_email': person.do_not_email,
  'contact_id.is_deceased': person.is_deceased,
  'contact_id.modified_date': person.modified_date,
});
export type ApiMember = z.infer<typeof memberRow>;

export const membershipRow = z.object({ contact_id: id, status });
export type ApiMembership = z.infer<typeof membershipRow>;

export const emailRow = z.object({
  id,
  // Null for addresses of events and of the site itself (2.2).
  contact_id: id.nullable(),
  email: z.string().nullable(),
  is_primary: z.boolean().nullable(),
  is_bulkmail: z.boolean().nullable(),
  on_hold: z.int(),
});
export type ApiEmail = z.infer<typeof emailRow>;

export const heldEmailRow = emailRow.extend({
  hold_date: z.string().nullable(),
  reset_date: z.string().nullable(),
});
export type ApiHeldEmail = z.infer<typeof heldEmailRow>;

export const heldRow = z.object({ contact_id: id.nullable(), email: z.string().nullable() });

export const historyRow = z.object({
  id,
  contact_id: id,
  date: z.string(),
  status,
  method: z.string().nullable(),
  tracking: z.string().nullable(),
});
export type ApiHistory = z.infer<typeof historyRow>;

export const groupHistoryRow = historyRow.extend({ group_id: id });

/** Columns by their paths; which of them are there is the view's business. */
export const valuesRow = z.looseObject({ id });
export type ApiValues = z.infer<typeof valuesRow>;

export const groupRowRow = z.object({ contact_id: id, group_id: id, status });
export type ApiGroupRow = z.infer<typeof groupRowRow>;

export const tagRow = z.object({ entity_id: id, 'tag_id.label': z.string() });
export type ApiTagRow = z.infer<typeof tagRow>;

export const fieldRow = z.object({
  name: z.string(),
  data_type: z.string().nullable(),
  readonly: z.boolean().nullish(),
});

export const changeRow = z.object({ id, contact_id: id });
export const datedRow = z.object({ id, date: z.string() });
export const modifiedRow = z.object({ id, modified_date: z.string() });
export const contactIdRow = z.object({ contact_id: id });
export const idRow = z.object({ id });
export const labelRow = z.object({ label: z.string() });
export const nameRow = z.object({ name: z.string() });
export const versionRow = z.object({ version: z.string() });

/** Nothing is a list of one empty list (civicrm-recorded.md 7). */
export const mergedToRow = z.union([z.object({ id }), z.array(z.unknown()).length(0)]);

const access = z.array(z.object({ access: z.boolean() })).length(1);
/** A contact with what we may do, asked for in its chain. */
export const accessRow = z.object({ id, may_edit: access, may_add: access });

/** Who a key opens; nulls: nobody (1.3). */
export const identitySchema = z.object({ contact_id: z.union([id, z.string()]).nullable() });

/** One item of a multi-call's answer: rows, or what went wrong. */
export const itemSchema = z.object({
  values: z.array(z.unknown()),
  entity: z.string(),
  action: z.string(),
  countMatched: z.int().optional(),
});
export const refusalSchema = z.object({ error_message: z.string(), status: z.int().optional() });

/** A row of history, whole; an opt-out of everything has no group. */
export const tailRow = z.object({
  id: z.int(),
  contact_id: z.int(),
  group_id: z.int().nullable(),
  status: z.string(),
  date: z.string(),
});
export type ApiTailRow = z.infer<typeof tailRow>;
