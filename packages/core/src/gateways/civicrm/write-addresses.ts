import { addressKey } from '../../domain/email.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import type { AddressWrite, CivicrmWriter, PartialWrite } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { emailsOf } from './queries.ts';
import { inRounds } from './rounds.ts';
import { anyRow } from './schemas.ts';
import { type RecordsCall, writeEach } from './write-each.ts';

/** What CiviCRM cuts, and ends in dots (civicrm-recorded.md 13): better not written at all. */
const LONGEST_ADDRESS = 254;

/** Adds addresses to contacts (rules A1). */
export function createAddressWriter(client: CivicrmClient): Pick<CivicrmWriter, 'addAddresses'> {
  async function addSome(writes: readonly AddressWrite[], signal: AbortSignal): Promise<PartialWrite> {
    const wanted = new Map(writes.map(({ contactId: id, address }) => [id, addressKey(address)]));
    const findMissing = async (ids: readonly ContactId[]) => {
      const { answers } = await client.read({ emails: emailsOf(ids) }, signal);
      const holding = new Set(
        answers.emails.rows.flatMap(({ contact_id: holder, email }) =>
          holder !== null && addressKey(email ?? '') === wanted.get(contactId(holder)) ? [holder] : [],
        ),
      );
      return ids.filter((id) => !holding.has(id));
    };
    const toCall = (ids: readonly ContactId[]) =>
      saveEmails(ids.map((id) => ({ contactId: id, address: wanted.get(id) ?? '' })));
    return await writeEach(client, { ids: [...wanted.keys()], findMissing, toCall }, signal);
  }

  return {
    async addAddresses(writes, signal) {
      const fit = writes.filter(({ address }) => address.length <= LONGEST_ADDRESS);
      const { written, failed } = await inRounds(fit, (round) => addSome(round, signal));
      const tooLong = writes.filter(({ address }) => address.length > LONGEST_ADDRESS);
      return {
        written,
        failed: [
          ...failed,
          ...tooLong.map((write) => ({ contactId: write.contactId, message: 'The address is too long.' })),
        ],
      };
    },
  };
}

/** The contact's bulk-mail address from now on; CiviCRM takes the mark from the others by itself (civicrm-api.md 2.2). */
const saveEmails = (writes: readonly AddressWrite[]): RecordsCall => ({
  records: writes.length,
  call: {
    entity: 'Email',
    action: 'save',
    params: {
      records: writes.map(({ contactId: id, address }) => ({ contact_id: id, email: address })),
      defaults: { is_bulkmail: true },
    },
    row: anyRow,
  },
});
