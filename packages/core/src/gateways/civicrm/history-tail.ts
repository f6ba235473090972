import { TAIL_ROWS, type TailRow } from '../../domain/history-tail.ts';
import { contactId, type GroupId } from '../../domain/ids.ts';
import { fromCivicrmDate } from '../../domain/wall-time.ts';
import { get } from './api-call.ts';
import type { CivicrmReader } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { type ContactView, NO_CONTACT_VIEW } from './profile.ts';
import { type ApiTailRow, tailRow } from './schemas.ts';

/** Reads rows of history whole, by their ids and from the end (rules E26). */
export function createTailReader(
  client: CivicrmClient,
  view: ContactView = NO_CONTACT_VIEW,
): Pick<CivicrmReader, 'fetchHistoryTail'> {
  return {
    async fetchHistoryTail(group, ids, signal) {
      const { answers, offsetMinutes } = await client.read(
        { tail: newestOf([group, ...view.groups]), ...(ids.length > 0 && { stored: rowsById(ids) }) },
        signal,
      );
      const toRows = (rows: readonly ApiTailRow[]) =>
        rows.flatMap((row) => toTailRow(row, offsetMinutes) ?? []);
      return { tail: toRows(answers.tail.rows), stored: toRows(answers.stored?.rows ?? []) };
    },
  };
}

const SELECT = Object.keys(tailRow.shape);

const newestOf = (groups: readonly GroupId[]) =>
  get('SubscriptionHistory', tailRow, {
    select: SELECT,
    where: [['group_id', 'IN', groups]],
    orderBy: { id: 'DESC' },
    limit: TAIL_ROWS,
  });

const rowsById = (ids: readonly number[]) =>
  get('SubscriptionHistory', tailRow, {
    select: SELECT,
    where: [['id', 'IN', ids]],
    orderBy: { id: 'ASC' },
    limit: ids.length,
  });

/** Null where the row carries no date that can be read. */
function toTailRow(row: ApiTailRow, offsetMinutes: number): TailRow | null {
  const at = fromCivicrmDate(row.date, offsetMinutes);
  if (at === null) return null;
  return { id: row.id, contactId: contactId(row.contact_id), groupId: row.group_id, status: row.status, at };
}
