import { type ContactId, contactId } from '../../domain/ids.ts';
import type { CivicrmValue } from '../../domain/profile.ts';
import type { ApiCall } from './api-call.ts';
import type { CivicrmWriter } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { chunk } from './queries.ts';
import { anyRow } from './schemas.ts';
import { toName } from './translate.ts';

/** Records a request (civicrm-api.md 3.5). */
const MOST_RECORDS = 100;
/** CiviCRM would cut these itself, and end them in dots (civicrm-recorded.md 13). */
const NAMES: ReadonlySet<string> = new Set(['first_name', 'middle_name', 'last_name']);

/** Writes fields of contacts (rules section 5). */
export function createFieldWriter(client: CivicrmClient): Pick<CivicrmWriter, 'writeFields'> {
  return {
    async writeFields(changes, signal) {
      const written: ContactId[] = [];
      const failed: { contactId: ContactId; message: string }[] = [];
      for (const some of chunk(changes, MOST_RECORDS)) {
        const calls = Object.fromEntries(
          some.map((change) => [`c${change.contactId}`, toCall(change.contactId, change.values)]),
        );
        const replies = await client.write(calls, signal);
        for (const change of some) {
          const reply = replies[`c${change.contactId}`];
          if (reply?.kind === 'done' && reply.rows.length === 1) written.push(contactId(change.contactId));
          else failed.push({ contactId: change.contactId, message: messageOf(reply) });
        }
      }
      return { written, failed };
    },
  };
}

const messageOf = (reply: { readonly kind: string; readonly message?: string } | undefined): string =>
  reply?.message ?? 'CiviCRM left the contact as it was.';

/** One `update` for each, so that each fails by itself; carried out again it changes nothing. */
function toCall(id: ContactId, values: Readonly<Record<string, CivicrmValue>>): ApiCall<object> {
  return {
    entity: 'Contact',
    action: 'update',
    params: {
      values: Object.fromEntries(
        Object.entries(values).map(([path, value]) => [path, toWritten(path, value)]),
      ),
      where: [['id', '=', id]],
    },
    row: anyRow,
  };
}

const toWritten = (path: string, value: CivicrmValue): CivicrmValue =>
  NAMES.has(path) && typeof value === 'string' ? toName(value) : value;
