import { chooseAddresses } from '../decide/choose-address.ts';
import { addressKey } from '../domain/email.ts';
import type { ContactId } from '../domain/ids.ts';
import type { ContactRecord } from '../gateways/civicrm/civicrm.ts';
import type { FetchedContact } from '../store/fetched-contacts.ts';

/** A contact as CiviCRM gave it → as a run keeps it: usable addresses chosen (rules 2.4), the others for matching. */
export function toFetchedContact(record: ContactRecord, hasNewHistory: boolean): FetchedContact {
  return {
    contactId: record.contactId,
    state: record.state,
    isIndividual: record.isIndividual,
    group: record.group,
    ...chooseAddresses(record.addresses),
    allAddresses: [
      ...new Set(record.addresses.map(({ address }) => addressKey(address)).filter((key) => key !== '')),
    ],
    flags: record.flags,
    modifiedAt: record.modifiedAt,
    hasNewHistory,
    ...(record.profile !== undefined && { profile: record.profile }),
  };
}

/** Asked for directly and not in the answer: permanently deleted (civicrm-recorded.md 0.9). */
export const erasedContact = (contactId: ContactId): FetchedContact => ({
  contactId,
  state: 'erased',
  isIndividual: false,
  group: 'none',
  addresses: [],
  allAddresses: [],
  hasHeldAddress: false,
  flags: [],
  modifiedAt: null,
  hasNewHistory: false,
});
