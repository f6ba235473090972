import { ACTIVITY_TARGETS, ACTIVITY_TYPES } from '../merges.ts';
import { type Entity, type Field, fieldMap, type Option } from './field.ts';
import { byEach, byIdFrom, some } from './sources.ts';

const TYPES: readonly Option[] = Object.entries(ACTIVITY_TYPES).map(([name, value]) => ({
  value,
  name,
  label: name,
}));

const RECORD_TYPES: readonly Option[] = [
  { value: 1, name: 'Activity Assignees', label: 'Assignee' },
  { value: 2, name: 'Activity Source', label: 'Added By' },
  { value: ACTIVITY_TARGETS, name: 'Activity Targets', label: 'With Contact' },
];

const ACTIVITY_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'activity_type_id', dataType: 'Integer', options: () => TYPES },
  { name: 'subject', dataType: 'String' },
  { name: 'activity_date_time', dataType: 'Datetime' },
  { name: 'parent_id', dataType: 'Integer' },
  { name: 'is_test', dataType: 'Boolean' },
  { name: 'is_deleted', dataType: 'Boolean' },
];

/** The traces of merges, for those who look for them themselves instead of asking getMergedTo. */
export const activityEntity: Entity = {
  name: 'Activity',
  fields: fieldMap(ACTIVITY_FIELDS),
  links: new Map(),
  defaults: new Map([
    ['is_deleted', false],
    ['is_test', false],
  ]),
  uniqueFields: () => ['id'],
  seenBy:
    ({ caller }) =>
    () =>
      caller.may('view all activities') || caller.maySeeContacts,
  candidates: (site, demands) => {
    const ids = demands.oneOf('id');
    if (ids !== undefined) return byEach(ids, 'id', (id) => some(site.tables.activities.get(id)));
    return byIdFrom(demands, (id) => site.tables.activities.from(id));
  },
};

const ACTIVITY_CONTACT_FIELDS: readonly Field[] = [
  { name: 'id', dataType: 'Integer', isReadonly: true },
  { name: 'activity_id', dataType: 'Integer' },
  { name: 'contact_id', dataType: 'Integer' },
  { name: 'record_type_id', dataType: 'Integer', options: () => RECORD_TYPES },
];

export const activityContactEntity: Entity = {
  name: 'ActivityContact',
  fields: fieldMap(ACTIVITY_CONTACT_FIELDS),
  links: new Map([
    [
      'activity_id',
      { entity: 'Activity', find: (site, row) => site.tables.activities.get(Number(row['activity_id'])) },
    ],
    [
      'contact_id',
      { entity: 'Contact', find: (site, row) => site.tables.contacts.get(Number(row['contact_id'])) },
    ],
  ]),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: (context) => activityEntity.seenBy(context),
  candidates: (site, demands) => byIdFrom(demands, (id) => site.tables.activityContacts.from(id)),
};
