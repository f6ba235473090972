import type { Person } from './person.ts';
import type { Place } from './place.ts';

/** People of whom there is something to tell. */
export interface News {
  readonly people: readonly Person[];
  /** Two leave, one on each side; two join, one on each side. */
  happens(): Promise<void>;
  /** What both sides say of each, `Mailchimp / CiviCRM`. */
  statuses(): Promise<readonly string[]>;
}

/** What both sides say of them before a sync, and after one. */
export const UNSYNCED = [
  'unsubscribed / Added',
  'subscribed / Removed',
  'absent / Added',
  'subscribed / nobody',
] as const;
export const SYNCED = [
  'unsubscribed / Removed',
  'unsubscribed / Removed',
  'subscribed / Added',
  'subscribed / Added',
] as const;

export async function openNews(place: Place): Promise<News> {
  const wilma = await place.member('wilma');
  const fred = await place.member('fred');
  const betty = await place.contact('betty');
  const barney = place.person('barney');
  const people = [wilma, fred, betty, barney];
  return {
    people,
    async happens() {
      await wilma.mailchimp.unsubscribe();
      await fred.civicrm.remove();
      await betty.civicrm.add();
      await barney.mailchimp.signUp();
    },
    statuses: () => statusesOf(people),
  };
}

/** What both sides say of each, `Mailchimp / CiviCRM`. */
export const statusesOf = async (people: readonly Person[]): Promise<readonly string[]> =>
  await Promise.all(
    people.map(async ({ mailchimp, civicrm }) => `${await mailchimp.status()} / ${await civicrm.status()}`),
  );
