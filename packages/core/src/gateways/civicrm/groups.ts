import type { HistoryRow } from '../../domain/facts.ts';
import { type ContactId, contactId, type GroupId } from '../../domain/ids.ts';
import { invariant } from '../../domain/invariant.ts';
import { get } from './api-call.ts';
import type { CivicrmReader, ContactRecord } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { badAnswer } from './failure.ts';
import { type ContactView, NO_CONTACT_VIEW, profileCalls, toProfiles } from './profile.ts';
import { emailsOf, MOST_ROWS, withProfile } from './queries.ts';
import { type ApiHistory, contactIdRow, groupHistoryRow, historyRow, memberRow } from './schemas.ts';
import { toAddressBook, toContact, toContactRecord, toHistoryRow } from './translate.ts';

/** Rows of history a request: they are slim, and mostly a few for each of 1,000 contacts. */
const MOST_HISTORY = 5000;

/** Reads a group's members and its history. `ourTracking`: how the `tracking` of our own writes begins. */
export function createGroupReader(
  client: CivicrmClient,
  ourTracking: string,
  view: ContactView = NO_CONTACT_VIEW,
): Pick<CivicrmReader, 'fetchGroupBounds' | 'fetchGroupPage' | 'fetchHistory' | 'fetchInterestHistory'> {
  invariant(ourTracking !== '', 'our own writes must be known from others');

  function toRow(row: ApiHistory, offsetMinutes: number): HistoryRow {
    const translated = toHistoryRow(row, offsetMinutes, ourTracking);
    if (translated === null) throw badAnswer('shape', 'A row of CiviCRM’s subscription history has no date.');
    return translated;
  }

  return {
    async fetchGroupBounds(group, signal) {
      const { answers } = await client.read(
        { first: memberAtEnd(group, 'ASC'), last: memberAtEnd(group, 'DESC') },
        signal,
      );
      const [first] = answers.first.rows;
      const [last] = answers.last.rows;
      if (first === undefined || last === undefined) return null;
      return { first: contactId(first.contact_id), last: contactId(last.contact_id) };
    },

    async fetchGroupPage(group, range, signal) {
      invariant(range.limit <= MOST_ROWS, 'a page holds at most 1,000 contacts');
      const { answers, offsetMinutes } = await client.read({ members: membersIn(group, range) }, signal);
      const members = answers.members.rows;
      if (members.length === 0) return [];
      const ids = members.map((member) => contactId(member.contact_id));
      const { answers: more } = await client.read(
        { emails: emailsOf(ids), ...profileCalls(view, ids) },
        signal,
      );
      const addresses = toAddressBook(more.emails.rows);
      const profileOf = toProfiles(view, more);
      return members.map((member): ContactRecord => {
        const own = addresses.get(member.contact_id) ?? [];
        const record = toContactRecord(toContact(member), member.status, own, offsetMinutes);
        return withProfile(record, profileOf);
      });
    },

    async fetchHistory(group, ids, signal) {
      invariant(ids.length <= MOST_ROWS, 'at most 1,000 contacts a read');
      const histories = new Map<ContactId, HistoryRow[]>(ids.map((id) => [id, []]));
      for (let after = 0, isMore = ids.length > 0; isMore; ) {
        const { answers, offsetMinutes } = await client.read(
          { history: historyOf(group, ids, after) },
          signal,
        );
        const rows = answers.history.rows;
        for (const row of rows) histories.get(contactId(row.contact_id))?.push(toRow(row, offsetMinutes));
        after = rows.at(-1)?.id ?? after;
        isMore = rows.length === MOST_HISTORY;
      }
      return histories;
    },

    async fetchInterestHistory(ids, signal) {
      invariant(ids.length <= MOST_ROWS, 'at most 1,000 contacts a read');
      const groups = view.groups;
      const histories = new Map<ContactId, Record<string, HistoryRow[]>>(
        ids.map((id) => [id, Object.fromEntries(groups.map((group) => [group, []]))]),
      );
      for (let after = 0, isMore = ids.length > 0 && groups.length > 0; isMore; ) {
        const { answers, offsetMinutes } = await client.read(
          { history: interestHistoryOf(groups, ids, after) },
          signal,
        );
        const rows = answers.history.rows;
        for (const row of rows)
          histories.get(contactId(row.contact_id))?.[row.group_id]?.push(toRow(row, offsetMinutes));
        after = rows.at(-1)?.id ?? after;
        isMore = rows.length === MOST_HISTORY;
      }
      return histories;
    },
  };
}

const interestHistoryOf = (groups: readonly GroupId[], ids: readonly ContactId[], after: number) =>
  get('SubscriptionHistory', groupHistoryRow, {
    select: Object.keys(groupHistoryRow.shape),
    where: [
      ['group_id', 'IN', groups],
      ['contact_id', 'IN', ids],
      ['id', '>', after],
    ],
    orderBy: { id: 'ASC' },
    limit: MOST_HISTORY,
  });

/** By contact id, never by the row's own, which changes when somebody is added again (civicrm-recorded.md 0.6). */
const memberAtEnd = (group: GroupId, direction: 'ASC' | 'DESC') =>
  get('GroupContact', contactIdRow, {
    select: ['contact_id'],
    where: [['group_id', '=', group]],
    orderBy: { contact_id: direction },
    limit: 1,
  });

const membersIn = (group: GroupId, range: Parameters<CivicrmReader['fetchGroupPage']>[1]) =>
  get('GroupContact', memberRow, {
    select: Object.keys(memberRow.shape),
    where: [
      ['group_id', '=', group],
      ['contact_id', '>', range.after],
      ['contact_id', '<=', range.upTo],
    ],
    orderBy: { contact_id: 'ASC' },
    limit: range.limit,
  });

const historyOf = (group: GroupId, ids: readonly ContactId[], after: number) =>
  get('SubscriptionHistory', historyRow, {
    select: Object.keys(historyRow.shape),
    where: [
      ['group_id', '=', group],
      ['contact_id', 'IN', ids],
      ['id', '>', after],
    ],
    orderBy: { id: 'ASC' },
    limit: MOST_HISTORY,
  });
