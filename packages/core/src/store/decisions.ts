import type { Decision, Write } from '../domain/decision.ts';
import type { DecisionState } from '../domain/decision-state.ts';
import {
  type ConnectionId,
  type ContactId,
  contactId,
  type DecisionId,
  decisionId,
  type MemberId,
  memberId,
  type RunId,
} from '../domain/ids.ts';
import { DAY_MS, type Instant } from '../domain/instant.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { Category, CategoryCounts } from '../domain/plan.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import type { PendingAgreement, ProfileBase } from '../domain/profile.ts';
import { UNDONE } from './carried-out.ts';
import { type Db, idArray, rowSource } from './db.ts';
import { Prisma } from './generated/client.ts';

/** What was decided about one link, ready to be kept: the decision, and what becomes of our row. */
export interface DecisionRecord {
  readonly memberId: MemberId;
  readonly decision: Decision;
  /** Whether an update of theirs was under way as far as the decision knew. */
  readonly isSubmitted: boolean;
  readonly syncStatus: SyncStatus;
  /** Where the base moves at once; null where it stays. */
  readonly base: RecordedBase | null;
  /** Fingerprint of what counts as rejected from now on, though nobody has seen it: a run was taken back. */
  readonly rejects?: string;
  /** What is agreed of interests, fields and tags from now on; left out: as before. */
  readonly profileBase?: ProfileBase;
  /** Null for what is agreed: that needs no row of its own, the member keeps the rule. */
  readonly explanation: Explanation | null;
}

/** Kept with a decision, so that it can be explained for as long as it is kept. */
export interface Explanation {
  /** M, C and B as they were. */
  readonly facts: PlannedFacts;
  readonly fingerprint: string;
}

export interface RecordedBase {
  readonly side: 'in' | 'out';
  readonly optedInAt: number | null;
  readonly historyId: number;
  readonly byTrash: boolean;
}

/**
 * Keeps what a run decided (durability rule 2): decisions and member states change together, and what an earlier decision had queued is withdrawn, so that only the
 * latest decision's updates can be claimed (R5). Deciding the same people again within a run replaces what it had decided. Updates under way are not touched. Gives the ids
 * of the decisions kept, by member. Null, and nothing is kept: an update of somebody's was claimed to be sent since the facts were read, so R5 has to be looked at again.
 */
export async function recordDecisions(
  tx: Db,
  scope: { readonly connectionId: ConnectionId; readonly runId: RunId | null },
  records: readonly DecisionRecord[],
): Promise<ReadonlyMap<MemberId, DecisionId> | null> {
  if (records.length === 0) return new Map();
  const ids = records.map((record) => record.memberId).toSorted((one, other) => one - other);
  await tx.$queryRaw`SELECT id FROM members WHERE id = ANY(${idArray(ids)}) ORDER BY id FOR UPDATE`;
  const submitted = await lockOpenUpdates(tx, ids);
  if (records.some((record) => !record.isSubmitted && submitted.has(record.memberId))) return null;
  await withdrawQueued(tx, ids);
  await replacePlanned(tx, scope.runId, ids);
  await updateMembers(tx, scope.runId, records);
  return await insertDecisions(tx, scope, records);
}

/** Nobody claims what is queued, or settles what is submitted, until the transaction ends. Gives whose updates are submitted. */
async function lockOpenUpdates(tx: Db, ids: readonly MemberId[]): Promise<ReadonlySet<MemberId>> {
  const rows = await tx.$queryRaw<readonly { member_id: number; state: string }[]>`
    SELECT member_id, state FROM updates WHERE member_id = ANY(${idArray(ids)}) AND state IN ('queued', 'submitted') ORDER BY id FOR UPDATE`;
  return new Set(rows.filter(({ state }) => state === 'submitted').map((row) => memberId(row.member_id)));
}

