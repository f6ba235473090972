import type { Sandbox } from '@mcsync/sandbox/sandbox';

/** A few addresses and a few contacts, so that everything meets everything. Nobody else has to do with them. */
export interface Household {
  readonly sandbox: Sandbox;
  readonly listId: string;
  readonly groupId: number;
  /** Interests that the connection pairs with groups. */
  readonly interests: readonly HouseholdInterest[];
  readonly addresses: readonly string[];
  /** Ids of the contacts, those that are erased too. */
  readonly contacts: readonly number[];
  /** What the invariants have to know of the past. */
  readonly past: HouseholdPast;
}

export interface HouseholdInterest {
  /** Mailchimp's. */
  readonly id: string;
  /** CiviCRM's group. */
  readonly groupId: number;
}

export interface HouseholdPast {
  /** Contacts who left the group by their own will (by a mail's link), whom staff did not add since, and who did not join at Mailchimp since (rules 2.3, I2). */
  readonly leftByOwnWill: Set<number>;
  /** Acts after which somebody may be asked to confirm (I5). */
  actsThatMayAsk: number;
}

/** Who does it: the contact or the address of this number, and the other one where it takes two. Numbers go round. */
export interface Whom {
  readonly who: number;
  readonly other: number;
}

/** What people, staff, forms and administrators do. Throws where in this state it cannot happen. */
export type Act = (household: Household, whom: Whom) => void;

type CivicrmWorld = Sandbox['civicrm']['world'];
type People = Sandbox['mailchimp']['world']['people'];

export const civicrm = ({ sandbox }: Household): CivicrmWorld => sandbox.civicrm.world;
export const people = ({ sandbox }: Household): People => sandbox.mailchimp.world.people;

export const addressOf = ({ addresses }: Household, number: number): string =>
  addresses[number % addresses.length] ?? '';
export const contactOf = ({ contacts }: Household, number: number): number =>
  contacts[number % contacts.length] ?? 0;
