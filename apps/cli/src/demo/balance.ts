import { REFUSAL_REASONS, type RefusalReason } from '@mcsync/core/domain/refusal';
import type { RecordedReason } from '@mcsync/core/store/recorded-reasons';
import type { SideContact, Sides } from './read-sides.ts';

/** Somebody who is in on one side only: a contact in the group, or a subscribed address. */
export type Difference =
  | ({ readonly side: 'civicrm' } & SideContact)
  | { readonly side: 'mailchimp'; readonly address: string };

/** Both sides against each other, person by person. */
export interface Comparison {
  readonly subscribed: number;
  readonly added: number;
  /** Contacts and addresses that the other side has, too. */
  readonly agreeing: number;
  readonly differences: readonly Difference[];
}

/** A contact agrees if any of its addresses is subscribed, an address if any contact in the group holds it (rules 1.1). */
export function compareSides({ subscribed, added }: Sides): Comparison {
  const held = new Set(added.flatMap(({ addresses }) => addresses));
  const differences: readonly Difference[] = [
    ...added
      .filter(({ addresses }) => !addresses.some((address) => subscribed.has(address)))
      .map((contact) => ({ side: 'civicrm' as const, ...contact })),
    ...[...subscribed]
      .filter((address) => !held.has(address))
      .map((address) => ({ side: 'mailchimp' as const, address })),
  ];
  const people = subscribed.size + added.length;
  return {
    subscribed: subscribed.size,
    added: added.length,
    agreeing: people - differences.length,
    differences,
  };
}

/** Why somebody is in on one side only. `linked`: on record as one person, under an address that the other side does not know yet. */
export type Explanation =
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'asked' | 'unconfirmed' | 'held' | 'linked' | 'unexplained' };

/** The reason on record for a difference. Nothing is believed that the sides themselves contradict: whoever counts as asked is pending at Mailchimp. */
export function explain(
  difference: Difference,
  records: readonly RecordedReason[],
  sides: Sides,
): Explanation {
  const own = records.filter((record) => isAbout(record, difference));
  const reasons = own.flatMap(({ syncStatus, reason }) =>
    syncStatus === 'fail' ? REFUSAL_REASONS.filter((known) => known === reason) : [],
  );
  const [reason] = reasons;
  if (reason !== undefined) return { kind: 'refused', reason };
  if (addressesOf(difference).some((address) => sides.pending.has(address))) return { kind: 'asked' };
  if (own.some(({ waitsFor }) => waitsFor === 'unconfirmed')) return { kind: 'unconfirmed' };
  if (own.some(({ isHeld }) => isHeld)) return { kind: 'held' };
  if (own.some((record) => isLinked(record, difference, sides))) return { kind: 'linked' };
  return { kind: 'unexplained' };
}

export const addressesOf = (difference: Difference): readonly string[] =>
  difference.side === 'civicrm' ? difference.addresses : [difference.address];

function isAbout(record: RecordedReason, difference: Difference): boolean {
  return difference.side === 'civicrm'
    ? record.contactId === difference.contactId
    : record.addresses.includes(difference.address);
}

function isLinked({ contactId, addresses }: RecordedReason, difference: Difference, sides: Sides): boolean {
  return difference.side === 'civicrm'
    ? addresses.some((address) => sides.subscribed.has(address))
    : sides.added.some((contact) => contact.contactId === contactId);
}
