import { statusWithoutRow } from '../decide/group-history.ts';
import { type Undone, undo } from '../decide/undo.ts';
import type { AddressPast } from '../domain/contact-address.ts';
import type { Change, Decision, Write } from '../domain/decision.ts';
import type { CivicrmFacts, HistoryRow, Link } from '../domain/facts.ts';
import { type ContactId, contactId, type MemberId, type RunId } from '../domain/ids.ts';
import type { CategoryVerdict } from '../domain/plan.ts';
import { CATEGORIES } from '../domain/plan.ts';
import type { StaysBecause } from '../domain/stays-because.ts';
import { type CarriedOutDecision, listCarriedOut } from '../store/carried-out.ts';
import { listLinks } from '../store/components.ts';
import { countPlanned, recordVerdict } from '../store/decisions.ts';
import type { FetchedContact } from '../store/fetched-contacts.ts';
import { recordContacts } from '../store/fresh-links.ts';
import type { LinkRow } from '../store/member-rows.ts';
import { getRun, recordMeasured, recordRunState } from '../store/runs.ts';
import { fetchMembersSince } from './apply/recheck.ts';
import { checkPlaces } from './check-places.ts';
import type { Decided } from './decide-components.ts';
import { erasedContact, toFetchedContact } from './fetched-contact.ts';
import { lookAtPairings, recordPairingsSeen, withConnectionAgain } from './look-at-pairings.ts';
import { observe } from './observe.ts';
import { recordDecided, untilKept } from './record-decided.ts';
import type { PlanContext } from './stage.ts';

/** How many changes wait for approval to be put back, and how many stay and why. */
export interface UndoPlan {
  readonly putBack: number;
  readonly stays: Readonly<Partial<Record<StaysBecause, number>>>;
}

const AT_ONCE = 500;

/**
 * Plans to put back what a run changed and nobody changed since: both sides are read as they are now, and the opposite of every change is held for approval. Approved, it is
 * applied like any other plan, after another look. Reads only; `ctx.run` is the new run, which holds the lease meanwhile.
 */
export async function planUndo(ctx: PlanContext, undone: RunId): Promise<UndoPlan> {
  const measured = await measure(ctx);
  const stays: Partial<Record<StaysBecause, number>> = {};
  for (let after = 0; ; ) {
    const some = await listCarriedOut(ctx.store.db, undone, { after, limit: AT_ONCE });
    const last = some.at(-1);
    if (last === undefined) break;
    after = last.id;
    for (const why of await planSome(measured, some)) stays[why] = (stays[why] ?? 0) + 1;
  }
  return { putBack: await drawUp(measured), stays };
}

async function measure(ctx: PlanContext): Promise<PlanContext> {
  const { store, run, lease, connection } = ctx;
  const { site } = await checkPlaces(ctx);
  await recordPairingsSeen(ctx, await lookAtPairings(ctx));
  const members = await fetchMembersSince(ctx, connection.mailchimpWatermark?.getTime() ?? 0);
  await store.fenced(lease, async (tx) => {
    await observe(tx, connection.id, members, ctx.now());
    await recordMeasured(tx, run.id, {
      windowBefore: new Date(ctx.now()),
      historyNewest: site.newestHistoryId,
      utcOffsetMinutes: site.utcOffsetMinutes,
    });
  });
  return await withConnectionAgain({ ...ctx, run: await getRun(store.db, run.id) });
}

/** Gives why the others stay. */
async function planSome(
  ctx: PlanContext,
  decisions: readonly CarriedOutDecision[],
): Promise<readonly StaysBecause[]> {
  const { store, connection, run, lease } = ctx;
  return await untilKept(async () => {
    const rows = await readRows(
      ctx,
      decisions.flatMap(({ memberId, followers }) => [memberId, ...followers]),
    );
    const addresses = await readAddresses(ctx, decisions);
    const judged = decisions.map((decision) => ({
      decision,
      undone: judge(ctx, decision, { rows, addresses }),
    }));
    const decided = judged.flatMap(({ decision, undone }) => toDecided(decision, undone, rows));
    const scope = { connectionId: connection.id, runId: run.id, seenHistoryId: run.historyNewest ?? 0 };
    const reading = { contacts: [], observations: [] };
    const kept = await store.fenced(lease, (tx) => recordDecided(tx, scope, { decided, reading }));
    return kept && judged.flatMap(({ undone }) => undone.stays);
  });
}