async function withdrawQueued(tx: Db, ids: readonly MemberId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE updates SET state = 'withdrawn', settled_at = now() WHERE member_id = ANY(${idArray(ids)}) AND state = 'queued'`;
}

/** A re-linking (A4) is a fact of the run, whatever is decided after it. */
async function replacePlanned(tx: Db, run: RunId | null, ids: readonly MemberId[]): Promise<void> {
  if (run === null) return;
  await tx.$executeRaw`
    UPDATE decisions SET lead_id = NULL
    WHERE lead_id IN (SELECT id FROM decisions WHERE run_id = ${run} AND member_id = ANY(${idArray(ids)}) AND state IN ('planned', 'recorded') AND kind <> 'relink')`;
  await tx.$executeRaw`
    DELETE FROM decisions WHERE run_id = ${run} AND member_id = ANY(${idArray(ids)}) AND state IN ('planned', 'recorded') AND kind <> 'relink'`;
}

async function updateMembers(tx: Db, run: RunId | null, records: readonly DecisionRecord[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET
      sync_status = decided.sync_status, decided_in = ${run}, rule = decided.rule, rule_as = decided.rule_as, reason = decided.reason,
      refusal_fingerprint = decided.refusal_fingerprint, retry_at = decided.retry_at, warnings = decided.warnings,
      base_side = CASE WHEN decided.base_side IS NULL THEN member.base_side ELSE decided.base_side END,
      base_at = CASE WHEN decided.base_side IS NULL THEN member.base_at ELSE now() END,
      base_opted_in_at = CASE WHEN decided.base_side IS NULL THEN member.base_opted_in_at ELSE decided.base_opted_in_at END,
      base_history_id = CASE WHEN decided.base_side IS NULL THEN member.base_history_id ELSE decided.base_history_id END,
      base_by_trash = CASE WHEN decided.base_side IS NULL THEN member.base_by_trash ELSE decided.base_by_trash END,
      rejected_fingerprint = CASE WHEN decided.rejects IS NOT NULL THEN decided.rejects
        WHEN decided.base_side IS NOT NULL AND member.rejected_fingerprint = ${UNDONE} THEN NULL ELSE member.rejected_fingerprint END,
      base_profile = coalesce(decided.base_profile, member.base_profile), field_notes = coalesce(decided.field_notes, '[]'),
      updated_at = now()
    FROM ${decidedRows(records)} AS decided
    WHERE member.id = decided.id`;
}

const refusalOf = ({ decision }: DecisionRecord) => (decision.kind === 'refuse' ? decision : null);

const decidedRows = rowSource<DecisionRecord>({
  id: ['int', (record) => record.memberId],
  sync_status: ['text', ({ syncStatus }) => syncStatus],
  rule: ['text', ({ decision }) => decision.rule],
  rule_as: ['text', ({ decision }) => decision.as ?? null],
  reason: [
    'text',
    (record) => (record.syncStatus === 'fail' ? (refusalOf(record)?.reason ?? 'plan-rejected') : null),
  ],
  refusal_fingerprint: ['text', (record) => refusalOf(record)?.fingerprint ?? ''],
  retry_at: ['instant', (record) => refusalOf(record)?.retryAt ?? null],
  warnings: ['text[]', ({ decision }) => decision.warnings ?? []],
  base_side: ['text', ({ base }) => base?.side ?? null],
  base_opted_in_at: ['instant', ({ base }) => base?.optedInAt ?? null],
  base_history_id: ['int', ({ base }) => base?.historyId ?? 0],
  base_by_trash: ['boolean', ({ base }) => base?.byTrash ?? false],
  base_profile: ['jsonb', ({ profileBase }) => profileBase ?? null],
  field_notes: ['jsonb', ({ decision }) => decision.notes ?? null],
  rejects: ['text', ({ rejects }) => rejects ?? null],
});

async function insertDecisions(
  tx: Db,
  { connectionId, runId }: { readonly connectionId: ConnectionId; readonly runId: RunId | null },
  records: readonly DecisionRecord[],
): Promise<ReadonlyMap<MemberId, DecisionId>> {
  const rows = JSON.stringify(records.flatMap(toDecisionRow));
  if (rows === '[]') return new Map();
  const inserted = await tx.$queryRaw<readonly { id: number; member_id: number }[]>`
    INSERT INTO decisions (connection_id, run_id, member_id, kind, rule, rule_as, side, by_trash, category, categories, pending, writes,
      if_refused, reason, warnings, facts, fingerprint, state)
    SELECT ${connectionId}, ${runId}, member_id, kind, rule, rule_as, side, by_trash, category, categories, pending, writes, if_refused,
      reason, warnings, facts, fingerprint, state
    FROM jsonb_to_recordset(${rows}::jsonb) AS made (
      member_id int, kind text, rule text, rule_as text, side text, by_trash boolean, category text, categories text[],
      pending jsonb, writes jsonb, if_refused text, reason text,
      warnings text[], facts jsonb, fingerprint text, state text)
    ORDER BY member_id
    RETURNING id, member_id`;
  const ids = new Map(inserted.map((row) => [memberId(row.member_id), decisionId(row.id)]));
  await linkFollowers(tx, records, ids);
  return ids;
}

