import type { AddressPast } from '../domain/contact-address.ts';
import type { Write } from '../domain/decision.ts';
import { sameAddress } from '../domain/email.ts';
import type { Link } from '../domain/facts.ts';
import { HOUR_MS } from '../domain/instant.ts';

/** A contact and its addresses, as they stand now. */
interface Standing {
  readonly link: Link;
  readonly addresses: readonly AddressPast[];
}

type WriteOf<Kind extends Write['kind']> = Extract<Write, { kind: Kind }>;

/** An address of a live contact, however often it stands on it; empty: it does not. */
function findOn(
  { link: { civicrm }, addresses }: Standing,
  { contactId, address }: { readonly contactId: number; readonly address: string },
): readonly AddressPast[] {
  if (civicrm?.state !== 'live' || civicrm.contactId !== contactId) return [];
  return addresses.filter((one) => one.contactId === contactId && sameAddress(one.address, address));
}

/** An address is put on hold right after its contact was removed from the group (E3), by the same clock; so long may a site take, and a worker that has to go on. */
const HELD_WITHIN_MS = HOUR_MS;

/** What we had put on hold, and nobody released and held again since: CiviCRM keeps the date. */
export function takeOffHold(
  { contactId, address }: WriteOf<'put-on-hold'>,
  standing: Standing,
): Write | null {
  const found = findOn(standing, { contactId, address });
  const history = standing.link.civicrm?.history ?? [];
  const removedAt = history.findLast(({ byUs, status }) => byUs && status === 'Removed')?.at;
  if (found.length === 0 || removedAt === undefined) return null;
  const isOurs = ({ hold, heldAt }: AddressPast): boolean =>
    hold === 'bounced' && heldAt !== null && heldAt >= removedAt && heldAt <= removedAt + HELD_WITHIN_MS;
  return found.every(isOurs) ? { kind: 'take-off-hold', contactId, address } : null;
}

/**
 * What we had added, as we had added it: the contact's bulk-mail address, not the primary one, and never on hold. One that stood there already, on hold, we had left alone; whoever
 * released it since has left a trace.
 */
export function removeAddress(
  { contactId, address }: WriteOf<'add-address'>,
  { bestBefore, ...standing }: Standing & { readonly bestBefore: string | null },
): Write | null {
  const [found, ...others] = findOn(standing, { contactId, address });
  if (found === undefined || others.length > 0) return null;
  const isAsAdded = found.isBulkmail && !found.isPrimary && found.hold === 'none' && !found.wasReleased;
  return isAsAdded ? { kind: 'remove-address', contactId, address, bestBefore } : null;
}

/** The undoing of an undoing. Of several rows none may have been held by somebody else since. */
export function holdAgain(
  { contactId, address }: WriteOf<'take-off-hold'>,
  standing: Standing,
): Write | null {
  const found = findOn(standing, { contactId, address });
  return found.length > 0 && found.every(({ hold }) => hold === 'none')
    ? { kind: 'put-on-hold', contactId, address }
    : null;
}

/** The undoing of an undoing. */
export function addAddressAgain(
  { contactId, address }: WriteOf<'remove-address'>,
  standing: Standing,
): Write | null {
  const isLive = standing.link.civicrm?.state === 'live' && standing.link.civicrm.contactId === contactId;
  return isLive && findOn(standing, { contactId, address }).length === 0
    ? { kind: 'add-address', contactId, address }
    : null;
}
