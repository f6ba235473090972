import { statusWithoutRow } from '../decide/group-history.ts';
import { type CarriedOut, type PutBack, putBack, type StaysBecause } from '../decide/undo.ts';
import type { Change, Decision } from '../domain/decision.ts';
import type { HistoryRow, Link } from '../domain/facts.ts';
import { type ContactId, contactId, type MemberId, type RunId } from '../domain/ids.ts';
import type { CategoryVerdict } from '../domain/plan.ts';
import { CATEGORIES } from '../domain/plan.ts';
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
  const members = await fetchMembersSince(ctx, connection.mailchimpWatermark?.getTime() ?? 0);
  await store.fenced(lease, async (tx) => {
    await observe(tx, connection.id, members, ctx.now());
    await recordMeasured(tx, run.id, {
      windowBefore: new Date(ctx.now()),
      historyNewest: site.newestHistoryId,
      utcOffsetMinutes: site.utcOffsetMinutes,
    });
  });
  return { ...ctx, run: await getRun(store.db, run.id) };
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
    const judged = decisions.map((decision) => ({ decision, changes: judge(decision, rows) }));
    const decided = judged.flatMap(({ decision, changes }) => toDecided(decision, changes, rows));
    const scope = { connectionId: connection.id, runId: run.id, seenHistoryId: run.historyNewest ?? 0 };
    const reading = { contacts: [], observations: [] };
    const kept = await store.fenced(lease, (tx) => recordDecided(tx, scope, { decided, reading }));
    return (
      kept && judged.flatMap(({ changes }) => changes.flatMap((one) => (one.kind === 'stays' ? one.why : [])))
    );
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
  const histories =
    contacts.length === 0 ? new Map() : await civicrm.fetchHistory(connection.groupId, contacts, signal);
  const found = new Map(records.map((record) => [record.contactId, toFetchedContact(record, false)]));
  const fresh = contacts.map((id) => withStatus(found.get(id) ?? erasedContact(id), histories.get(id) ?? []));
  await store.fenced(lease, (tx) => recordContacts(tx, connection.id, fresh));
  const rows = await listLinks(store.db, ids);
  return new Map(rows.map((row) => [row.link.id, { ...row, link: withHistory(row.link, histories) }]));
}

const withStatus = (contact: FetchedContact, history: readonly HistoryRow[]): FetchedContact =>
  contact.group === 'none' ? { ...contact, group: statusWithoutRow(history) } : contact;

function withHistory(link: Link, histories: ReadonlyMap<ContactId, readonly HistoryRow[]>): Link {
  const { civicrm } = link;
  return civicrm === null
    ? link
    : { ...link, civicrm: { ...civicrm, history: histories.get(civicrm.contactId) ?? [] } };
}

function judge(
  { memberId, writes, facts }: CarriedOutDecision,
  rows: ReadonlyMap<MemberId, LinkRow>,
): readonly PutBack[] {
  const row = rows.get(memberId);
  if (row === undefined) return writes.map(() => ({ kind: 'stays', why: 'changed-since' }));
  const addressBefore = facts.mailchimp?.address ?? null;
  return writes.map((write) => putBack({ write, link: row.link, addressBefore } satisfies CarriedOut));
}

/** One decision that puts all of it back, and one for each link that had gone with it. */
function toDecided(
  { memberId, followers }: CarriedOutDecision,
  changes: readonly PutBack[],
  rows: ReadonlyMap<MemberId, LinkRow>,
): readonly Decided[] {
  const back = changes.flatMap((one) => (one.kind === 'put-back' ? one : []));
  const [first, ...others] = back;
  if (first === undefined) return [];
  const lead: Change = {
    kind: 'change',
    rule: 'undo',
    side: null,
    category: first.category,
    writes: [first.write, ...others.map(({ write }) => write)],
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