function toDecisionRow({ memberId: member, decision, explanation }: DecisionRecord) {
  if (explanation === null) return [];
  const writes: readonly Write[] =
    decision.kind === 'change' || decision.kind === 'refuse' ? decision.writes : [];
  const moves = decision.kind === 'change' || decision.kind === 'follow';
  const row = {
    member_id: member,
    kind: decision.kind,
    rule: decision.rule,
    rule_as: decision.as ?? null,
    side: moves ? decision.side : null,
    by_trash: moves && decision.byTrash === true,
    category: categoryOf(decision),
    categories: categoriesOf(decision),
    pending: decision.kind === 'change' ? (decision.pending ?? null) : null,
    writes,
    if_refused: (moves && decision.ifRefused) || '',
    reason: decision.kind === 'refuse' ? decision.reason : decision.kind === 'wait' ? decision.why : null,
    warnings: decision.warnings ?? [],
    ...explanation,
    state: (writes.length > 0 || decision.kind === 'follow' ? 'planned' : 'recorded') satisfies DecisionState,
  };
  return [row];
}

/** A refusal that policy `mirrorRefusals` carries over is a removal like any other. */
function categoryOf(decision: Decision): Category | null {
  if (decision.kind === 'change') return decision.category;
  return decision.kind === 'refuse' && decision.writes.length > 0 ? 'removed-in-civicrm' : null;
}

/** All that it counts in. */
function categoriesOf(decision: Decision): readonly Category[] {
  const category = categoryOf(decision);
  if (category === null) return [];
  return [category, ...(decision.kind === 'change' ? (decision.more ?? []) : [])];
}

async function linkFollowers(
  tx: Db,
  records: readonly DecisionRecord[],
  ids: ReadonlyMap<MemberId, DecisionId>,
): Promise<void> {
  const pairs = records.flatMap(({ memberId: member, decision }) =>
    decision.kind === 'follow' ? [{ id: ids.get(member), lead: ids.get(decision.lead) }] : [],
  );
  if (pairs.length === 0) return;
  await tx.$executeRaw`
    UPDATE decisions SET lead_id = pair.lead FROM jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) AS pair (id int, lead int)
    WHERE decisions.id = pair.id`;
}

/** How many people each category of a run's plan changes; a lead and its followers are one. */
export async function countPlanned(db: Db, run: RunId): Promise<CategoryCounts> {
  const rows = await db.$queryRaw<readonly { category: Category; people: number }[]>`
    SELECT name AS category, count(*)::int AS people FROM decisions, unnest(categories) AS name
    WHERE run_id = ${run} AND category IS NOT NULL AND state = 'planned' GROUP BY name`;
  return Object.fromEntries(rows.map(({ category, people }) => [category, people]));
}

/** CiviCRM has its half, and the other was not to be written any more. */
const isHalfDone = Prisma.sql`(state = 'stale' AND applied_at IS NOT NULL)`;

/** What was written for a connection in the last 24 hours without anybody's approval (rules section 8). */
export async function countWrittenLastDay(
  db: Db,
  connection: ConnectionId,
  now: Instant,
): Promise<CategoryCounts> {
  const rows = await db.$queryRaw<readonly { category: Category; people: number }[]>`
    SELECT name AS category, count(*)::int AS people FROM decisions, unnest(categories) AS name
    WHERE connection_id = ${connection} AND (state IN ('approved', 'applied') OR ${isHalfDone}) AND decided_by IS NULL AND category IS NOT NULL
      AND (applied_at IS NULL OR applied_at > ${new Date(now - DAY_MS)})
    GROUP BY name`;
  return Object.fromEntries(rows.map(({ category, people }) => [category, people]));
}

