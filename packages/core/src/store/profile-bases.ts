import type { Write } from '../domain/decision.ts';
import type { ConnectionId, ContactId, DecisionId, GroupId, UpdateId } from '../domain/ids.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import {
  type ContactProfile,
  type MemberProfile,
  NOTHING_AGREED,
  type PendingAgreement,
  type ProfileBase,
} from '../domain/profile.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';

/** A row whose interests, fields and tags are about to be agreed, with the decision that wanted it so. */
export interface PendingProfile {
  readonly memberId: number;
  readonly kind: string;
  readonly pending: PendingAgreement;
  readonly writes: readonly Write[];
  readonly planned: PlannedFacts['profile'] | null;
  readonly base: ProfileBase;
  readonly mailchimp: MemberProfile | null;
  readonly civicrm: ContactProfile | null;
}

interface PendingRow {
  readonly member_id: number;
  readonly kind: string;
  readonly pending: PendingAgreement | null;
  readonly writes: readonly Write[];
  readonly planned: PlannedFacts['profile'] | null;
  readonly base_profile: ProfileBase | null;
  readonly mailchimp_profile: MemberProfile | null;
  readonly contact_profile: ContactProfile | null;
}

/** An undoing leaves what both sides agreed on the subscription as it is (side null), and says what is agreed, or left apart, of the rest. */
const isAgreeing = Prisma.sql`(decision.side IS NOT NULL OR decision.rule = 'undo')`;

/**
 * Of these updates those whose decisions also agree on interests, fields or tags; the row is that of the address written to. An ask agrees on nothing (R6a). Changes of address all: that member speaks for the
 * contact from now on.
 */
export async function listPendingOfUpdates(
  tx: Db,
  ids: readonly UpdateId[],
): Promise<readonly PendingProfile[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<readonly PendingRow[]>`
    SELECT member.id AS member_id, updates.kind, decision.pending, decision.writes, decision.facts -> 'profile' AS planned,
      member.base_profile, member.mailchimp_profile, member.contact_profile
    FROM updates JOIN decisions AS decision ON decision.id = updates.decision_id JOIN members AS member ON member.id = updates.member_id
    WHERE updates.id = ANY(${[...ids]}) AND (decision.pending IS NOT NULL OR updates.kind = 'move') AND ${isAgreeing}`;
  return rows.map(toPending);
}

/** The same for decisions whose writes to CiviCRM were just made. */
export async function listPendingOfDecisions(
  tx: Db,
  ids: readonly DecisionId[],
): Promise<readonly PendingProfile[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<readonly PendingRow[]>`
    SELECT member.id AS member_id, decision.kind, decision.pending, decision.writes, decision.facts -> 'profile' AS planned,
      member.base_profile, member.mailchimp_profile, member.contact_profile
    FROM decisions AS decision JOIN members AS member ON member.id = decision.member_id
    WHERE decision.id = ANY(${[...ids]}) AND decision.pending IS NOT NULL AND ${isAgreeing}`;
  return rows.map(toPending);
}

const toPending = (row: PendingRow): PendingProfile => ({
  memberId: row.member_id,
  kind: row.kind,
  pending: row.pending ?? { mailchimp: NOTHING_AGREED, civicrm: NOTHING_AGREED },
  writes: row.writes,
  planned: row.planned,
  base: row.base_profile ?? NOTHING_AGREED,
  mailchimp: row.mailchimp_profile,
  civicrm: row.contact_profile,
});

/** The base of interests, fields and tags moves. `isChanged`: something else changed meanwhile, so the person is to be looked at again. */
export async function recordProfileBases(
  tx: Db,
  bases: readonly { readonly memberId: number; readonly base: ProfileBase; readonly isChanged: boolean }[],
): Promise<void> {
  if (bases.length === 0) return;
  const rows = JSON.stringify(
    bases.map(({ memberId, base, isChanged }) => ({
      id: memberId,
      base_profile: base,
      is_changed: isChanged,
    })),
  );
  await tx.$executeRaw`
    UPDATE members AS member SET base_profile = agreed.base_profile, updated_at = now(),
      sync_status = CASE WHEN agreed.is_changed AND member.sync_status = 'ok' THEN 'todo' ELSE member.sync_status END
    FROM jsonb_to_recordset(${rows}::jsonb) AS agreed (id int, base_profile jsonb, is_changed boolean) WHERE member.id = agreed.id`;
}

/** CiviCRM has accepted a change of ours to an interest group for these contacts. */
export async function recordInterestStatus(
  tx: Db,
  connection: ConnectionId,
  {
    groupId,
    contacts,
    status,
  }: {
    readonly groupId: GroupId;
    readonly contacts: readonly ContactId[];
    readonly status: 'Added' | 'Removed';
  },
): Promise<void> {
  if (contacts.length === 0) return;
  await tx.$executeRaw`
    UPDATE members SET contact_profile = jsonb_set(contact_profile, ARRAY['groups', ${String(groupId)}], to_jsonb(${status}::text)), updated_at = now()
    WHERE connection_id = ${connection} AND contact_id = ANY(${[...contacts]}) AND contact_profile IS NOT NULL`;
}
