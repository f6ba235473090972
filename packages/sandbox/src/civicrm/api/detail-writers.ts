import { columnText } from '../column-text.ts';
import { createDetail, deleteDetail, updateDetail } from '../details.ts';
import { addressEntity, phoneEntity } from '../query/detail-entities.ts';
import type { Entity } from '../query/field.ts';
import type { Site } from '../site.ts';
import type { Detail, DetailTable } from '../tables/detail-table.ts';
import type { AddressRow, PhoneRow, Row } from '../tables/rows.ts';
import { ANSWER_END, missingOf, type Writer } from './write-actions.ts';
import type { WriteValues } from './write-values.ts';

const HOME = 1;

/** How rows of one kind are made of what was sent, with the longest text each column takes. */
interface Kind<R extends Detail & Row> {
  readonly entity: Entity;
  readonly tableOf: (site: Site) => DetailTable<R>;
  readonly mandatory: readonly string[];
  readonly lengths: Readonly<Record<string, number>>;
  readonly blank: (id: number, contactId: number) => R;
}

const ADDRESS: Kind<AddressRow> = {
  entity: addressEntity,
  tableOf: (site) => site.tables.addresses,
  mandatory: ['contact_id'],
  lengths: { street_address: 96, supplemental_address_1: 96, city: 64, postal_code: 64 },
  blank: (id, contactId) => ({
    ...blankDetail(id, contactId),
    street_address: null,
    supplemental_address_1: null,
    city: null,
    postal_code: null,
    state_province_id: null,
    country_id: null,
  }),
};

const PHONE: Kind<PhoneRow> = {
  entity: phoneEntity,
  tableOf: (site) => site.tables.phones,
  mandatory: ['contact_id', 'phone'],
  lengths: { phone: 32, phone_ext: 16 },
  blank: (id, contactId) => ({
    ...blankDetail(id, contactId),
    phone: '',
    phone_ext: null,
    phone_type_id: 1,
  }),
};

const blankDetail = (id: number, contactId: number) => ({
  id,
  contact_id: contactId,
  location_type_id: HOME,
  is_primary: false,
  is_billing: false,
});

export const addressWriter = detailWriter(ADDRESS);
export const phoneWriter = detailWriter(PHONE);

/** What `address_primary.…` and `phone_primary.…` do in a write of the contact: the primary row is changed, or made. */
export function writePrimaryDetails(
  site: Site,
  contactId: number,
  values: { readonly address: WriteValues; readonly phone: WriteValues },
): void {
  writePrimary(site, ADDRESS, contactId, values.address);
  const phone = values.phone['phone'];
  const own = site.tables.phones.primaryOf(contactId);
  // Nothing for what the row is about takes the row away; an address is about no single column.
  if (phone !== null && phone !== '') writePrimary(site, PHONE, contactId, values.phone);
  else if (own !== undefined) deleteDetail(site, site.tables.phones, own);
}

function writePrimary<R extends Detail & Row>(
  site: Site,
  kind: Kind<R>,
  contactId: number,
  values: WriteValues,
): void {
  if (Object.keys(values).length === 0) return;
  const { id: _id, is_primary: _primary, is_billing: _billing, ...columns } = values;
  const table = kind.tableOf(site);
  const primary = table.primaryOf(contactId);
  if (primary !== undefined) updateDetail(site, table, primary, columnsOf(kind, columns));
  else insert(site, kind, { ...columns, contact_id: contactId, is_primary: true });
}

function insert<R extends Detail & Row>(site: Site, kind: Kind<R>, values: WriteValues): R {
  const table = kind.tableOf(site);
  const row = kind.blank(table.takeId(), Number(values['contact_id']));
  Object.assign(row, columnsOf(kind, values));
  createDetail(site, table, row);
  return row;
}

/** The values were given the columns' types on the way in; texts are cut at the columns' length. */
function columnsOf<R extends Detail & Row>(
  { lengths }: Kind<R>,
  { id: _id, contact_id: _contact, ...values }: WriteValues,
): Partial<Omit<R, 'id' | 'contact_id'>> {
  const columns = Object.entries(values).map(([name, value]) => {
    const length = lengths[name];
    return [name, typeof value === 'string' && length !== undefined ? columnText(value, length) : value];
  });
  return Object.fromEntries(columns) as Partial<Omit<R, 'id' | 'contact_id'>>; // readWriteValues() knows no other names
}

function detailWriter<R extends Detail & Row>(kind: Kind<R>): Writer<R> {
  const { entity, tableOf, mandatory } = kind;
  return {
    entity,
    needs: { create: [], save: [], update: [], delete: [] },
    find: ({ site }, id) => tableOf(site).get(id),
    mandatory: (values) => missingOf(values, mandatory),
    mayWrite: ({ caller }) => caller.may('edit all contacts'),
    insert: ({ site }, values) => insert(site, kind, values),
    update: ({ site }, row, values) => updateDetail(site, tableOf(site), row, columnsOf(kind, values)),
    remove: ({ site }, row) => deleteDetail(site, tableOf(site), row),
    answer: (_context, { row, values }) => ({
      id: row.id,
      contact_id: row.contact_id,
      ...Object.fromEntries(Object.keys(values).map((name) => [name, row[name]])),
      ...ANSWER_END,
    }),
    deletedId: (row) => String(row.id),
  };
}
