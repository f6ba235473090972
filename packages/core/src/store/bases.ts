import { type DecisionId, type MemberId, memberId } from '../domain/ids.ts';
import { type Db, idArray } from './db.ts';
import { Prisma } from './generated/client.ts';

/** The contact does not hold the member's address: section 6 has something to say, now that what came before it is agreed. */
export const hasParted = Prisma.sql`(
  member.mailchimp_contact_id IS NOT NULL AND member.contact_state = 'live' AND NOT member.address_key = ANY(member.contact_addresses))`;

/** Interests, fields, tags or an address are still to be written at Mailchimp by the same decision. */
const isLeftToMailchimp = Prisma.sql`(decision.writes @? '$[*] ? (@.kind == "update-member" || @.kind == "change-address")')`;

/**
 * The base moves: CiviCRM has accepted the last write of these decisions that is about the subscription. Followers move with their lead (rules 1.1). It moves before
 * Mailchimp has what else it is to change: whoever leaves meanwhile leaves, and was not just added by us (I7).
 */
export async function confirmDecisions(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE members AS member SET base_side = decision.side, base_at = now(), base_opted_in_at = member.mailchimp_opted_in_at,
      base_history_id = (decision.facts ->> 'historyId')::int, base_by_trash = decision.by_trash,
      sync_status = CASE WHEN ${hasParted} OR ${isLeftToMailchimp} THEN 'todo' ELSE 'ok' END, reason = NULL, refusal_fingerprint = '', retry_at = NULL, retries = 0, updated_at = now()
    FROM decisions AS decision
    WHERE (decision.id = ANY(${[...ids]}) OR decision.lead_id = ANY(${[...ids]})) AND decision.side IS NOT NULL
      AND member.id = decision.member_id`;
}

/**
 * Of these decisions and those that follow them the rows that are in now and of whose interests and data nothing was said (sections 4 and 5): that they are in was decided through another
 * link, or they were made for a member. None where nothing is paired.
 */
export async function listNotCompared(
  tx: Db,
  confirmed: readonly DecisionId[],
): Promise<readonly MemberId[]> {
  if (confirmed.length === 0) return [];
  const rows = await tx.$queryRaw<readonly { id: number }[]>`
    SELECT member.id FROM decisions AS decision JOIN members AS member ON member.id = decision.member_id
    WHERE (decision.lead_id = ANY(${idArray(confirmed)})
        OR (decision.id = ANY(${idArray(confirmed)}) AND decision.writes @? '$[*] ? (@.kind == "create-contact")'))
      AND member.contact_profile IS NOT NULL AND member.base_side = 'in' ORDER BY member.id`;
  return rows.map(({ id }) => memberId(id));
}
