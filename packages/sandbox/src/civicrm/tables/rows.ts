/** What a column may hold. Timestamps are milliseconds since 1970 in whole seconds; wall times (DATETIME) are strings. */
export type FieldValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** A row as the query language sees it: columns by their API name. */
export type Row = { readonly [column: string]: FieldValue };

/** `civicrm_contact`. Columns that rarely say anything are absent until somebody writes them: a million rows are to fit in memory. */
export type ContactRow = {
  readonly id: number;
  /** Individual, Organization, Household; any other text is stored too (civicrm-recorded.md 8). */
  contact_type: string;
  external_identifier: string | null;
  /** Absent, as `sort_name`: what contact-names.ts makes of the other columns. */
  display_name?: string | null | undefined;
  sort_name?: string | null | undefined;
  first_name: string | null;
  last_name: string | null;
  organization_name?: string | null;
  household_name?: string | null;
  middle_name?: string | null;
  nick_name?: string | null;
  job_title?: string | null;
  birth_date?: string | null;
  deceased_date?: string | null;
  do_not_email?: boolean;
  do_not_phone?: boolean;
  do_not_mail?: boolean;
  do_not_sms?: boolean;
  do_not_trade?: boolean;
  is_opt_out?: boolean;
  is_deceased?: boolean;
  is_deleted: boolean;
  preferred_language?: string | null;
  source: string | null;
  created_date: number;
  modified_date: number;
};

/** `civicrm_email`. */
export type EmailRow = {
  readonly id: number;
  /** Null: the row belongs to an event or to the domain, not to a person (civicrm-api.md 2.2). */
  contact_id: number | null;
  location_type_id: number;
  email: string;
  is_primary: boolean;
  is_bulkmail: boolean;
  /** 0 no, 1 bounce, 2 opted out. */
  on_hold: number;
  // Absent until somebody writes them, as in contacts.
  is_billing?: boolean;
  hold_date?: string | null;
  reset_date?: string | null;
};

/** `civicrm_address`. */
export type AddressRow = {
  readonly id: number;
  contact_id: number;
  location_type_id: number;
  is_primary: boolean;
  is_billing: boolean;
  street_address: string | null;
  supplemental_address_1: string | null;
  city: string | null;
  postal_code: string | null;
  state_province_id: number | null;
  country_id: number | null;
};

/** `civicrm_phone`. */
export type PhoneRow = {
  readonly id: number;
  contact_id: number;
  location_type_id: number;
  is_primary: boolean;
  is_billing: boolean;
  phone: string;
  phone_ext: string | null;
  phone_type_id: number;
};

/** `civicrm_tag`. */
export type TagRow = {
  readonly id: number;
  name: string;
  label: string;
  description: string | null;
  parent_id: number | null;
  is_selectable: boolean;
  is_reserved: boolean;
  is_tagset: boolean;
  used_for: readonly string[];
  color: string | null;
  readonly created_id: number | null;
  /** Wall time. */
  readonly created_date: string;
};

/** `civicrm_entity_tag`, for contacts; (entity_id, tag_id) is unique. */
export type EntityTagRow = {
  readonly id: number;
  readonly entity_table: 'civicrm_contact';
  entity_id: number;
  readonly tag_id: number;
};

/** `civicrm_custom_group`: a set of fields that a site has added to its contacts. */
export type CustomGroupRow = {
  readonly id: number;
  readonly name: string;
  title: string;
  extends: string;
  is_active: boolean;
  is_multiple: boolean;
};

/** `civicrm_custom_field`. Its values stand in the contact's row, under `Group.field`. */
export type CustomFieldRow = {
  readonly id: number;
  readonly custom_group_id: number;
  readonly name: string;
  label: string;
  /** String, Memo, Int, Float, Money, Date, Boolean, Link. */
  readonly data_type: string;
  readonly html_type: string;
  /** The most characters a text may have. */
  readonly text_length: number | null;
  /** 1: several options at once. */
  readonly serialize: number;
  /** `{"value":"label"}`; null: any value. */
  option_values: string | null;
  is_active: boolean;
};

/** `civicrm_group`. */
export type GroupRow = {
  readonly id: number;
  name: string;
  title: string;
  frontend_title: string;
  description: string | null;
  /** Option values as strings: `1` Access Control, `2` Mailing List. */
  group_type: readonly string[] | null;
  /** Not null: a smart group. */
  saved_search_id: number | null;
  is_active: boolean;
  is_hidden: boolean;
  is_reserved: boolean;
  visibility: string;
  parents: readonly number[] | null;
  children: readonly number[] | null;
  created_id: number | null;
  modified_id: number | null;
};

/** `civicrm_saved_search`. */
export type SavedSearchRow = {
  readonly id: number;
  name: string;
  label: string;
  api_entity: string;
  /** The parameters of a `get`, as JSON. */
  api_params: string;
  created_id: number | null;
  modified_id: number | null;
  readonly created_date: number;
  modified_date: number | null;
};

/** `civicrm_group_contact`; (group_id, contact_id) is unique. */
export type GroupContactRow = {
  readonly id: number;
  readonly group_id: number;
  contact_id: number;
  /** Added, Removed, Pending; any other text is stored too (civicrm-recorded.md 3). */
  status: string;
};

/** `civicrm_subscription_history`. */
export type HistoryRow = {
  readonly id: number;
  contact_id: number;
  /** Null: an opt-out of everything, no group event (civicrm-api.md 2.6). */
  readonly group_id: number | null;
  date: number;
  readonly method: string | null;
  readonly status: string;
  readonly tracking: string | null;
};

/** `civicrm_activity`, as far as merges need it. */
export type ActivityRow = {
  readonly id: number;
  readonly activity_type_id: number;
  readonly subject: string;
  /** Wall time. */
  readonly activity_date_time: string;
  readonly parent_id: number | null;
  is_deleted: boolean;
  is_test: boolean;
};

/** `civicrm_activity_contact`. */
export type ActivityContactRow = {
  readonly id: number;
  readonly activity_id: number;
  contact_id: number;
  readonly record_type_id: number;
};
