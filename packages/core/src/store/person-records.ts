import type { RuleId, Warning, Write } from '../domain/decision.ts';
import type { DecisionState } from '../domain/decision-state.ts';
import type { Link } from '../domain/facts.ts';
import type { ConnectionId, ContactId, MemberId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { Category } from '../domain/plan.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import type { FieldNote } from '../domain/profile.ts';
import type { UpdateKind, UpdateState } from '../domain/update.ts';
import type { Db } from './db.ts';
import type { Prisma } from './generated/client.ts';
import { type MemberRow, toLinkRow } from './member-rows.ts';

/** All that we know of one link of a person, and everything that was ever decided about it. Personal data: to be shown to whoever asked for this person. */
export interface PersonRecord {
  /** What Mailchimp says, what CiviCRM says, what both last agreed. */
  readonly link: Link;
  /** The contact is covered by the member rather than matched with it (rules section 3). */
  readonly isCovered: boolean;
  readonly syncStatus: SyncStatus;
  /** Null: not decided yet. */
  readonly rule: RuleId | null;
  readonly ruleAs: RuleId | null;
  readonly warnings: readonly Warning[];
  /** Of the decision that somebody rejected; null: none. */
  readonly rejectedFingerprint: string | null;
  /** What stands in the way of single fields (rules section 5). */
  readonly fieldNotes: readonly FieldNote[];
  readonly updatedAt: Date;
  /** Newest first. Agreement leaves no decision behind, only the rule. */
  readonly decisions: readonly DecisionEntry[];
}

export interface DecisionEntry {
  readonly id: number;
  readonly runId: number | null;
  readonly kind: 'change' | 'follow' | 'refuse' | 'wait' | 'relink';
  readonly rule: RuleId;
  readonly ruleAs: RuleId | null;
  readonly side: 'in' | 'out' | null;
  readonly category: Category | null;
  readonly writes: readonly Write[];
  /** Of a refusal or a wait. */
  readonly reason: string | null;
  readonly warnings: readonly Warning[];
  /** As they were. */
  readonly facts: PlannedFacts;
  readonly state: DecisionState;
  readonly decidedBy: string | null;
  readonly createdAt: Date;
  readonly appliedAt: Date | null;
  /** Changes for Mailchimp that carry it out; of one that follows, those of the decision that it follows. */
  readonly updates: readonly UpdateEntry[];
}

export interface UpdateEntry {
  readonly id: number;
  readonly kind: UpdateKind;
  readonly state: UpdateState;
  readonly wantedStatus: string | null;
  readonly attempts: number;
  readonly httpStatus: number | null;
  /** Mailchimp's words. */
  readonly answer: string | null;
  readonly createdAt: Date;
  readonly submittedAt: Date | null;
  readonly settledAt: Date | null;
}

type PersonRow = MemberRow & {
  readonly rule_as: string | null;
  readonly warnings: readonly string[];
  readonly field_notes: readonly FieldNote[];
  readonly updated_at: Date;
};

/** Whom to look for: by an address in lower case (empty: by none), or as one of these contacts. */
export interface PersonQuery {
  readonly addressKey: string;
  readonly contactIds: readonly ContactId[];
  /** By Mailchimp's `contact_id`. */
  readonly mailchimpContactIds?: readonly string[];
}

/**
 * Every row about a person: rows with the address on either side or with one of the contacts, and all others of the contacts and Mailchimp members found so. An address on hold stands on no row.
 * Empty where the last sync saw nobody.
 */
export async function listPersonRecords(
  db: Db,
  connection: ConnectionId,
  { addressKey, contactIds, mailchimpContactIds = [] }: PersonQuery,
): Promise<readonly PersonRecord[]> {
  const rows = await db.$queryRaw<readonly PersonRow[]>`
    WITH named AS (
      SELECT id, contact_id, mailchimp_contact_id FROM members
      WHERE connection_id = ${connection}
        AND (${addressKey} <> '' AND (
            address_key = ${addressKey} OR lower(mailchimp_address) = ${addressKey} OR contact_addresses @> ARRAY[${addressKey}])
          OR contact_id = ANY(${[...contactIds]}::int[]) OR mailchimp_contact_id = ANY(${[...mailchimpContactIds]}::text[])))
    SELECT * FROM members WHERE connection_id = ${connection} AND (
      id IN (SELECT id FROM named) OR contact_id IN (SELECT contact_id FROM named)
      OR mailchimp_contact_id IN (SELECT mailchimp_contact_id FROM named))
    ORDER BY id`;
  return await withDecisions(db, rows);
}

/** Every row about the person of one row: itself, and all others of its contact and of its Mailchimp member. Empty where there is no such row. */
export async function listPersonRecordsOf(
  db: Db,
  connection: ConnectionId,
  member: MemberId,
): Promise<readonly PersonRecord[]> {
  // One query for each way to be kin: an OR over them would look at every row.
  const rows = await db.$queryRaw<readonly PersonRow[]>`
    WITH named AS MATERIALIZED (SELECT * FROM members WHERE connection_id = ${connection} AND id = ${member}),
    kin AS (
      SELECT id FROM named
      UNION SELECT other.id FROM named JOIN members AS other ON other.connection_id = ${connection} AND other.contact_id = named.contact_id
      UNION SELECT other.id FROM named JOIN members AS other
        ON other.connection_id = ${connection} AND other.mailchimp_contact_id = named.mailchimp_contact_id)
    SELECT members.* FROM members JOIN kin ON kin.id = members.id ORDER BY members.id`;
  return await withDecisions(db, rows);
}

async function withDecisions(db: Db, rows: readonly PersonRow[]): Promise<readonly PersonRecord[]> {
  const decisions = await db.decision.findMany({
    where: { memberId: { in: rows.map(({ id }) => id) } },
    orderBy: { id: 'desc' },
    include: { updates: BY_ID, lead: { include: { updates: BY_ID } } },
  });
  return rows.map((row) =>
    toRecord(
      row,
      decisions.filter(({ memberId }) => memberId === row.id),
    ),
  );
}

const BY_ID = { orderBy: { id: 'asc' } } as const;

type DecisionRow = Prisma.DecisionGetPayload<{
  include: { updates: true; lead: { include: { updates: true } } };
}>;

function toRecord(row: PersonRow, decisions: readonly DecisionRow[]): PersonRecord {
  const { link, syncStatus, rejectedFingerprint } = toLinkRow(row, decisions.some(isSubmitted));
  return {
    link,
    isCovered: row.is_covered,
    syncStatus,
    rejectedFingerprint,
    rule: row.rule as RuleId | null,
    ruleAs: row.rule_as as RuleId | null,
    warnings: row.warnings as readonly Warning[],
    fieldNotes: row.field_notes,
    updatedAt: row.updated_at,
    decisions: decisions.map(toEntry),
  };
}

const isSubmitted = ({ updates }: DecisionRow): boolean => updates.some(({ state }) => state === 'submitted');

/** The columns are ours: they hold what was recorded from the domain's own types. */
function toEntry(row: DecisionRow): DecisionEntry {
  const updates = row.lead?.updates ?? row.updates;
  return {
    id: row.id,
    runId: row.runId,
    kind: row.kind as DecisionEntry['kind'],
    rule: row.rule as RuleId,
    ruleAs: row.ruleAs as RuleId | null,
    side: row.side as DecisionEntry['side'],
    category: row.category as Category | null,
    writes: row.writes as unknown as readonly Write[],
    reason: row.reason,
    warnings: row.warnings as readonly Warning[],
    facts: row.facts as unknown as PlannedFacts,
    state: row.state as DecisionState,
    decidedBy: row.decidedBy,
    createdAt: row.createdAt,
    appliedAt: row.appliedAt,
    updates: updates.map(toUpdateEntry),
  };
}

function toUpdateEntry(row: DecisionRow['updates'][number]): UpdateEntry {
  const { id, wantedStatus, attempts, httpStatus, answer, createdAt, submittedAt, settledAt } = row;
  const kind = row.kind as UpdateKind;
  const state = row.state as UpdateState;
  return { id, kind, state, wantedStatus, attempts, httpStatus, answer, createdAt, submittedAt, settledAt };
}
