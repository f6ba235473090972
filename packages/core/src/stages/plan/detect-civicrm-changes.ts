import { CIVICRM_CONTACT_OVERLAP_MS } from '../../decide/clock.ts';
import { assessRead } from '../../decide/detect-shrink.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import { FaultError } from '../../errors/sync-error.ts';
import type { ContactRecord } from '../../gateways/civicrm/civicrm.ts';
import {
  type AddedCounts,
  countAddedAfterRead,
  countFetchedAdded,
  type FetchedContact,
  forgetFetchedContacts,
  listKnownContacts,
  listUnmatchedAddresses,
  listUnreadContacts,
  mergeFetchedContacts,
  recordFetchedContacts,
} from '../../store/fetched-contacts.ts';
import { listChunkInputs } from '../../store/run-stages.ts';
import { recordMeasured } from '../../store/runs.ts';
import { refreshStatistics } from '../../store/statistics.ts';
import { erasedContact, toFetchedContact } from '../fetched-contact.ts';
import { type Counts, chunksOf, type Joined, type PlanContext, type Stage } from '../stage.ts';

const PAGE_SIZE = 1000;
/** Contacts asked for by id in one request. */
const CONTACTS_AT_ONCE = 500;
/** The group is cut into ranges of ids that hold about so many rows. */
const ROWS_PER_RANGE = 5000;

/** A range of the group's contact ids, or contacts by id; `inGroup` are those of them with new history. */
type Input =
  | { readonly kind: 'range'; readonly after: number; readonly upTo: number; readonly attempt: number }
  | { readonly kind: 'contacts'; readonly ids: readonly number[]; readonly inGroup: readonly number[] };

/**
 * Reads CiviCRM: the whole group, or the contacts whose membership, addresses or flags may have changed since the last run. Counts of rows Added are compared with
 * what CiviCRM counts (rules section 9); a difference that stays starts a full compare. Whoever was in our books and is not in the group's listing is read directly
 * before anything rests on it (section 8).
 */
export const detectCivicrmChanges: Stage<PlanContext, Input> = {
  name: 'detect-civicrm-changes',
  split: (ctx) => (ctx.run.civicrmWhole ? wholeGroup(ctx, 1) : changedContacts(ctx)),
  work: (ctx, input) => (input.kind === 'range' ? readRange(ctx, input) : readContacts(ctx, input)),
  join: (ctx) => (ctx.run.civicrmWhole ? joinWhole(ctx) : joinChanges(ctx)),
};

async function wholeGroup(
  { civicrm, connection, run, signal }: PlanContext,
  attempt: number,
): Promise<readonly Input[]> {
  const bounds = await civicrm.fetchGroupBounds(connection.groupId, signal);
  if (bounds === null) return [];
  const parts = Math.max(1, Math.ceil(run.totals.groupRows / ROWS_PER_RANGE));
  const width = Math.ceil((bounds.last - bounds.first + 1) / parts);
  return Array.from({ length: parts }, (_, at) => ({
    kind: 'range',
    after: bounds.first - 1 + at * width,
    // Whoever joins while we read may have a higher id than anybody before.
    upTo: at === parts - 1 ? MAX_ID : bounds.first - 1 + (at + 1) * width,
    attempt,
  }));
}

const MAX_ID = 2_147_483_647;

async function changedContacts(ctx: PlanContext): Promise<readonly Input[]> {
  const { civicrm, connection, run, store, signal } = ctx;
  const since = {
    // E26: rows vanish with erased contacts, the newest among them; ids after that are given again.
    historyId: Math.min(connection.historyCursor ?? 0, run.historyNewest ?? Number.MAX_SAFE_INTEGER),
    modifiedAt: (connection.contactWatermark?.getTime() ?? 0) - CIVICRM_CONTACT_OVERLAP_MS,
  };
  const { inGroup, modified } = await civicrm.fetchChanges(connection.groupId, since, signal);
  const known = await listKnownContacts(
    store.db,
    connection.id,
    modified.map((contact) => contact.contactId),
  );
  const news = modified.filter((contact) => known.get(contact.contactId) !== contact.modifiedAt);
  const ids = [...new Set([...inGroup, ...news.map((contact) => contact.contactId)])];
  return contactInputs(ids, new Set(inGroup));
}

function contactInputs(ids: readonly ContactId[], inGroup: ReadonlySet<ContactId>): readonly Input[] {
  return chunksOf(ids, CONTACTS_AT_ONCE).map((some) => ({
    kind: 'contacts',
    ids: some,
    inGroup: some.filter((id) => inGroup.has(id)),
  }));
}

async function readRange(ctx: PlanContext, range: Extract<Input, { kind: 'range' }>): Promise<Counts> {
  let read = 0;
  let after = range.after;
  for (;;) {
    ctx.signal.throwIfAborted();
    const keyset = { after, upTo: range.upTo, limit: PAGE_SIZE };
    const page = await ctx.civicrm.fetchGroupPage(ctx.connection.groupId, keyset, ctx.signal);
    await keep(
      ctx,
      page.map((record) => toFetchedContact(record, false)),
    );
    read += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return { read };
    after = last.contactId;
  }
}

