import { addressKey, subscriberHash } from '../domain/email.ts';
import type { HistoryRow } from '../domain/facts.ts';
import { type ContactId, contactId } from '../domain/ids.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import type { MergeField } from '../domain/pairings.ts';
import type { ContactRecord, OwnerRecord } from '../gateways/civicrm/civicrm.ts';
import type { Connection } from '../store/connections.ts';
import { getAccount, getSite } from '../store/sites.ts';
import { contactView, memberView } from '../worker/gateways.ts';
import { andLook, type Look, look } from './obstacle.ts';
import { readCivicrm, readMailchimp } from './readers.ts';
import type { SetupContext } from './setup-context.ts';

/** By what somebody is looked for, and what our rows know of them besides. */
export interface PersonTraces {
  /** In lower case. */
  readonly addresses: readonly string[];
  readonly contactIds: readonly ContactId[];
  readonly mailchimpContactIds: readonly string[];
}

/** A contact as CiviCRM has it now, with its history in the group and in the interest groups. */
export interface ContactNow extends OwnerRecord {
  readonly history: readonly HistoryRow[];
  /** By the group's id. */
  readonly interestHistory: Readonly<Record<string, readonly HistoryRow[]>>;
}

/** What both sides say of somebody at this moment. */
export interface PersonNow {
  readonly mailchimp: Look<readonly MemberRecord[]>;
  /** Contacts that were named, and all others that hold one of the addresses; in the trash, too. */
  readonly civicrm: Look<readonly ContactNow[]>;
}

/** Nobody has so many addresses that it would be another person's. */
const MOST_ADDRESSES = 20;

/** Reads somebody on both sides, with what the connection pairs: by what is known, and by every address of the contacts found so. A handful of requests; stores nothing. */
export async function lookAtPerson(
  setup: SetupContext,
  connection: Connection,
  traces: PersonTraces,
): Promise<PersonNow> {
  const civicrm = await lookAtContacts(setup, connection, traces);
  const found = civicrm.kind === 'found' ? civicrm.found : [];
  const held = found.flatMap(({ addresses }) => addresses.map(({ address }) => addressKey(address)));
  const addresses = [...new Set([...traces.addresses, ...held])].filter((key) => key !== '');
  return { civicrm, mailchimp: await lookAtMembers(setup, connection, { ...traces, addresses }) };
}

async function lookAtContacts(
  { store, secrets, signal }: SetupContext,
  { siteId, groupId, pairings }: Connection,
  { addresses, contactIds }: PersonTraces,
): Promise<Look<readonly ContactNow[]>> {
  const site = await look(() => getSite(store.db, secrets, siteId));
  return await andLook(site, (opened) =>
    look(async () => {
      const civicrm = readCivicrm(opened, contactView(pairings));
      const named = await civicrm.fetchContacts(groupId, contactIds, signal);
      const theirs = named.flatMap((record) => record.addresses.map(({ address }) => addressKey(address)));
      const keys = [...new Set([...addresses, ...theirs])]
        .filter((key) => key !== '')
        .slice(0, MOST_ADDRESSES);
      const owners = keys.length === 0 ? [] : await civicrm.fetchOwners(groupId, keys, signal);
      const records = new Map<ContactId, ContactRecord | OwnerRecord>(
        [...named, ...owners].map((record) => [record.contactId, record]),
      );
      const ids = [...records.keys()].map(contactId);
      const histories = ids.length === 0 ? new Map() : await civicrm.fetchHistory(groupId, ids, signal);
      const interestHistories = await civicrm.fetchInterestHistory(ids, signal);
      return [...records.values()].map((record) => ({
        held: [],
        hasHistory: false,
        ...record,
        history: histories.get(record.contactId) ?? [],
        interestHistory: interestHistories.get(record.contactId) ?? {},
      }));
    }),
  );
}

/** The audience's merge fields as they are now, where a field is mapped: before the first sync nobody has looked at them. One request. */
export async function lookAtMergeFields(
  { store, secrets, signal }: SetupContext,
  { accountId, audienceId, pairings }: Connection,
): Promise<Look<readonly MergeField[]>> {
  if (pairings.mappings.length === 0) return { kind: 'found', found: [] };
  const account = await look(() => getAccount(store.db, secrets, accountId));
  return await andLook(account, (opened) =>
    look(() => readMailchimp(opened).fetchMergeFields(audienceId, signal)),
  );
}

async function lookAtMembers(
  { store, secrets, signal }: SetupContext,
  { accountId, audienceId, pairings }: Connection,
  { addresses, mailchimpContactIds }: PersonTraces,
): Promise<Look<readonly MemberRecord[]>> {
  const account = await look(() => getAccount(store.db, secrets, accountId));
  return await andLook(account, (opened) =>
    look(async () => {
      const mailchimp = readMailchimp(opened, memberView(pairings));
      const keys = new Set([
        ...mailchimpContactIds,
        ...addresses.slice(0, MOST_ADDRESSES).map(subscriberHash),
      ]);
      const members = new Map<string, MemberRecord>();
      for (const key of keys) {
        const member = await mailchimp.fetchMember(audienceId, key, signal);
        if (member !== null) members.set(member.contactId, member);
      }
      return [...members.values()];
    }),
  );
}
