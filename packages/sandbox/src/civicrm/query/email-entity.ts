import { seesContactOf } from './contact-entity.ts';
import type { Option } from './field.ts';
import { type Entity, type Field, fieldMap } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

/** The location types of a new site. */
export const LOCATION_TYPES: readonly Option[] = ['Home', 'Work', 'Main', 'Other', 'Billing'].map(
  (name, at) => ({ value: at + 1, name, label: name }),
);

const FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'contact_id', dataType: 'Integer' },
  { name: 'location_type_id', dataType: 'Integer', options: () => LOCATION_TYPES },
  { name: 'email', dataType: 'String' },
  { name: 'is_primary', dataType: 'Boolean' },
  { name: 'is_billing', dataType: 'Boolean', fallback: false },
  { name: 'on_hold', dataType: 'Integer' },
  { name: 'is_bulkmail', dataType: 'Boolean' },
  { name: 'hold_date', dataType: 'Datetime', isReadonly: true },
  { name: 'reset_date', dataType: 'Datetime', isReadonly: true },
  { name: 'signature_text', dataType: 'Text' },
  { name: 'signature_html', dataType: 'Text' },
];

export const emailEntity: Entity = {
  name: 'Email',
  fields: fieldMap(FIELDS),
  links: new Map([
    [
      'contact_id',
      { entity: 'Contact', find: (site, row) => site.tables.contacts.get(Number(row['contact_id'])) },
    ],
  ]),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: (context) => {
    const seesOwner = seesContactOf(context, 'contact_id');
    // Addresses that belong to nobody are shown to everybody, even without a key (civicrm-recorded.md 20).
    return (row) => row['contact_id'] === null || seesOwner(row);
  },
  candidates: (site, demands) => {
    const { emails } = site.tables;
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(emails.get(id)));
    const contacts = demands.oneOf('contact_id');
    if (contacts !== undefined) {
      return byEach(contacts, 'contact_id', (id) => [...emails.ofContact(id)].sort((a, b) => a.id - b.id));
    }
    const addresses = demands.oneOf('email');
    if (addresses !== undefined) {
      const found = new Set(addresses.flatMap((value) => emails.withAddress(String(value))));
      return { rows: [...found], orderedBy: [] };
    }
    return byIdFrom(demands, (id) => emails.from(id));
  },
};
