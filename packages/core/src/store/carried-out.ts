import { isForMailchimp, MAILCHIMP_KINDS, type Write } from '../domain/decision.ts';
import { type DecisionId, decisionId, type MemberId, memberId, type RunId } from '../domain/ids.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import type { PendingAgreement } from '../domain/profile.ts';
import type { Db } from './db.ts';

/** Of interests and fields. */
const CIVICRM_PROFILE_KINDS = [
  'add-to-interest-group',
  'remove-from-interest-group',
  'write-fields',
] as const satisfies readonly Write['kind'][];

/** A path into the JSON of writes: any that is none of these. */
const anyBut = (kinds: readonly Write['kind'][]): string =>
  `$[*] ? (${kinds.map((kind) => `@.kind != "${kind}"`).join(' && ')})`;
const IN_CIVICRM = anyBut(MAILCHIMP_KINDS);
const BESIDES_PROFILES = anyBut(['update-member', ...CIVICRM_PROFILE_KINDS]);

/** A decision of a run that was carried out: in CiviCRM, or confirmed by Mailchimp. */
export interface CarriedOutDecision {
  readonly id: DecisionId;
  /** The row that was written to: of an update the one that carried it, else the one decided about. */
  readonly memberId: MemberId;
  /** Those that were made: of an update that Mailchimp has not confirmed, or that was not sent any more, what had been written to CiviCRM before it. */
  readonly writes: readonly Write[];
  readonly facts: PlannedFacts;
  /** What was agreed of interests, fields and tags when the writes were confirmed. */
  readonly pending: PendingAgreement | null;
  /** The rows that were decided with it. */
  readonly followers: readonly MemberId[];
}

/** What a run has changed, ascending by id, after one id. What Mailchimp refused, or nobody knows of, has changed nothing. */
export async function listCarriedOut(
  db: Db,
  run: RunId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly CarriedOutDecision[]> {
  const rows = await db.$queryRaw<readonly CarriedOutRow[]>`
    SELECT decision.id, coalesce(sent.member_id, decision.member_id) AS member_id, decision.writes, decision.facts, decision.pending,
      coalesce(sent.state = 'confirmed', decision.state = 'applied') AS is_whole,
      ARRAY(SELECT member_id FROM decisions AS follower WHERE follower.lead_id = decision.id ORDER BY member_id) AS followers
    FROM decisions AS decision LEFT JOIN updates AS sent ON sent.decision_id = decision.id
    WHERE decision.run_id = ${run} AND decision.id > ${after} AND decision.category IS NOT NULL
      AND (decision.state = 'applied' OR (decision.state = 'stale' AND decision.applied_at IS NOT NULL))
      AND (sent.id IS NULL OR sent.state = 'confirmed' OR decision.writes @? ${IN_CIVICRM}::jsonpath) AND decision.member_id IS NOT NULL
    ORDER BY decision.id LIMIT ${limit}`;
  return rows.map((row) => ({
    id: decisionId(row.id),
    memberId: memberId(row.member_id),
    writes: row.is_whole ? row.writes : row.writes.filter((write) => !isForMailchimp(write)),
    facts: row.facts,
    pending: row.pending,
    followers: row.followers.map(memberId),
  }));
}

interface CarriedOutRow {
  readonly id: number;
  readonly member_id: number;
  readonly writes: readonly Write[];
  readonly facts: PlannedFacts;
  readonly pending: PendingAgreement | null;
  readonly is_whole: boolean;
  readonly followers: readonly number[];
}

/** What stands for "whatever is wanted next" among the fingerprints of rejected decisions. */
export const UNDONE = 'undone';

/**
 * A run was taken back for these people: what the rules want of them next is not proposed, as if somebody had rejected it (rules section 8). Of interests, fields and tags the
 * base says that they were put back, so whoever has nothing but those goes by the rules as before.
 */
export async function recordUndone(tx: Db, ids: readonly DecisionId[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE members AS member SET rejected_fingerprint = ${UNDONE}, updated_at = now(),
      sync_status = CASE WHEN sync_status = 'live' THEN 'live' ELSE 'todo' END
    FROM decisions AS decision JOIN decisions AS lead ON lead.id = coalesce(decision.lead_id, decision.id)
    WHERE (decision.id = ANY(${[...ids]}) OR decision.lead_id = ANY(${[...ids]})) AND decision.state IN ('approved', 'applied')
      AND lead.writes @? ${BESIDES_PROFILES}::jsonpath AND member.id = decision.member_id`;
}