async function readContacts(ctx: PlanContext, input: Extract<Input, { kind: 'contacts' }>): Promise<Counts> {
  const ids = input.ids.map(contactId);
  const inGroup = new Set(input.inGroup);
  const records = await ctx.civicrm.fetchContacts(ctx.connection.groupId, ids, ctx.signal);
  const found = new Set(records.map((record) => record.contactId));
  const concerns = await concerning(ctx, records);
  await keep(ctx, [
    ...concerns.map((record) => toFetchedContact(record, inGroup.has(record.contactId))),
    ...ids.filter((id) => !found.has(id)).map(erasedContact),
  ]);
  return { read: records.length };
}

/** All sorts of contacts are modified in a CRM; ours are those we know, those in the group, and those who hold the address of somebody unmatched. */
async function concerning(
  { store, connection }: PlanContext,
  records: readonly ContactRecord[],
): Promise<readonly ContactRecord[]> {
  const known = await listKnownContacts(
    store.db,
    connection.id,
    records.map((record) => record.contactId),
  );
  const addresses = records.flatMap((record) => toFetchedContact(record, false).allAddresses);
  const unmatched = await listUnmatchedAddresses(store.db, connection.id, addresses);
  return records.filter(
    (record) =>
      known.has(record.contactId) ||
      record.group !== 'none' ||
      toFetchedContact(record, false).allAddresses.some((address) => unmatched.has(address)),
  );
}

async function keep({ store, lease, run }: PlanContext, contacts: readonly FetchedContact[]): Promise<void> {
  await store.fenced(lease, (tx) => recordFetchedContacts(tx, run.id, contacts));
}

async function joinWhole(ctx: PlanContext): Promise<Joined<Input>> {
  const { store, run, connection } = ctx;
  const inputs = await listChunkInputs<Input>(store.db, run.id, 'detect-civicrm-changes');
  const isListed = inputs.some((input) => input.kind === 'contacts') && inputs.at(-1)?.kind === 'contacts';
  if (!isListed) {
    const again = await readAgain(ctx, inputs);
    if (again !== null) return again;
    const unlisted = await unreadContacts(ctx);
    if (unlisted.length > 0) return { kind: 'more', inputs: unlisted };
  }
  await refreshStatistics(store.db);
  const changed = await store.fenced(ctx.lease, (tx) => mergeFetchedContacts(tx, connection.id, run.id));
  return { kind: 'done', counts: { changed } };
}

/** The listing against CiviCRM's own count, now. Null: it adds up. */
async function readAgain(ctx: PlanContext, inputs: readonly Input[]): Promise<Joined<Input> | null> {
  const { store, run, connection, civicrm, signal, lease } = ctx;
  const attempt = Math.max(1, ...inputs.map((input) => (input.kind === 'range' ? input.attempt : 0)));
  const read = await countFetchedAdded(store.db, run.id);
  if (isSameCount(read, run.totals)) return null;
  const now = await civicrm.probe(connection.groupId, signal);
  switch (assessRead(read.added, [now.added], attempt)) {
    case 'complete':
      return null;
    case 'read-again':
      await store.fenced(lease, (tx) => forgetFetchedContacts(tx, run.id));
      return { kind: 'more', inputs: await wholeGroup(ctx, attempt + 1) };
    case 'incomplete': {
      const message =
        'What CiviCRM listed of the group does not add up with its own count, three times over. Nothing was changed; the next run looks again.';
      throw new FaultError('COUNTS_DISAGREE', message);
    }
  }
}

const isSameCount = (one: AddedCounts, other: AddedCounts): boolean =>
  one.added === other.added && one.addedTrashed === other.addedTrashed;

/** Contacts in our books whom the listing did not mention: read by id, all of them. */
async function unreadContacts({ store, run, connection }: PlanContext): Promise<readonly Input[]> {
  const ids: ContactId[] = [];
  for (;;) {
    const after = ids.at(-1) ?? 0;
    const some = await listUnreadContacts(store.db, connection.id, run.id, { after, limit: 10_000 });
    ids.push(...some);
    if (some.length === 0) return contactInputs(ids, new Set());
  }
}

async function joinChanges(ctx: PlanContext): Promise<Joined<Input>> {
  const { store, run, connection, civicrm, signal, lease } = ctx;
  const changed = await store.fenced(lease, (tx) => mergeFetchedContacts(tx, connection.id, run.id));
  const known = await countAddedAfterRead(store.db, connection.id, run.id);
  if (isSameCount(known, run.totals)) return { kind: 'done', counts: { changed } };
  // Somebody may have joined or left since the run began; then the counts of now agree, and the next run reads them.
  const now = await civicrm.probe(connection.groupId, signal);
  if (isSameCount(known, now)) return { kind: 'done', counts: { changed } };
  await ctx.tell(
    'warn',
    'CiviCRM counts other people in the group than we know of; the whole group is compared',
  );
  await store.fenced(lease, (tx) => recordMeasured(tx, run.id, { civicrmWhole: true }));
  return { kind: 'more', inputs: await wholeGroup(ctx, 1) };
}
