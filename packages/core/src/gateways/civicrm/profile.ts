import type { ContactId, GroupId } from '../../domain/ids.ts';
import type { AddressValue, CivicrmValue, ContactProfile } from '../../domain/profile.ts';
import { type ApiCall, get } from './api-call.ts';
import {
  type ApiGroupRow,
  type ApiTagRow,
  type ApiValues,
  groupRowRow,
  tagRow,
  valuesRow,
} from './schemas.ts';
import { TRASHED_TOO } from './trashed-too.ts';

/** What is read of a contact besides the subscription group: what a connection pairs. */
export interface ContactView {
  /** Interest groups. */
  readonly groups: readonly GroupId[];
  /** APIv4 paths; `address_primary` alone is a whole address. */
  readonly paths: readonly string[];
  /** Names of tags. */
  readonly tags: readonly string[];
}

export const NO_CONTACT_VIEW: ContactView = { groups: [], paths: [], tags: [] };

/** Parts of a whole address, each by what it is in Mailchimp's. */
const ADDRESS_PARTS = {
  addr1: 'street_address',
  addr2: 'supplemental_address_1',
  city: 'city',
  state: 'state_province_id:abbr',
  zip: 'postal_code',
  country: 'country_id:abbr',
} as const satisfies Record<keyof AddressValue, string>;

/** Whether a path stands for a whole address rather than for one of its fields. */
export const isWholeAddress = (path: string): boolean => /^address_\w+$/.test(path);

/** The calls that read the view for these contacts; none where nothing is paired. At most 1,000 contacts. */
export function profileCalls(view: ContactView, ids: readonly ContactId[]) {
  return {
    ...(view.paths.length > 0 && { values: valuesOf(view, ids) }),
    ...(view.groups.length > 0 && { groupRows: groupRowsOf(view, ids) }),
    ...(view.tags.length > 0 && { tagRows: tagRowsOf(view, ids) }),
  };
}

const valuesOf = ({ paths }: ContactView, ids: readonly ContactId[]): ApiCall<ApiValues> =>
  get('Contact', valuesRow, {
    select: ['id', ...paths.flatMap(columnsOf)],
    where: [['id', 'IN', ids], TRASHED_TOO],
    orderBy: { id: 'ASC' },
  });

const columnsOf = (path: string): readonly string[] =>
  isWholeAddress(path) ? Object.values(ADDRESS_PARTS).map((part) => `${path}.${part}`) : [path];

const groupRowsOf = ({ groups }: ContactView, ids: readonly ContactId[]): ApiCall<ApiGroupRow> =>
  get('GroupContact', groupRowRow, {
    select: ['contact_id', 'group_id', 'status'],
    where: [
      ['group_id', 'IN', groups],
      ['contact_id', 'IN', ids],
    ],
    orderBy: { contact_id: 'ASC' },
  });

const tagRowsOf = ({ tags }: ContactView, ids: readonly ContactId[]): ApiCall<ApiTagRow> =>
  get('EntityTag', tagRow, {
    select: ['entity_id', 'tag_id.label'],
    where: [
      ['entity_table', '=', 'civicrm_contact'],
      ['entity_id', 'IN', ids],
      ['tag_id.label', 'IN', tags],
    ],
    orderBy: { entity_id: 'ASC' },
  });

/** What the calls answered. */
interface ProfileAnswers {
  readonly values?: { readonly rows: readonly ApiValues[] };
  readonly groupRows?: { readonly rows: readonly ApiGroupRow[] };
  readonly tagRows?: { readonly rows: readonly ApiTagRow[] };
}

/** Gives a contact's profile by its id. Undefined for all: nothing is paired. */
export function toProfiles(
  view: ContactView,
  answers: ProfileAnswers,
): (contactId: number) => ContactProfile | undefined {
  if (view.groups.length + view.paths.length + view.tags.length === 0) return () => undefined;
  const values = new Map((answers.values?.rows ?? []).map((row) => [row.id, row]));
  const groups = byContact(answers.groupRows?.rows ?? [], (row) => row.contact_id);
  const tags = byContact(answers.tagRows?.rows ?? [], (row) => row.entity_id);
  return (id) => ({
    groups: toGroups(view, groups.get(id) ?? []),
    fields: toFields(view, values.get(id)),
    tags: toTags(view, tags.get(id) ?? []),
  });
}

function byContact<Row>(
  rows: readonly Row[],
  idOf: (row: Row) => number,
): ReadonlyMap<number, readonly Row[]> {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const those = found.get(idOf(row));
    if (those === undefined) found.set(idOf(row), [row]);
    else those.push(row);
  }
  return found;
}

const toGroups = ({ groups }: ContactView, rows: readonly ApiGroupRow[]): ContactProfile['groups'] =>
  Object.fromEntries(
    groups.map((group) => [group, rows.find((row) => row.group_id === group)?.status ?? '']),
  );

/** CiviCRM compares names without case, and so do we (rules section 5). */
const toTags = ({ tags }: ContactView, rows: readonly ApiTagRow[]): ContactProfile['tags'] => {
  const names = new Set(rows.map((row) => row['tag_id.label'].toLowerCase()));
  return Object.fromEntries(tags.map((name) => [name, names.has(name.toLowerCase())]));
};

/** A name that CiviCRM does not know, or does not show us, is left out of its answer without a word: then it is missing here too. */
function toFields({ paths }: ContactView, row: ApiValues | undefined): ContactProfile['fields'] {
  const fields: Record<string, CivicrmValue> = {};
  if (row === undefined) return fields;
  for (const path of paths) {
    const value = isWholeAddress(path) ? toAddress(path, row) : toValue(row[path]);
    if (value !== undefined) fields[path] = value;
  }
  return fields;
}

function toAddress(path: string, row: ApiValues): AddressValue | undefined {
  if (!(`${path}.${ADDRESS_PARTS.addr1}` in row)) return undefined;
  const part = (name: keyof AddressValue): string => {
    const value = row[`${path}.${ADDRESS_PARTS[name]}`];
    return typeof value === 'string' ? value : '';
  };
  return {
    addr1: part('addr1'),
    addr2: part('addr2'),
    city: part('city'),
    state: part('state'),
    zip: part('zip'),
    country: part('country'),
  };
}

function toValue(value: unknown): CivicrmValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (!Array.isArray(value)) return undefined;
  return value.filter((one) => typeof one === 'string' || typeof one === 'number');
}
