import type { Site } from '../site.ts';
import { seesContactOf } from './contact-entity.ts';
import { type Demands, type Entity, type Field, fieldMap, type Link, type Option } from './field.ts';
import { byEach, byIdFrom, onlyNumber, some } from './sources.ts';

/** A status and its label are the same word; texts of nobody's list are stored too. */
export const MEMBERSHIP_STATUSES: readonly Option[] = ['Added', 'Removed', 'Pending'].map((status) => ({
  value: status,
  name: status,
  label: status,
}));

/** Groups as options: `group_id:name`. */
export const groupOptions = (site: Site): readonly Option[] =>
  site.tables.groups.all().map(({ id, name, title }) => ({ value: id, name, label: title }));

/** `contact_id.…` and `group_id.…`, for memberships and their history. */
export const membershipLinks: ReadonlyMap<string, Link> = new Map([
  [
    'contact_id',
    { entity: 'Contact', find: (site, row) => site.tables.contacts.get(Number(row['contact_id'])) },
  ],
  ['group_id', { entity: 'Group', find: (site, row) => site.tables.groups.get(Number(row['group_id'])) }],
]);

const FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'group_id', dataType: 'Integer', options: groupOptions },
  { name: 'contact_id', dataType: 'Integer' },
  { name: 'status', dataType: 'String', options: () => MEMBERSHIP_STATUSES },
  { name: 'location_id', dataType: 'Integer' },
  { name: 'email_id', dataType: 'Integer' },
];

export const groupContactEntity: Entity = {
  name: 'GroupContact',
  fields: fieldMap(FIELDS),
  links: membershipLinks,
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: (context) => seesContactOf(context, 'contact_id'),
  candidates: findCandidates,
};

function findCandidates(site: Site, demands: Demands, wants: readonly string[]) {
  const { groupContacts } = site.tables;
  const ids = demands.oneOf('id');
  if (ids !== undefined) return byEach(ids, 'id', (id) => some(groupContacts.get(id)));
  const groupId = onlyNumber(demands, 'group_id');
  const contacts = demands.oneOf('contact_id');
  if (contacts !== undefined) {
    const found = byEach(contacts, 'contact_id', (id) =>
      groupId === undefined ? groupContacts.ofContact(id) : some(groupContacts.find(groupId, id)),
    );
    return { ...found, orderedBy: ['contact_id'] };
  }
  if (groupId === undefined) return byIdFrom(demands, (id) => groupContacts.from(id));
  const contactFrom = demands.atLeast('contact_id');
  if (contactFrom === undefined && wants[0] !== 'contact_id') {
    return { rows: groupContacts.inGroup(groupId), orderedBy: [] };
  }
  // A contact is in a group once, so that any further column of an order has nothing left to say.
  const rows = groupContacts.inGroupTail(groupId, contactFrom ?? 0);
  return { rows, orderedBy: ['contact_id', ...wants.slice(1)] };
}
