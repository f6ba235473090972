import { sameAddress } from '../../domain/email.ts';
import { type ContactId, contactId, type GroupId, groupId } from '../../domain/ids.ts';
import { invariant } from '../../domain/invariant.ts';
import type { ApiCall } from './api-call.ts';
import type { CivicrmReader, CivicrmWriter, NewContact } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { idRow } from './schemas.ts';
import { toName } from './translate.ts';

const MOST_CONTACTS = 100;
/** A longer address CiviCRM would cut silently, and give somebody another one (civicrm-recorded.md 13). */
const LONGEST_ADDRESS = 254;
/** No group has it: who is in a group does not matter here. */
const NO_GROUP: GroupId = groupId(0);

/** Creates contacts (rules section 3). */
export function createContactWriter(
  client: CivicrmClient,
  reader: Pick<CivicrmReader, 'fetchBySource'>,
): Pick<CivicrmWriter, 'createContacts'> {
  /** Those made before, by us, under the same `source`. Only if the address is there too: a creation that broke off half-way is not taken for one. */
  async function findCreated(contacts: readonly NewContact[], signal: AbortSignal) {
    const wanted = new Map(contacts.map((contact) => [contact.source, contact.address]));
    const found = await reader.fetchBySource(NO_GROUP, [...wanted.keys()], signal);
    const created = new Map<string, ContactId>();
    for (const { source, contactId: id, addresses } of found) {
      const holds = addresses.some(({ address }) => sameAddress(address, wanted.get(source) ?? ''));
      if (holds && !created.has(source)) created.set(source, id);
    }
    return created;
  }

  return {
    async createContacts(contacts, signal) {
      invariant(contacts.length <= MOST_CONTACTS, 'at most 100 contacts a write');
      const created = await findCreated(contacts, signal);
      const missing = contacts.filter(
        ({ source, address }) => !created.has(source) && address.length <= LONGEST_ADDRESS,
      );
      if (missing.length === 0) return created;
      const replies = await client.write(toCalls(missing), signal);
      for (const [index, { source }] of missing.entries()) {
        const reply = replies[`c${index}`];
        const [row] = reply?.kind === 'done' ? reply.rows : [];
        if (row !== undefined) created.set(source, contactId(row.id));
      }
      return created;
    },
  };
}

/**
 * One `create` for each, because a `save` of several takes the address only since 6.6 (civicrm-api.md 8), and because so each fails by itself.
 */
function toCalls(
  contacts: readonly NewContact[],
): Readonly<Record<string, ApiCall<{ readonly id: number }>>> {
  return Object.fromEntries(contacts.map((contact, index) => [`c${index}`, toCall(contact)]));
}

function toCall({ source, firstName, lastName, address }: NewContact): ApiCall<{ readonly id: number }> {
  const names = { first_name: toName(firstName), last_name: toName(lastName) };
  const values = {
    contact_type: 'Individual',
    ...Object.fromEntries(Object.entries(names).filter(([, name]) => name !== '')),
    source,
    'email_primary.email': address.trim(),
  };
  return { entity: 'Contact', action: 'create', params: { values }, row: idRow };
}