/** Gives the decisions that count in these categories alone (`approved`), or in one of them (`held`), and those that follow them, a state. `by`: who decided so; null: the limits did. */
export async function recordVerdict(
  tx: Db,
  run: RunId,
  categories: readonly Category[],
  state: 'approved' | 'held',
  by: string | null,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions SET state = ${state}, decided_by = ${by}
    WHERE run_id = ${run} AND state = 'planned' AND category IS NOT NULL
      AND CASE WHEN ${state} = 'held' THEN categories && ${[...categories]}::text[] ELSE categories <@ ${[...categories]}::text[] END`;
  await tx.$executeRaw`
    UPDATE decisions AS follower SET state = ${state}, decided_by = ${by} FROM decisions AS lead
    WHERE follower.run_id = ${run} AND follower.state = 'planned' AND follower.kind = 'follow' AND lead.id = follower.lead_id
      AND lead.state = ${state}`;
}

/** Moves all decisions of a run from one state to another, for instance what a later run decided afresh. */
export async function recordDecisionStates(
  tx: Db,
  run: RunId,
  from: readonly DecisionState[],
  to: DecisionState,
  by: string | null,
): Promise<number> {
  return await tx.$executeRaw`
    UPDATE decisions SET state = ${to}, decided_by = coalesce(${by}, decided_by)
    WHERE run_id = ${run} AND state = ANY(${[...from]}::text[])`;
}

/** Somebody said no: not proposed again until one of the facts changes (rules section 8). */
export async function recordRejection(tx: Db, run: RunId, by: string): Promise<number> {
  await tx.$executeRaw`
    UPDATE members AS member SET rejected_fingerprint = decision.fingerprint, sync_status = 'fail', reason = 'plan-rejected', updated_at = now()
    FROM decisions AS decision WHERE decision.run_id = ${run} AND decision.state = 'held' AND member.id = decision.member_id`;
  return await recordDecisionStates(tx, run, ['held'], 'rejected', by);
}

/** A decision to be applied, with its follower links and what it rests on. */
export interface ApprovedDecision {
  readonly id: DecisionId;
  readonly memberId: MemberId;
  readonly writes: readonly Write[];
  readonly side: 'in' | 'out' | null;
  readonly kind: 'change' | 'refuse';
  readonly facts: PlannedFacts;
  /** What of interests, fields and tags agrees when its writes are confirmed. */
  readonly pending: PendingAgreement | null;
}

/** Ranges of ids of a run's approved decisions that write one of these kinds, `size` a range. */
export async function listApprovedRanges(
  db: Db,
  run: RunId,
  kinds: readonly Write['kind'][],
  size: number,
): Promise<readonly { readonly from: number; readonly to: number }[]> {
  return await db.$queryRaw<readonly { from: number; to: number }[]>`
    SELECT min(id)::int AS "from", max(id)::int AS "to" FROM (
      SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${size}::int AS part FROM decisions
      WHERE run_id = ${run} AND state = 'approved' AND kind <> 'follow' AND writes @? ${pathOf(kinds)}::jsonpath
    ) AS approved GROUP BY part ORDER BY part`;
}

/** The approved decisions of a range that write one of these kinds. */
export async function listApproved(
  db: Db,
  run: RunId,
  kinds: readonly Write['kind'][],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly ApprovedDecision[]> {
  const rows = await db.$queryRaw<readonly ApprovedRow[]>`
    SELECT id, member_id, writes, side, kind, facts, pending FROM decisions
    WHERE run_id = ${run} AND id BETWEEN ${from} AND ${to} AND state = 'approved' AND kind <> 'follow'
      AND writes @? ${pathOf(kinds)}::jsonpath
    ORDER BY id`;
  return rows.map((row) => ({
    id: decisionId(row.id),
    memberId: memberId(row.member_id),
    writes: row.writes,
    side: row.side,
    kind: row.kind,
    facts: row.facts,
    pending: row.pending,
  }));
}

interface ApprovedRow {
  readonly id: number;
  readonly member_id: number;
  readonly writes: readonly Write[];
  readonly side: 'in' | 'out' | null;
  readonly kind: 'change' | 'refuse';
  readonly facts: PlannedFacts;
  readonly pending: PendingAgreement | null;
}

/** Writes of one of these kinds, as a path into the JSON. The kinds are ours, never input. */
const pathOf = (kinds: readonly Write['kind'][]): string =>
  `$[*] ? (${kinds.map((kind) => `@.kind == "${kind}"`).join(' || ')})`;

/** A decision that follows another one, and what it rests on. */
export interface Follower {
  readonly memberId: MemberId;
  readonly facts: PlannedFacts;
}

/** Those that follow one of these decisions and are approved with it, by the decision that they follow. */
export async function listFollowers(
  db: Db,
  leads: readonly DecisionId[],
): Promise<ReadonlyMap<DecisionId, readonly Follower[]>> {
  const rows = await db.$queryRaw<
    readonly { lead_id: number; member_id: number; facts: PlannedFacts }[]
  >`SELECT lead_id, member_id, facts FROM decisions WHERE lead_id = ANY(${[...leads]}) AND state = 'approved' ORDER BY id`;
  const followers = new Map<DecisionId, Follower[]>();
  for (const row of rows) {
    const lead = decisionId(row.lead_id);
    const those = followers.get(lead) ?? [];
    followers.set(lead, [...those, { memberId: memberId(row.member_id), facts: row.facts }]);
  }
  return followers;
}

/** What a run writes, or has written, to these contacts, whichever of their members it was decided for. */
export async function listWritesToContacts(
  db: Db,
  run: RunId,
  contacts: readonly ContactId[],
): Promise<ReadonlyMap<ContactId, readonly Write[]>> {
  const rows = await db.$queryRaw<readonly { contact_id: number; writes: readonly Write[] }[]>`
    SELECT member.contact_id, decision.writes FROM decisions AS decision JOIN members AS member ON member.id = decision.member_id
    WHERE decision.run_id = ${run} AND decision.state IN ('approved', 'applied') AND decision.writes <> '[]'
      AND member.contact_id = ANY(${idArray(contacts)})
    ORDER BY decision.id`;
  const written = new Map<ContactId, Write[]>();
  for (const { contact_id, writes } of rows) {
    const id = contactId(contact_id);
    const concerned = writes.filter((write) => 'contactId' in write && write.contactId === id);
    written.set(id, [...(written.get(id) ?? []), ...concerned]);
  }
  return written;
}

/** Decisions and those that follow them: their writes are done, or queued. */
export async function recordApplied(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions SET state = 'applied', applied_at = now()
    WHERE (id = ANY(${[...ids]}) OR lead_id = ANY(${[...ids]})) AND state = 'approved'`;
}

