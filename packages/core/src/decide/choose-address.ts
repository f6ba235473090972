import type { ContactAddress } from '../domain/contact-address.ts';
import { addressKey } from '../domain/email.ts';

/** Which of a contact's addresses may go to Mailchimp, best first, and whether one is only held back by a hold. */
export interface UsableAddresses {
  readonly addresses: readonly string[];
  readonly hasHeldAddress: boolean;
}

/**
 * 2.4: not on hold, not empty; bulk-mail flag first, then primary, then lowest id. Addresses come back trimmed and in lower case, each once however often
 * it stands on the contact.
 */
export function chooseAddresses(addresses: readonly ContactAddress[]): UsableAddresses {
  const filled = addresses.filter(({ address }) => addressKey(address) !== '');
  const usable = filled.filter(({ isOnHold }) => !isOnHold).toSorted(byPreference);
  return {
    addresses: [...new Set(usable.map(({ address }) => addressKey(address)))],
    hasHeldAddress: filled.some(({ isOnHold }) => isOnHold),
  };
}

/** How good an address is among a contact's, best first; one that they do not have is the last. */
export function rankOfAddress(addresses: readonly string[], key: string): number {
  const at = addresses.indexOf(key);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function byPreference(one: ContactAddress, other: ContactAddress): number {
  return (
    Number(other.isBulkmail) - Number(one.isBulkmail) ||
    Number(other.isPrimary) - Number(one.isPrimary) ||
    one.id - other.id
  );
}
