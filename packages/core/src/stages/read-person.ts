import { observeAbsence } from '../decide/observe-member.ts';
import { addressKey, subscriberHash } from '../domain/email.ts';
import type { ContactId } from '../domain/ids.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import { listNearIds, recordKinAmong } from '../store/components.ts';
import {
  type FetchedContact,
  mergeFetchedContacts,
  recordFetchedContacts,
} from '../store/fetched-contacts.ts';
import { mergeDuplicates, recordCivicrmOnly, recordCovered } from '../store/linking.ts';
import { listKnownFacts, recordObservations } from '../store/observed-members.ts';
import { listPersonLinks, type PersonLink } from '../store/person-links.ts';
import { erasedContact, toFetchedContact } from './fetched-contact.ts';
import { observe } from './observe.ts';
import { populateMissingContactIds } from './plan/populate-missing-contact-ids.ts';
import { removeInvalidContactIds } from './plan/remove-invalid-contact-ids.ts';
import type { PlanContext } from './stage.ts';

/** Both sides of some people as they are now. */
interface Sides {
  readonly contacts: readonly FetchedContact[];
  readonly members: readonly MemberRecord[];
  /** Mailchimp members of ours that are not found. */
  readonly missing: readonly string[];
}

/**
 * The plan stages for some people alone: reads both sides by their addresses, in lower case, and by whatever our rows know of them; stores and links what was read by the
 * same rules. Gives their rows; empty: nobody there, and nobody known. May run twice.
 */
export async function readPeople(
  ctx: PlanContext,
  addresses: readonly string[],
): Promise<readonly PersonLink[]> {
  const { store, connection, run, lease } = ctx;
  const known = await listPersonLinks(store.db, connection.id, {
    addresses,
    contactIds: [],
    mailchimpContactIds: [],
  });
  const sides = await readSides(ctx, addresses, known);
  await store.fenced(lease, async (tx) => {
    await recordFetchedContacts(tx, run.id, sides.contacts);
    await observe(tx, connection.id, sides.members, ctx.now());
    const gone = await listKnownFacts(tx, connection.id, sides.missing);
    const absences = [...gone.values()].map((member) => ({
      ...member,
      facts: observeAbsence(member.facts),
      novelty: 'relevant' as const,
    }));
    await recordObservations(tx, connection.id, absences);
    await mergeFetchedContacts(tx, connection.id, run.id);
  });
  return await link(ctx, sides, addresses);
}

async function readSides(
  { civicrm, mailchimp, connection, signal }: PlanContext,
  addresses: readonly string[],
  known: readonly PersonLink[],
): Promise<Sides> {
  const named = [...new Set([...addresses, ...known.flatMap((row) => row.addresses)])];
  const holders = await civicrm.fetchOwners(connection.groupId, named, signal);
  const ids = [...new Set([...holders, ...known].flatMap((one) => one.contactId ?? []))];
  const records = await civicrm.fetchContacts(connection.groupId, ids, signal);
  const found = new Set(records.map(({ contactId }) => contactId));
  const contacts = [
    // Nobody asked for just these people unless something has happened to them.
    ...records.map((record) => toFetchedContact(record, true)),
    ...ids.filter((id) => !found.has(id)).map(erasedContact),
  ];
  const held = contacts.flatMap(({ allAddresses }) => allAddresses);
  const members = new Map<string, MemberRecord>();
  const ours = known.flatMap(({ mailchimpContactId }) => mailchimpContactId ?? []);
  for (const key of new Set([...ours, ...[...new Set([...named, ...held])].map(subscriberHash)])) {
    const member = await mailchimp.fetchMember(connection.audienceId, key, signal);
    if (member !== null) members.set(member.contactId, member);
  }
  return { contacts, members: [...members.values()], missing: ours.filter((id) => !members.has(id)) };
}

/** E13, E11, E12, section 3 and section 6, each over these people alone. */
async function link(
  ctx: PlanContext,
  { contacts, members }: Sides,
  addresses: readonly string[],
): Promise<readonly PersonLink[]> {
  const { store, connection, run, lease } = ctx;
  const list = () =>
    listPersonLinks(store.db, connection.id, {
      addresses: [...addresses, ...members.map((member) => addressKey(member.address))],
      contactIds: contacts.map(({ contactId }) => contactId),
      mailchimpContactIds: members.map(({ contactId }) => contactId),
    });
  for (const state of ['trashed', 'erased'] as const) {
    const ids = contacts.filter((contact) => contact.state === state).map(({ contactId }) => contactId);
    const ours = await ofOurs(list, ids);
    if (ours.length > 0) await removeInvalidContactIds.work(ctx, { state, ids: ours });
  }
  for (const { memberId: id } of await list()) {
    for (const pass of ['parted', 'group', 'site'] as const)
      await populateMissingContactIds.work(ctx, { pass, from: id, to: id });
  }
  await store.fenced(lease, async (tx) => {
    await recordCovered(tx, connection.id, run.id);
    await recordCivicrmOnly(tx, connection.id, run.id);
    const rows = await listPersonLinks(tx, connection.id, {
      addresses,
      contactIds: contacts.map(({ contactId }) => contactId),
      mailchimpContactIds: members.map(({ contactId }) => contactId),
    });
    const near = await listNearIds(
      tx,
      connection.id,
      rows.map(({ memberId }) => memberId),
    );
    await mergeDuplicates(tx, connection.id, near);
    await recordKinAmong(tx, near);
  });
  return await list();
}

async function ofOurs(
  list: () => Promise<readonly PersonLink[]>,
  ids: readonly ContactId[],
): Promise<readonly ContactId[]> {
  if (ids.length === 0) return [];
  const ours = new Set((await list()).map((row) => row.contactId));
  return ids.filter((id) => ours.has(id));
}
