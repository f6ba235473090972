import type { Site } from '../site.ts';
import type { Detail, DetailTable } from '../tables/detail-table.ts';
import type { Row } from '../tables/rows.ts';
import { seesContactOf } from './contact-entity.ts';
import { LOCATION_TYPES } from './email-entity.ts';
import { type Entity, type Field, fieldMap, type Option } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const options = (names: readonly string[], first = 1): readonly Option[] =>
  names.map((name, at) => ({ value: first + at, name, label: name }));

const PHONE_TYPES = options(['Phone', 'Mobile', 'Fax', 'Pager', 'Voicemail']);

/** A few of CiviCRM's, under its ids. `name` is the ISO code, as `country_id:name` gives it. */
const COUNTRIES: readonly Option[] = [
  { value: 1014, name: 'AT', label: 'Austria' },
  { value: 1039, name: 'CA', label: 'Canada' },
  { value: 1076, name: 'FR', label: 'France' },
  { value: 1082, name: 'DE', label: 'Germany' },
  { value: 1105, name: 'IE', label: 'Ireland' },
  { value: 1152, name: 'NL', label: 'Netherlands' },
  { value: 1205, name: 'CH', label: 'Switzerland' },
  { value: 1226, name: 'GB', label: 'United Kingdom' },
  { value: 1228, name: 'US', label: 'United States' },
];

const STATES: readonly Option[] = [
  { value: 1004, name: 'California', label: 'California', abbr: 'CA' },
  { value: 1031, name: 'New York', label: 'New York', abbr: 'NY' },
  { value: 1046, name: 'Washington', label: 'Washington', abbr: 'WA' },
];

const COMMON: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'contact_id', dataType: 'Integer' },
  { name: 'location_type_id', dataType: 'Integer', options: () => LOCATION_TYPES },
  { name: 'is_primary', dataType: 'Boolean' },
  { name: 'is_billing', dataType: 'Boolean' },
];

export const addressEntity = detailEntity('Address', (site) => site.tables.addresses, [
  { name: 'street_address', dataType: 'String' },
  { name: 'supplemental_address_1', dataType: 'String' },
  { name: 'city', dataType: 'String' },
  { name: 'postal_code', dataType: 'String' },
  { name: 'state_province_id', dataType: 'Integer', options: () => STATES },
  { name: 'country_id', dataType: 'Integer', options: () => COUNTRIES },
]);

export const phoneEntity = detailEntity('Phone', (site) => site.tables.phones, [
  { name: 'phone', dataType: 'String' },
  { name: 'phone_ext', dataType: 'String' },
  {
    name: 'phone_numeric',
    dataType: 'String',
    isReadonly: true,
    calculate: (_site, row) => String(row['phone'] ?? '').replaceAll(/\D/g, ''),
  },
  { name: 'phone_type_id', dataType: 'Integer', options: () => PHONE_TYPES },
]);

function detailEntity<R extends Detail & Row>(
  name: string,
  tableOf: (site: Site) => DetailTable<R>,
  fields: readonly Field[],
): Entity {
  return {
    name,
    fields: fieldMap([...COMMON, ...fields]),
    links: new Map([
      [
        'contact_id',
        { entity: 'Contact', find: (site, row) => site.tables.contacts.get(Number(row['contact_id'])) },
      ],
    ]),
    defaults: new Map(),
    uniqueFields: () => ['id'],
    seenBy: (context) => seesContactOf(context, 'contact_id'),
    candidates: (site, demands) => {
      const table = tableOf(site);
      const ids = demands.oneOf('id');
      if (ids !== undefined) return byEach(ids, 'id', (id) => some(table.get(id)));
      const contacts = demands.oneOf('contact_id');
      if (contacts === undefined) return byIdFrom(demands, (id) => table.from(id));
      return byEach(contacts, 'contact_id', (id) => [...table.ofContact(id)].sort((a, b) => a.id - b.id));
    },
  };
}
