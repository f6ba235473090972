import { seesContactOf } from './contact-entity.ts';
import { type Entity, type Field, fieldMap, type Option } from './field.ts';
import { groupOptions, MEMBERSHIP_STATUSES, membershipLinks } from './group-contact-entity.ts';
import { byEach, byIdFrom, onlyNumber, some } from './sources.ts';

const METHODS: readonly Option[] = ['Admin', 'Email', 'Form', 'Web', 'API'].map((method) => ({
  value: method,
  name: method,
  label: method,
}));

const FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'contact_id', dataType: 'Integer' },
  { name: 'group_id', dataType: 'Integer', options: groupOptions },
  { name: 'date', dataType: 'Timestamp' },
  { name: 'method', dataType: 'String', options: () => METHODS },
  { name: 'status', dataType: 'String', options: () => MEMBERSHIP_STATUSES },
  { name: 'tracking', dataType: 'String' },
];

export const historyEntity: Entity = {
  name: 'SubscriptionHistory',
  fields: fieldMap(FIELDS),
  links: membershipLinks,
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: (context) => seesContactOf(context, 'contact_id'),
  candidates: (site, demands) => {
    const { history } = site.tables;
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(history.get(id)));
    const contacts = demands.oneOf('contact_id');
    if (contacts !== undefined) return byEach(contacts, 'contact_id', (id) => history.ofContact(id));
    const groupId = onlyNumber(demands, 'group_id');
    if (groupId === undefined) return byIdFrom(demands, (id) => history.from(id));
    return byIdFrom(demands, (id) => history.inGroupTail(groupId, id));
  },
};
