import type { ContactFlag } from '../domain/facts.ts';
import type { ContactId } from '../domain/ids.ts';

/** A contact that holds a member's address. */
export interface Owner {
  readonly contactId: ContactId;
  readonly state: 'live' | 'trashed';
  readonly isIndividual: boolean;
  readonly isAdded: boolean;
  /** Any row of history with the subscription group. */
  readonly hasHistory: boolean;
  readonly flags: readonly ContactFlag[];
  /** One of the contact's addresses is on hold: counts like a flag (rules 2.7). */
  readonly hasHeldAddress: boolean;
}

/** Whose contact a member is. */
export type Match =
  | { readonly kind: 'matched'; readonly contactId: ContactId; readonly covered: readonly ContactId[] }
  | { readonly kind: 'only-trashed'; readonly contactId: ContactId }
  | { readonly kind: 'nobody' };

/**
 * Rules section 3, in order: the only live owner; in the subscription group; any history with it; without the flags of 2.7 and Individuals first; lowest id.
 * `covered` are the other live owners in the group. Give every owner once, however often the address stands on it.
 */
export function matchContact(owners: readonly Owner[]): Match {
  const [best, ...others] = owners.filter(({ state }) => state === 'live').toSorted(byPreference);
  if (best === undefined) return matchTrashed(owners);
  const covered = others.filter(({ isAdded }) => isAdded).map(({ contactId }) => contactId);
  return { kind: 'matched', contactId: best.contactId, covered };
}

function matchTrashed(owners: readonly Owner[]): Match {
  const [lowest] = owners.toSorted((one, other) => one.contactId - other.contactId);
  return lowest === undefined ? { kind: 'nobody' } : { kind: 'only-trashed', contactId: lowest.contactId };
}

/** Being the only owner needs no line of its own: the only one sorts first whatever it is. */
function byPreference(one: Owner, other: Owner): number {
  return (
    Number(other.isAdded) - Number(one.isAdded) ||
    Number(other.hasHistory) - Number(one.hasHistory) ||
    Number(isMarked(one)) - Number(isMarked(other)) ||
    Number(other.isIndividual) - Number(one.isIndividual) ||
    one.contactId - other.contactId
  );
}

const isMarked = ({ flags, hasHeldAddress }: Owner): boolean => flags.length > 0 || hasHeldAddress;
