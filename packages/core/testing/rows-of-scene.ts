import type { ConnectionId } from '../src/domain/ids.ts';
import { CATEGORY_SYSTEM, type Category } from '../src/domain/plan.ts';
import type { PlannedFacts } from '../src/domain/planned-facts.ts';
import type { Db } from '../src/store/db.ts';
import type { Member as MemberRow } from '../src/store/generated/client.ts';

/** One of our rows, as far as a test asks about it. What is empty is left out. */
export interface RowSeen {
  readonly sync: string;
  readonly rule: string | null;
  readonly as?: string;
  readonly base: string | null;
  readonly reason?: string;
  readonly warnings?: readonly string[];
}

/** Whose rows: those of an address or of a contact. */
export interface Whose {
  readonly address: string;
  readonly contactId: number | null;
}

/** Ordered by address and contact. */
export async function listRowsSeen(
  db: Db,
  connection: ConnectionId,
  whose: Whose,
): Promise<readonly RowSeen[]> {
  const rows = await db.member.findMany({
    where: { connectionId: connection, OR: filterFor(whose) },
    orderBy: [{ addressKey: 'asc' }, { contactId: 'asc' }],
  });
  return rows.map(toRowSeen);
}

/** Whom a row links; null: nobody on that side. */
export interface LinkSeen {
  readonly mailchimp: string | null;
  readonly contactId: number | null;
}

/** All rows, by address and contact. */
export async function listLinksSeen(
  db: Db,
  connection: ConnectionId,
): Promise<readonly (RowSeen & { readonly link: LinkSeen })[]> {
  const rows = await db.member.findMany({
    where: { connectionId: connection },
    orderBy: [{ addressKey: 'asc' }, { contactId: 'asc' }],
  });
  return rows.map((row) => {
    const mailchimp = row.mailchimpContactId === null ? null : row.addressKey;
    return { link: { mailchimp, contactId: row.contactId }, ...toRowSeen(row) };
  });
}

const toRowSeen = (row: MemberRow): RowSeen => ({
  sync: row.syncStatus,
  rule: row.rule,
  ...(row.ruleAs !== null && { as: row.ruleAs }),
  base: row.baseSide,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.warnings.length > 0 && { warnings: row.warnings }),
});

/** One decision on record, as far as a test asks about it. What is empty is left out. */
export interface DecisionSeen {
  readonly kind: string;
  readonly rule: string;
  readonly as?: string;
  readonly category?: string;
  readonly reason?: string;
  readonly warnings?: readonly string[];
  readonly state: string;
}

/** The facts of the decisions that were applied, by the side that they wrote to: once for each change there. */
export async function listAppliedFacts(db: Db, connection: ConnectionId, whose: Whose) {
  const rows = await db.decision.findMany({
    where: {
      connectionId: connection,
      state: 'applied',
      category: { not: null },
      member: { OR: filterFor(whose) },
    },
    include: { updates: true },
    orderBy: { id: 'asc' },
  });
  const civicrm = rows.filter(({ category }) => CATEGORY_SYSTEM[category as Category] === 'civicrm');
  const calls = rows.flatMap(({ facts, updates }) =>
    updates.flatMap((update) => (update.calls as readonly unknown[]).map(() => facts)),
  );
  return {
    mailchimp: calls as unknown as readonly PlannedFacts[],
    civicrm: civicrm.map(({ facts }) => facts) as unknown as readonly PlannedFacts[],
  };
}

export async function listDecisionsSeen(
  db: Db,
  connection: ConnectionId,
  whose: Whose,
): Promise<readonly DecisionSeen[]> {
  const rows = await db.decision.findMany({
    where: { connectionId: connection, member: { OR: filterFor(whose) } },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({
    kind: row.kind,
    rule: row.rule,
    ...(row.ruleAs !== null && { as: row.ruleAs }),
    ...(row.category !== null && { category: row.category }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.warnings.length > 0 && { warnings: row.warnings }),
    state: row.state,
  }));
}

const filterFor = ({ address, contactId }: Whose) => [
  { addressKey: address.toLowerCase() },
  ...(contactId === null ? [] : [{ contactId }]),
];
