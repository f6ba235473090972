import type { Category } from '@mcsync/core/domain/plan';
import type { RefusalReason } from '@mcsync/core/domain/refusal';
import type { PeopleInPlace } from '@mcsync/core/store/people-places';

/** So many people for a reason. */
export interface RefusedPeople {
  readonly reason: RefusalReason;
  readonly people: number;
}

/**
 * Both sides of a connection as a balance: what is in on each side, what is to be added and removed there and who is left out for a reason, and below it on each side the people that both
 * are to have. `left` and `right` are equal when everybody who differs is accounted for.
 */
export interface BalanceSheet {
  readonly mailchimp: {
    readonly subscribed: number;
    readonly toAdd: number;
    readonly toRemove: number;
    readonly asked: number;
    /** In the group, and left alone for now with nothing wrong. */
    readonly waiting: number;
    /** In the group, and cannot be subscribed. */
    readonly cannotSubscribe: readonly RefusedPeople[];
    /** Subscribed, and cannot be in the group; taken off. */
    readonly cannotJoin: readonly RefusedPeople[];
    /** Subscribed, and left alone for now with nothing wrong, such as an unconfirmed membership; taken off. */
    readonly unconfirmed: number;
    /** Contacts that share an address, less further addresses of the same contact: members and contacts are not always one to one. */
    readonly sharing: number;
    readonly total: number;
  };
  readonly civicrm: {
    readonly added: number;
    readonly toAdd: number;
    readonly toRemove: number;
    readonly total: number;
  };
  /** In on one side only, and nothing is decided yet: the next sync looks at them. */
  readonly undecided: { readonly mailchimp: number; readonly civicrm: number };
  readonly isBalanced: boolean;
}

type Fate = 'join' | 'leave' | 'asked' | 'refused' | 'waiting' | 'undecided';

const JOINS: readonly Category[] = ['subscribed', 'asked', 'created', 'added-to-group'];
const LEAVES: readonly Category[] = ['removed-at-mailchimp', 'removed-in-civicrm', 'withdrawn'];

/** What becomes of somebody who is in on one side only. */
function fateOf({ isAsked, syncStatus, reason, category }: PeopleInPlace): Fate {
  if (syncStatus === 'fail' && reason !== null) return 'refused';
  if (isAsked) return 'asked';
  // Decided, and there is nothing to do: the rules wait for somebody's act.
  if (syncStatus === 'ok') return 'waiting';
  if (category !== null && JOINS.includes(category)) return 'join';
  return category !== null && LEAVES.includes(category) ? 'leave' : 'undecided';
}

export function drawUpBalance(places: readonly PeopleInPlace[]): BalanceSheet {
  const of = (place: PeopleInPlace['place'], fate?: Fate) =>
    places.filter((one) => one.place === place && (fate === undefined || fateOf(one) === fate));
  const members = (list: readonly PeopleInPlace[]) => list.reduce((sum, one) => sum + one.members, 0);
  const contacts = (list: readonly PeopleInPlace[]) => list.reduce((sum, one) => sum + one.contacts, 0);
  const cannotSubscribe = byReason(of('civicrm', 'refused'), (one) => one.contacts);
  const cannotJoin = byReason(of('mailchimp', 'refused'), (one) => one.members);
  const sharing = contacts(of('both')) - members(of('both'));
  const subscribed = members(of('both')) + members(of('mailchimp'));
  const added = contacts(of('both')) + contacts(of('civicrm'));
  const atMailchimp = { toAdd: contacts(of('civicrm', 'join')), toRemove: members(of('mailchimp', 'leave')) };
  const inCivicrm = { toAdd: members(of('mailchimp', 'join')), toRemove: contacts(of('civicrm', 'leave')) };
  const asked = contacts(of('civicrm', 'asked'));
  const waiting = contacts(of('civicrm', 'waiting'));
  const unconfirmed = members(of('mailchimp', 'waiting'));
  const left =
    subscribed +
    atMailchimp.toAdd -
    atMailchimp.toRemove +
    asked +
    waiting +
    sum(cannotSubscribe) -
    sum(cannotJoin) -
    unconfirmed +
    sharing;
  const right = added + inCivicrm.toAdd - inCivicrm.toRemove;
  return {
    mailchimp: {
      subscribed,
      ...atMailchimp,
      asked,
      waiting,
      cannotSubscribe,
      cannotJoin,
      unconfirmed,
      sharing,
      total: left,
    },
    civicrm: { added, ...inCivicrm, total: right },
    undecided: {
      mailchimp: members(of('mailchimp', 'undecided')) + members(of('mailchimp', 'asked')),
      civicrm: contacts(of('civicrm', 'undecided')),
    },
    isBalanced: left === right,
  };
}

const sum = (refused: readonly RefusedPeople[]): number =>
  refused.reduce((all, { people }) => all + people, 0);

/** The most frequent first. */
function byReason(
  places: readonly PeopleInPlace[],
  count: (place: PeopleInPlace) => number,
): readonly RefusedPeople[] {
  const counted = new Map<RefusalReason, number>();
  for (const place of places) {
    if (place.reason !== null) counted.set(place.reason, (counted.get(place.reason) ?? 0) + count(place));
  }
  return [...counted]
    .map(([reason, people]) => ({ reason, people }))
    .toSorted((one, other) => other.people - one.people || one.reason.localeCompare(other.reason));
}
