import { trashContact, updateContact } from './contacts.ts';
import { moveDetails } from './details.ts';
import { moveEmail } from './emails.ts';
import { contactCustomFields } from './query/custom-entities.ts';
import { SessionTime } from './session-time.ts';
import type { Site } from './site.ts';
import type { ActivityRow, ContactRow, EmailRow, Row } from './tables/rows.ts';

export const ACTIVITY_TYPES = { 'Contact Merged': 51, 'Contact Deleted by Merge': 52 } as const;
export const ACTIVITY_TARGETS = 3;

const MERGED_COLUMNS = [
  'first_name',
  'middle_name',
  'last_name',
  'organization_name',
  'household_name',
  'nick_name',
  'job_title',
  'external_identifier',
] as const satisfies readonly (keyof ContactRow)[];

/** Do the two say different things of the same place, so that a careful merge is left to a person? */
export function hasConflict(site: Site, winner: ContactRow, loser: ContactRow): boolean {
  const names = MERGED_COLUMNS.some(
    (column) => winner[column] && loser[column] && winner[column] !== loser[column],
  );
  return names || site.tables.emails.ofContact(loser.id).some((email) => rivalOf(site, email, winner.id));
}

/**
 * Merges `loser` into `winner`, as recorded in civicrm-recorded.md 7: rows of groups and history are re-pointed in place with
 * their old ids and dates, Added wins, no history row is written, the loser goes to the trash. Only what the winner lacks is
 * copied; an address stays behind where the winner has another one in its place.
 */
export function mergeContacts(site: Site, winner: ContactRow, loser: ContactRow): void {
  const { emails } = site.tables;
  mergeGroups(site, winner.id, loser.id);
  for (const email of [...emails.ofContact(loser.id)]) {
    if (rivalOf(site, email, winner.id) === undefined) moveEmail(site, email, winner.id);
  }
  moveDetails(site, site.tables.addresses, winner.id, loser.id);
  moveDetails(site, site.tables.phones, winner.id, loser.id);
  moveTags(site, winner.id, loser.id);
  const lacking = MERGED_COLUMNS.filter((column) => !winner[column] && loser[column]);
  const gained = Object.fromEntries(lacking.map((column) => [column, loser[column]]));
  if (lacking.includes('external_identifier')) site.tables.contacts.setExternalIdentifier(loser, null);
  updateContact(site, winner, { ...gained, ...lackingCustom(site, winner, loser) });
  // By plain SQL, which leaves modified_date alone.
  Object.assign(winner, { created_date: Math.min(winner.created_date, loser.created_date) });
  for (const target of site.tables.activityContacts.all()) {
    if (target.contact_id === loser.id && !isOwnEnd(site, target.activity_id)) target.contact_id = winner.id;
  }
  trashContact(site, loser);
  recordMerge(site, winner.id, loser.id);
}

/** The contact this one was merged into, over any number of merges; undefined if it was not, or if the traces are gone. */
export function findMergedTo(site: Site, loserId: number): number | undefined {
  const { activities, activityContacts } = site.tables;
  const end = activityContacts
    .all()
    .findLast(({ contact_id, activity_id }) => contact_id === loserId && isOwnEnd(site, activity_id));
  const parentId = end === undefined ? null : (activities.get(end.activity_id)?.parent_id ?? null);
  return parentId === null
    ? undefined
    : activityContacts.all().find(({ activity_id }) => activity_id === parentId)?.contact_id;
}

/** All contacts merged into this one, over any number of merges, by their ids. */
export function findMergedFrom(site: Site, winnerId: number): readonly number[] {
  const { activityContacts } = site.tables;
  const losers = activityContacts.all().filter(({ activity_id }) => isOwnEnd(site, activity_id));
  const ids = losers.map(({ contact_id }) => contact_id).filter((id) => findMergedTo(site, id) === winnerId);
  return [...new Set(ids)].sort((a, b) => a - b);
}

function mergeGroups(site: Site, winnerId: number, loserId: number): void {
  const { groupContacts, history } = site.tables;
  const moved = new Set<number | null>();
  for (const row of groupContacts.ofContact(loserId)) {
    const own = groupContacts.find(row.group_id, winnerId);
    if (own === undefined || row.status === 'Added') moved.add(row.group_id);
    if (own === undefined) {
      groupContacts.setContact(row, winnerId);
      continue;
    }
    if (row.status === 'Added') own.status = 'Added';
    groupContacts.delete(row);
  }
  for (const event of history.ofContact(loserId)) {
    if (moved.has(event.group_id)) history.setContact(event, winnerId);
    else history.delete(event);
  }
}

function moveTags(site: Site, winnerId: number, loserId: number): void {
  const { entityTags } = site.tables;
  for (const row of [...entityTags.ofContact(loserId)]) {
    if (entityTags.find(row.tag_id, winnerId) === undefined) entityTags.setContact(row, winnerId);
    else entityTags.delete(row);
  }
}

/** What the site's own fields say of the loser and not of the winner. */
function lackingCustom(site: Site, winner: Row, loser: Row): Row {
  const names = [...contactCustomFields(site).keys()];
  const lacking = names.filter((name) => (winner[name] ?? null) === null && (loser[name] ?? null) !== null);
  return Object.fromEntries(lacking.map((name) => [name, loser[name]]));
}

/** The winner's address in the same place, if it has one there. */
function rivalOf(site: Site, email: EmailRow, winnerId: number): EmailRow | undefined {
  return site.tables.emails
    .ofContact(winnerId)
    .find(({ location_type_id }) => location_type_id === email.location_type_id);
}

const isOwnEnd = (site: Site, activityId: number): boolean =>
  site.tables.activities.get(activityId)?.activity_type_id === ACTIVITY_TYPES['Contact Deleted by Merge'];

/** The traces that getMergedTo follows; the second one only where there is a trash. */
function recordMerge(site: Site, winnerId: number, loserId: number): void {
  const merged = addActivity(site, 'Contact Merged', null, winnerId);
  if (site.trash === 'on') addActivity(site, 'Contact Deleted by Merge', merged.id, loserId);
}

function addActivity(
  site: Site,
  type: keyof typeof ACTIVITY_TYPES,
  parentId: number | null,
  targetId: number,
): ActivityRow {
  const { activities, activityContacts } = site.tables;
  const activity: ActivityRow = {
    id: activities.takeId(),
    activity_type_id: ACTIVITY_TYPES[type],
    subject: type,
    activity_date_time: new SessionTime(site).wallNow(),
    parent_id: parentId,
    is_deleted: false,
    is_test: false,
  };
  activities.insert(activity);
  activityContacts.insert({
    id: activityContacts.takeId(),
    activity_id: activity.id,
    contact_id: targetId,
    record_type_id: ACTIVITY_TARGETS,
  });
  return activity;
}