/** Our rows with what CiviCRM says now, history included. */
async function readRows(
  { store, connection, lease, civicrm, signal }: PlanContext,
  ids: readonly MemberId[],
): Promise<ReadonlyMap<MemberId, LinkRow>> {
  const known = await listLinks(store.db, ids);
  const contacts = [...new Set(known.flatMap(({ link }) => link.civicrm?.contactId ?? []))].map(contactId);
  const records = await civicrm.fetchContacts(connection.groupId, contacts, signal);
  const histories: Histories =
    contacts.length === 0
      ? { group: new Map(), interests: new Map() }
      : {
          group: await civicrm.fetchHistory(connection.groupId, contacts, signal),
          interests: await civicrm.fetchInterestHistory(contacts, signal),
        };
  const found = new Map(records.map((record) => [record.contactId, toFetchedContact(record, false)]));
  const fresh = contacts.map((id) =>
    withStatus(found.get(id) ?? erasedContact(id), histories.group.get(id) ?? []),
  );
  await store.fenced(lease, (tx) => recordContacts(tx, connection.id, fresh));
  const rows = await listLinks(store.db, ids);
  return new Map(rows.map((row) => [row.link.id, { ...row, link: withHistory(row.link, histories) }]));
}

const withStatus = (contact: FetchedContact, history: readonly HistoryRow[]): FetchedContact =>
  contact.group === 'none' ? { ...contact, group: statusWithoutRow(history) } : contact;

interface Histories {
  readonly group: ReadonlyMap<ContactId, readonly HistoryRow[]>;
  readonly interests: ReadonlyMap<ContactId, NonNullable<CivicrmFacts['interestHistory']>>;
}

function withHistory(link: Link, { group, interests }: Histories): Link {
  const { civicrm } = link;
  if (civicrm === null) return link;
  const { contactId: id } = civicrm;
  const interestHistory = interests.get(id) ?? {};
  return { ...link, civicrm: { ...civicrm, history: group.get(id) ?? [], interestHistory } };
}

/** Of the contacts of whom an address was written; nothing is asked where none was. */
async function readAddresses(
  { civicrm, signal }: PlanContext,
  decisions: readonly CarriedOutDecision[],
): Promise<readonly AddressPast[]> {
  const contacts = decisions.flatMap(({ writes }) =>
    writes.flatMap((write) => (isOfAddress(write) ? write.contactId : [])),
  );
  return contacts.length === 0 ? [] : await civicrm.fetchAddresses([...new Set(contacts)], signal);
}

type AddressKind = 'put-on-hold' | 'add-address' | 'take-off-hold' | 'remove-address';
const ADDRESS_KINDS: readonly string[] = [
  'put-on-hold',
  'add-address',
  'take-off-hold',
  'remove-address',
] satisfies readonly AddressKind[];
const isOfAddress = (write: Write): write is Extract<Write, { kind: AddressKind }> =>
  ADDRESS_KINDS.includes(write.kind);

interface Found {
  readonly rows: ReadonlyMap<MemberId, LinkRow>;
  readonly addresses: readonly AddressPast[];
}

function judge(
  { connection }: PlanContext,
  { memberId, writes, facts, pending }: CarriedOutDecision,
  { rows, addresses }: Found,
): Undone {
  const row = rows.get(memberId);
  const { pairings } = connection;
  if (row !== undefined) return undo({ writes, pending, before: facts, link: row.link, addresses, pairings });
  return { writes: [], categories: [], pending: null, stays: writes.map(() => 'changed-since') };
}

/** One decision that puts all of it back, and one for each link that had gone with it. */
function toDecided(
  { memberId, followers }: CarriedOutDecision,
  { writes: [first, ...others], categories: [category, ...more], pending }: Undone,
  rows: ReadonlyMap<MemberId, LinkRow>,
): readonly Decided[] {
  if (first === undefined || category === undefined) return [];
  const lead: Change = {
    kind: 'change',
    rule: 'undo',
    side: null,
    category,
    ...(more.length > 0 && { more }),
    writes: [first, ...others],
    ...(pending && { pending }),
  };
  const follow: Decision = { kind: 'follow', rule: 'undo', side: null, lead: memberId };
  return [memberId, ...followers.filter((id) => id !== memberId)].flatMap((id) => {
    const row = rows.get(id);
    return row === undefined ? [] : [{ row, link: row.link, decision: id === memberId ? lead : follow }];
  });
}

/** Everything is held, whatever the limits say: somebody has asked for it, and has not seen it yet. */
async function drawUp({ store, run, lease }: PlanContext): Promise<number> {
  return await store.fenced(lease, async (tx) => {
    const people = await countPlanned(tx, run.id);
    const plan = CATEGORIES.flatMap((category): CategoryVerdict[] => {
      const planned = people[category] ?? 0;
      const rest = { writtenLastDay: 0, allowed: null, verdict: 'held', why: 'undo' } as const;
      return planned === 0 ? [] : [{ category, people: planned, ...rest }];
    });
    await recordMeasured(tx, run.id, { plan });
    await recordVerdict(
      tx,
      run.id,
      plan.map(({ category }) => category),
      'held',
      null,
    );
    await recordRunState(tx, run, plan.length > 0 ? 'held' : 'done');
    return plan.reduce((sum, verdict) => sum + verdict.people, 0);
  });
}
