import { chooseAddresses } from '../decide/choose-address.ts';
import type { Owner } from '../decide/match-contact.ts';
import type { OwnerRecord } from '../gateways/civicrm/civicrm.ts';

/** A holder of an address as CiviCRM gave it → as section 3 sees it. */
export const toOwner = (record: OwnerRecord): Owner => ({
  contactId: record.contactId,
  state: record.state,
  isIndividual: record.isIndividual,
  isAdded: record.group === 'Added',
  hasHistory: record.hasHistory,
  flags: record.flags,
  hasHeldAddress: chooseAddresses(record.addresses).hasHeldAddress,
});
