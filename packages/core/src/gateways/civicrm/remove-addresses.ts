import { addressKey } from '../../domain/email.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import type { AddressRemoval, CivicrmWriter, PartialWrite } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { emailsOf } from './queries.ts';
import { inRounds } from './rounds.ts';
import { type ApiEmail, anyRow } from './schemas.ts';
import { type RecordsCall, writeEach } from './write-each.ts';

/** Takes addresses away that we had added (the undoing of A1). */
export function createAddressRemover(client: CivicrmClient): Pick<CivicrmWriter, 'removeAddresses'> {
  async function fetchEmails(ids: readonly ContactId[], signal: AbortSignal) {
    const { answers } = await client.read({ emails: emailsOf(ids) }, signal);
    const emails = new Map<ContactId, readonly ApiEmail[]>(ids.map((id) => [id, []]));
    for (const email of answers.emails.rows) {
      if (email.contact_id === null) continue;
      const id = contactId(email.contact_id);
      emails.set(id, [...(emails.get(id) ?? []), email]);
    }
    return emails;
  }

  /** Writes to one row of each contact, as long as `pick` finds one. */
  async function writeRows(
    ids: readonly ContactId[],
    pick: (id: ContactId, emails: readonly ApiEmail[]) => ApiEmail | undefined,
    toCall: (rows: readonly number[]) => RecordsCall,
    signal: AbortSignal,
  ): Promise<PartialWrite> {
    const rows = new Map<ContactId, number>();
    const findMissing = async (some: readonly ContactId[]) => {
      const emails = await fetchEmails(some, signal);
      for (const id of some) {
        const row = pick(id, emails.get(id) ?? []);
        if (row === undefined) rows.delete(id);
        else rows.set(id, row.id);
      }
      return some.filter((id) => rows.has(id));
    };
    const call = (some: readonly ContactId[]) => toCall(some.flatMap((id) => rows.get(id) ?? []));
    return await writeEach(client, { ids, findMissing, toCall: call }, signal);
  }

  /** At most one of each contact. */
  async function removeSome(removals: readonly AddressRemoval[], signal: AbortSignal): Promise<PartialWrite> {
    const wanted = new Map(removals.map((removal) => [removal.contactId, removal]));
    const ids = [...wanted.keys()];
    const added = (id: ContactId, emails: readonly ApiEmail[]) => find(emails, wanted.get(id)?.address);
    const removed = await writeRows(
      ids,
      (id, emails) => unlessPrimary(added(id, emails)),
      deleteEmails,
      signal,
    );
    const emails = await fetchEmails(ids, signal);
    const left = ids.filter((id) => added(id, emails.get(id) ?? []) !== undefined);
    const marked = await writeRows(
      ids.filter((id) => !left.includes(id)),
      (id, own) => toBeMarked(own, wanted.get(id)),
      markForBulk,
      signal,
    );
    const failed = [...removed.failed, ...marked.failed];
    const kept = left.filter((id) => !failed.some((one) => one.contactId === id));
    return {
      written: removed.written,
      failed: [
        ...failed,
        ...kept.map((id) => ({ contactId: id, message: 'The address is the primary one now.' })),
      ],
    };
  }

  return {
    removeAddresses: (removals, signal) => inRounds(removals, (round) => removeSome(round, signal)),
  };
}

const find = (emails: readonly ApiEmail[], address: string | undefined): ApiEmail | undefined =>
  emails.find(({ email }) => addressKey(email ?? '') === address);

const unlessPrimary = (email: ApiEmail | undefined): ApiEmail | undefined =>
  email?.is_primary === true ? undefined : email;

/** The primary address is the best one without a mark (rules 2.4); and nobody else's mark is taken. */
function toBeMarked(emails: readonly ApiEmail[], removal: AddressRemoval | undefined): ApiEmail | undefined {
  if (emails.some(({ is_bulkmail: isBulk }) => isBulk === true)) return undefined;
  const best = find(emails, removal?.bestBefore ?? undefined);
  return best?.on_hold === 0 ? unlessPrimary(best) : undefined;
}

const deleteEmails = (ids: readonly number[]): RecordsCall => ({
  records: ids.length,
  call: {
    entity: 'Email',
    action: 'delete',
    params: {
      where: [
        ['id', 'IN', ids],
        ['is_primary', '=', false],
      ],
    },
    row: anyRow,
  },
});

const markForBulk = (ids: readonly number[]): RecordsCall => ({
  records: ids.length,
  call: {
    entity: 'Email',
    action: 'update',
    params: { values: { is_bulkmail: true }, where: [['id', 'IN', ids]] },
    row: anyRow,
  },
});
