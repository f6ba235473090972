import type { RuleId, Write } from '../domain/decision.ts';
import type { DecisionState } from '../domain/decision-state.ts';
import type { RunId } from '../domain/ids.ts';
import type { Category } from '../domain/plan.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';

/** People of a plan for whom the same rule wants the same kind of change. */
export interface PlanGroup {
  readonly rule: RuleId;
  readonly ruleAs: RuleId | null;
  readonly category: Category;
  readonly state: DecisionState;
  readonly people: number;
}

/** One change of a plan, with whom it is about. Personal data. */
export interface PlannedChange {
  readonly id: number;
  readonly memberId: number;
  readonly address: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly contactId: number | null;
  readonly rule: RuleId;
  readonly ruleAs: RuleId | null;
  readonly category: Category;
  readonly state: DecisionState;
  readonly decidedBy: string | null;
  readonly writes: readonly Write[];
  readonly facts: PlannedFacts;
}

/** Which changes of a plan. What is left out does not matter. */
export interface PlanQuery {
  readonly rule?: RuleId | undefined;
  readonly category?: Category | undefined;
  readonly state?: DecisionState | undefined;
  /** The beginning of an address, of a first or a last name; or a contact's number. */
  readonly text?: string | undefined;
}

/** What a plan would change, by rule and category, most people first. A lead and its followers are one. */
export async function listPlanGroups(db: Db, run: RunId): Promise<readonly PlanGroup[]> {
  return await db.$queryRaw<readonly PlanGroup[]>`
    SELECT rule, rule_as AS "ruleAs", category, state, count(*)::int AS people FROM decisions
    WHERE run_id = ${run} AND category IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4`;
}

/** Whom a run found no way to agree on, by reason, most people first. */
export async function listPlanRefusals(
  db: Db,
  run: RunId,
): Promise<readonly { readonly reason: RefusalReason; readonly people: number }[]> {
  return await db.$queryRaw<readonly { readonly reason: RefusalReason; readonly people: number }[]>`
    SELECT reason, count(*)::int AS people FROM decisions WHERE run_id = ${run} AND kind = 'refuse' AND reason IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1`;
}

/** The changes of a plan, a page after a member: in the order of an index, so that a page needs no sorting of them all. A run plans one change for a member. */
export async function listPlannedChanges(
  db: Db,
  run: RunId,
  query: PlanQuery,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly PlannedChange[]> {
  const conditions = [
    Prisma.sql`decision.run_id = ${run}`,
    Prisma.sql`decision.category IS NOT NULL`,
    Prisma.sql`decision.member_id > ${after}`,
    ...conditionsOf(query),
  ];
  return await db.$queryRaw<readonly PlannedChange[]>`
    SELECT decision.id, decision.member_id AS "memberId", member.address_key AS address, member.first_name AS "firstName",
      member.last_name AS "lastName", member.contact_id AS "contactId", decision.rule, decision.rule_as AS "ruleAs", decision.category,
      decision.state, decision.decided_by AS "decidedBy", decision.writes, decision.facts
    FROM decisions AS decision JOIN members AS member ON member.id = decision.member_id
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY decision.member_id LIMIT ${limit}`;
}

/** All changes of a plan, in pages, for an export of any size. */
export async function* streamPlannedChanges(
  db: Db,
  run: RunId,
  query: PlanQuery,
  pageSize = 1000,
): AsyncGenerator<readonly PlannedChange[]> {
  for (let after = 0; ; ) {
    const changes = await listPlannedChanges(db, run, query, { after, limit: pageSize });
    if (changes.length > 0) yield changes;
    if (changes.length < pageSize) return;
    after = changes.at(-1)?.memberId ?? after;
  }
}

function conditionsOf({ rule, category, state, text = '' }: PlanQuery): Prisma.Sql[] {
  const wanted = text.trim();
  const beginning = `${wanted.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return [
    ...(rule === undefined ? [] : [Prisma.sql`decision.rule = ${rule}`]),
    ...(state === undefined ? [] : [Prisma.sql`decision.state = ${state}`]),
    ...(category === undefined ? [] : [Prisma.sql`decision.category = ${category}`]),
    ...(wanted === ''
      ? []
      : [
          /^\d{1,9}$/.test(wanted)
            ? Prisma.sql`member.contact_id = ${Number(wanted)}`
            : Prisma.sql`(member.address_key LIKE ${beginning} OR lower(member.first_name) LIKE ${beginning}
                OR lower(member.last_name) LIKE ${beginning})`,
        ]),
  ];
}
