import { addressKey } from '../../domain/email.ts';
import { type ContactId, contactId, type GroupId } from '../../domain/ids.ts';
import { invariant } from '../../domain/invariant.ts';
import { type ApiCall, get } from './api-call.ts';
import type { CivicrmReader, ContactRecord, OwnerRecord } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { type ContactView, NO_CONTACT_VIEW, profileCalls, toProfiles } from './profile.ts';
import {
  chunk,
  contactsById,
  emailsOf,
  heldEmailsOf,
  joinRecords,
  MOST_ROWS,
  membershipsOf,
} from './queries.ts';
import { CONTACT_FIELDS, contactIdRow, heldRow, mergedToRow, sourcedContactRow } from './schemas.ts';
import { toAddressPasts } from './translate.ts';
import { TRASHED_TOO } from './trashed-too.ts';

/** Each is a query of its own, and several of them run one after the other on the site. */
const MOST_MERGE_QUESTIONS = 50;

type ContactReader = Pick<
  CivicrmReader,
  'fetchContacts' | 'fetchAddresses' | 'fetchOwners' | 'fetchMergedTo' | 'fetchBySource'
>;

/** Reads contacts: by id, by address, by `source`, and what became of merged ones. */
export function createContactReader(
  client: CivicrmClient,
  view: ContactView = NO_CONTACT_VIEW,
): ContactReader {
  async function fetchContacts(group: GroupId, ids: readonly ContactId[], signal: AbortSignal) {
    invariant(ids.length <= MOST_ROWS, 'at most 1,000 contacts a read');
    if (ids.length === 0) return [];
    const { answers, offsetMinutes } = await client.read(
      {
        contacts: contactsById(ids),
        emails: emailsOf(ids),
        rows: membershipsOf(group, ids),
        ...profileCalls(view, ids),
      },
      signal,
    );
    const { contacts, emails, rows } = answers;
    const profileOf = toProfiles(view, answers);
    return joinRecords(contacts.rows, emails.rows, rows.rows, offsetMinutes, profileOf).map(
      ([, record]) => record,
    );
  }

  /** Who holds which of these addresses. The database takes `é` for `e` (civicrm-api.md 7.3); we do not. */
  async function fetchHolders(keys: ReadonlySet<string>, signal: AbortSignal) {
    const { answers } = await client.read({ emails: addressesIn(keys) }, signal);
    const held = new Map<ContactId, Set<string>>();
    for (const { contact_id: holder, email } of answers.emails.rows) {
      const key = addressKey(email ?? '');
      if (holder === null || !keys.has(key)) continue;
      const id = contactId(holder);
      held.set(id, (held.get(id) ?? new Set()).add(key));
    }
    return held;
  }

  async function fetchOwnerRecords(group: GroupId, ids: readonly ContactId[], signal: AbortSignal) {
    const { answers, offsetMinutes } = await client.read(
      {
        contacts: contactsById(ids),
        emails: emailsOf(ids),
        rows: membershipsOf(group, ids),
        history: withHistory(group, ids),
        ...profileCalls(view, ids),
      },
      signal,
    );
    const profileOf = toProfiles(view, answers);
    const { contacts, emails, rows, history } = answers;
    const known = new Set(history.rows.map((row) => row.contact_id));
    const records = joinRecords(contacts.rows, emails.rows, rows.rows, offsetMinutes, profileOf);
    return records.map(([contact, record]) => ({ record, hasHistory: known.has(contact.id) }));
  }

  async function fetchMerged(ids: readonly ContactId[], signal: AbortSignal) {
    const calls = Object.fromEntries(ids.map((id) => [`c${id}`, mergedTo(id)]));
    const { answers } = await client.read(calls, signal);
    return ids.map((id) => {
      const [row] = answers[`c${id}`]?.rows ?? [];
      return [id, row !== undefined && 'id' in row ? contactId(row.id) : null] as const;
    });
  }

  return {
    fetchContacts,

    async fetchAddresses(ids, signal) {
      invariant(ids.length <= MOST_ROWS, 'at most 1,000 contacts a read');
      if (ids.length === 0) return [];
      const { answers, offsetMinutes } = await client.read({ emails: heldEmailsOf(ids) }, signal);
      return toAddressPasts(answers.emails.rows, offsetMinutes);
    },

    async fetchOwners(group, addresses, signal) {
      invariant(addresses.length <= MOST_ROWS, 'at most 1,000 addresses a read');
      const keys = new Set(addresses.map(addressKey).filter((key) => key !== ''));
      if (keys.size === 0) return [];
      const held = await fetchHolders(keys, signal);
      const owners: OwnerRecord[] = [];
      for (const ids of chunk([...held.keys()], MOST_ROWS)) {
        for (const { record, hasHistory } of await fetchOwnerRecords(group, ids, signal)) {
          owners.push({ ...record, hasHistory, held: [...(held.get(record.contactId) ?? [])] });
        }
      }
      return owners;
    },

    async fetchMergedTo(ids, signal) {
      const merged = new Map<ContactId, ContactId | null>();
      for (const some of chunk(ids, MOST_MERGE_QUESTIONS)) {
        for (const [id, winner] of await fetchMerged(some, signal)) merged.set(id, winner);
      }
      return merged;
    },

    async fetchBySource(group, sources, signal) {
      const wanted = new Set(sources.filter((source) => source !== ''));
      if (wanted.size === 0) return [];
      const { answers, offsetMinutes } = await client.read(
        { contacts: contactsBySource([...wanted]) },
        signal,
      );
      const contacts = answers.contacts.rows.filter(({ source }) => wanted.has(source ?? ''));
      const ids = contacts.map(({ id }) => contactId(id));
      if (ids.length === 0) return [];
      const { answers: more } = await client.read(
        { emails: emailsOf(ids), rows: membershipsOf(group, ids) },
        signal,
      );
      return joinRecords(contacts, more.emails.rows, more.rows.rows, offsetMinutes).map(
        ([{ source }, record]): ContactRecord & { readonly source: string } => ({
          ...record,
          source: source ?? '',
        }),
      );
    },
  };
}

/**
 * Addresses that stand with a space before them in the database are not found: it does not trim, and asking for them otherwise would read the whole table.
 */
const addressesIn = (keys: ReadonlySet<string>) =>
  get('Email', heldRow, {
    select: ['contact_id', 'email'],
    where: [
      ['email', 'IN', [...keys]],
      ['contact_id', 'IS NOT NULL'],
    ],
    orderBy: { contact_id: 'ASC', id: 'ASC' },
  });

/** One row for each of these contacts that has any history with the group. */
const withHistory = (group: GroupId, ids: readonly ContactId[]) =>
  get('SubscriptionHistory', contactIdRow, {
    select: ['contact_id'],
    where: [
      ['group_id', '=', group],
      ['contact_id', 'IN', ids],
    ],
    groupBy: ['contact_id'],
  });

const contactsBySource = (sources: readonly string[]) =>
  get('Contact', sourcedContactRow, {
    select: ['id', ...CONTACT_FIELDS, 'source'],
    where: [['source', 'IN', sources], TRASHED_TOO],
    orderBy: { id: 'ASC' },
  });

type MergedTo = { readonly id: number } | readonly unknown[];

const mergedTo = (id: ContactId): ApiCall<MergedTo> => ({
  entity: 'Contact',
  action: 'getMergedTo',
  params: { contactId: id },
  row: mergedToRow,
});