/** CiviCRM has accepted its half of these decisions; Mailchimp's is still to be queued. */
export async function recordHalfDone(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions SET applied_at = now()
    WHERE (id = ANY(${[...ids]}) OR lead_id = ANY(${[...ids]})) AND state = 'approved'`;
}

/** Decisions whose facts had changed when they were to be written: their people are looked at again by the next run. */
export async function recordStale(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET sync_status = 'todo', reason = NULL, updated_at = now() FROM decisions AS decision
    WHERE (decision.id = ANY(${[...ids]}) OR decision.lead_id = ANY(${[...ids]})) AND member.id = decision.member_id
      AND member.sync_status <> 'live'`;
  await tx.$executeRaw`
    UPDATE decisions SET state = 'stale' WHERE (id = ANY(${[...ids]}) OR lead_id = ANY(${[...ids]})) AND state = 'approved'`;
}

/** A pilot decides for everybody and applies to these people alone: the others' decisions are set aside. */
export async function recordOutsidePilot(tx: Db, run: RunId, addressKeys: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions AS decision SET state = 'superseded' WHERE run_id = ${run} AND state = 'planned' AND NOT EXISTS (
      SELECT 1 FROM decisions AS kin JOIN members AS member ON member.id = kin.member_id
      WHERE kin.run_id = ${run} AND coalesce(kin.lead_id, kin.id) = coalesce(decision.lead_id, decision.id)
        AND (member.address_key = ANY(${[...addressKeys]}) OR member.contact_addresses && ${[...addressKeys]}::text[]))`;
}

/** How many decisions of a run still wait for approval. */
export async function countHeld(db: Db, run: RunId): Promise<number> {
  return await db.decision.count({ where: { runId: run, state: 'held' } });
}

/** These decisions, and those that follow them, may be applied. `by`: who approved them; null: the limits did. */
export async function approveDecisions(tx: Db, ids: readonly DecisionId[], by: string | null): Promise<void> {
  await tx.$executeRaw`
    UPDATE decisions SET state = 'approved', decided_by = ${by}
    WHERE (id = ANY(${[...ids]}) OR lead_id = ANY(${[...ids]})) AND state = 'planned'`;
}

/** Planned outside a plan and not to be applied now: the next run decides afresh. */
export async function setAsideDecisions(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  await tx.$executeRaw`UPDATE decisions SET state = 'superseded' WHERE id = ANY(${[...ids]}) AND state = 'planned'`;
}

/** Somebody approved exactly what a held run shows. */
export async function recordHeldApproved(tx: Db, run: RunId, by: string): Promise<void> {
  await recordDecisionStates(tx, run, ['held'], 'approved', by);
}
