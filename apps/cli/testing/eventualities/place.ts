import type { Json, Outside } from './outside.ts';
import { createPerson, type Person } from './person.ts';
import { type Programs, succeed } from './programs.ts';

/** An interest of Mailchimp’s and the group that it is paired with. */
export interface PlaceInterest {
  readonly categoryId: string;
  readonly id: string;
  readonly groupId: number;
}

/** An audience, a group, and the connection between them, with people of their own. */
export interface Place {
  readonly programs: Programs;
  readonly outside: Outside;
  readonly listId: string;
  readonly groupId: number;
  /** The connection’s id. */
  readonly connection: number;
  readonly interests: readonly PlaceInterest[];
  /** Somebody who is nowhere yet. The address is one that nobody else has, if not said. */
  person(name: string, address?: string): Person;
  /** Somebody who is in CiviCRM and not in the group. */
  contact(name: string, address?: string): Promise<Person>;
  /** Somebody who is in on both sides. */
  member(name: string): Promise<Person>;
  /** What a command about this connection says; throws where it does not succeed. */
  ask(...args: readonly string[]): Promise<Json>;
}

/** How a connection is added. */
export interface PlaceOptions {
  readonly policies?: readonly string[];
  /** How many interests are paired with groups of their own. */
  readonly interests?: number;
  /** Merge fields for text that the audience has besides the usual ones. */
  readonly mergeFields?: readonly string[];
  /** Tags that CiviCRM has. */
  readonly tags?: readonly string[];
  readonly maps?: readonly string[];
}

/** Off unless they are what it is about: what they hold back is section 8. */
const NO_LIMITS = [
  ...['removed-at-mailchimp', 'removed-in-civicrm', 'subscribed', 'asked', 'created'],
  ...['interests-off', 'overwritten'],
].map((category) => `limits.${category}=none`);

/** `title`: no other place has it. */
export async function addPlace(
  programs: Programs,
  title: string,
  { policies = [], interests: wanted = 0, mergeFields = [], tags = [], maps = [] }: PlaceOptions = {},
): Promise<Place> {
  const { outside } = programs;
  const listId: string = await outside.act('mailchimp/addAudience', { name: title });
  for (const tag of mergeFields)
    await outside.askMailchimp('POST', `/lists/${listId}/merge-fields`, { name: tag, tag, type: 'text' });
  for (const label of tags) await outside.act('civicrm/createTag', { label });
  const groupId: number = await outside.act('civicrm/createGroup', { title });
  const interests = await addInterests(outside, listId, title, wanted);
  const { id: connection } = await succeed(
    programs,
    ...['connection', 'add', '--account', '1', '--site', '1'],
    ...['--audience', listId, '--group', String(groupId)],
    ...interests.flatMap((interest) => ['--interest', `${interest.id}=${interest.groupId}`]),
    ...maps.flatMap((map) => ['--map', map]),
    ...[...NO_LIMITS, ...policies].flatMap((policy) => ['--policy', policy]),
  );
  let people = 0;
  const ask = (...args: readonly string[]) => succeed(programs, ...args);
  const place: Place = {
    ...{ programs, outside, listId, groupId, connection, interests, ask },
    person(name, address) {
      people += 1;
      return createPerson(place, { name, address: address ?? `${name}${people}@${listId}.test` });
    },
    async member(name) {
      const person = await place.contact(name);
      await person.civicrm.add();
      await person.mailchimp.signUp({ FNAME: name });
      return person;
    },
    async contact(name, address) {
      const person = place.person(name, address);
      await person.civicrm.create();
      return person;
    },
  };
  return place;
}

async function addInterests(
  outside: Outside,
  listId: string,
  title: string,
  wanted: number,
): Promise<readonly PlaceInterest[]> {
  if (wanted === 0) return [];
  const categories = `/lists/${listId}/interest-categories`;
  const category = await outside.askMailchimp('POST', categories, { title: 'Interests', type: 'checkboxes' });
  const interests: PlaceInterest[] = [];
  for (let at = 0; at < wanted; at += 1) {
    const name = `Interest ${at}`;
    const { id } = await outside.askMailchimp('POST', `${categories}/${category.id}/interests`, { name });
    const groupId = await outside.act('civicrm/createGroup', { title: `${title}: ${name}` });
    interests.push({ categoryId: category.id, id, groupId });
  }
  return interests;
}
