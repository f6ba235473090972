import { addressKey } from '../../domain/email.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import type { AddressWrite, CivicrmWriter, PartialWrite } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { emailsOf } from './queries.ts';
import { anyRow } from './schemas.ts';
import { type RecordsCall, writeEach } from './write-each.ts';

/** 1: bounced (civicrm-api.md 2.2). */
const BOUNCED = 1;

/** What is written where another value stands; nothing else is touched. */
interface HoldChange {
  readonly from: number;
  readonly to: number;
}

const PUT: HoldChange = { from: 0, to: BOUNCED };
const TAKE_OFF: HoldChange = { from: BOUNCED, to: 0 };

/** Puts addresses on hold (rules E3), and takes them off again. */
export function createHoldWriter(client: CivicrmClient): Pick<CivicrmWriter, 'putOnHold' | 'takeOffHold'> {
  async function change(
    { from, to }: HoldChange,
    holds: readonly AddressWrite[],
    signal: AbortSignal,
  ): Promise<PartialWrite> {
    const wanted = new Map<ContactId, Set<string>>();
    for (const { contactId: id, address } of holds)
      wanted.set(id, (wanted.get(id) ?? new Set()).add(addressKey(address)));

    /** The rows that are to change, as last read; one address may stand on a contact twice. */
    const rows = new Map<ContactId, readonly number[]>();
    const findMissing = async (ids: readonly ContactId[]) => {
      const { answers } = await client.read({ emails: emailsOf(ids) }, signal);
      for (const id of ids) rows.delete(id);
      for (const { id, contact_id: holder, email, on_hold: hold } of answers.emails.rows) {
        if (holder === null || hold !== from) continue;
        const owner = contactId(holder);
        if (wanted.get(owner)?.has(addressKey(email ?? '')))
          rows.set(owner, [...(rows.get(owner) ?? []), id]);
      }
      return ids.filter((id) => rows.has(id));
    };
    const toCall = (ids: readonly ContactId[]) =>
      setHold(
        ids.flatMap((id) => rows.get(id) ?? []),
        { from, to },
      );
    return await writeEach(client, { ids: [...wanted.keys()], findMissing, toCall }, signal);
  }

  return {
    putOnHold: (holds, signal) => change(PUT, holds, signal),
    takeOffHold: (holds, signal) => change(TAKE_OFF, holds, signal),
  };
}

const setHold = (ids: readonly number[], { from, to }: HoldChange): RecordsCall => ({
  records: ids.length,
  call: {
    entity: 'Email',
    action: 'update',
    params: {
      values: { on_hold: to },
      where: [
        ['id', 'IN', ids],
        ['on_hold', '=', from],
      ],
    },
    row: anyRow,
  },
});
