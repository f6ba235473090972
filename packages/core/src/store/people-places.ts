import type { ConnectionId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { Category } from '../domain/plan.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Db } from './db.ts';

/** People in the same place: on which side they are in, and how they stand. */
export interface PeopleInPlace {
  /** `both`: in on both sides, counted as Mailchimp members and as contacts. `none`: out on both. */
  readonly place: 'both' | 'mailchimp' | 'civicrm' | 'none';
  readonly syncStatus: SyncStatus;
  /** Of those that cannot agree. */
  readonly reason: RefusalReason | null;
  /** Mailchimp has asked them to confirm. */
  readonly isAsked: boolean;
  /** What is under way or planned for them; null: nothing, as far as we know. */
  readonly category: Category | null;
  /** How many Mailchimp members they are. */
  readonly members: number;
  /** How many contacts they are. */
  readonly contacts: number;
}

/** A connection's people by place, and our rows by sync status. */
export interface PeoplePlaces {
  readonly places: readonly PeopleInPlace[];
  readonly bySyncStatus: Readonly<Record<SyncStatus, number>>;
}

/**
 * Where a connection's people are, each Mailchimp member and each contact counted once. A link without kin is a member and a contact of its own, so one look at the rows counts them; the few
 * that share one are looked at by themselves. Reads every row: a moment for a million.
 */
export async function countPlaces(db: Db, connection: ConnectionId): Promise<PeoplePlaces> {
  const [alone, shared, statuses] = await Promise.all([
    listAlone(db, connection),
    listShared(db, connection),
    countSharedStatuses(db, connection),
  ]);
  const bySyncStatus = { todo: 0, live: 0, ok: 0, fail: 0 };
  for (const { syncStatus, rows } of [...alone, ...statuses]) bySyncStatus[syncStatus] += rows;
  return { places: [...alone.map(withoutRows), ...shared], bySyncStatus };
}

type Counted = PeopleInPlace & { readonly rows: number };
const withoutRows = ({ rows: _, ...place }: Counted): PeopleInPlace => place;

/** What the newest decision does, for those only who differ and are not settled. */
async function listAlone(db: Db, connection: ConnectionId): Promise<readonly Counted[]> {
  return await db.$queryRaw<readonly Counted[]>`
    WITH known AS (
      SELECT id, sync_status, reason, coalesce(mailchimp_status, '') = 'pending' AS asked, coalesce(mailchimp_status, '') = 'subscribed' AS in_m,
        coalesce(group_status, '') = 'Added' AND coalesce(contact_state, 'live') = 'live' AS in_c
      FROM members WHERE connection_id = ${connection} AND NOT has_kin),
    told AS (
      SELECT sync_status, reason, asked, in_m, in_c,
        CASE WHEN in_m <> in_c AND sync_status IN ('todo', 'live') THEN (
          SELECT category FROM decisions WHERE member_id = known.id AND state IN ('planned', 'held', 'approved', 'applied') ORDER BY id DESC LIMIT 1
        ) END AS category
      FROM known)
    SELECT CASE WHEN in_m AND in_c THEN 'both' WHEN in_m THEN 'mailchimp' WHEN in_c THEN 'civicrm' ELSE 'none' END AS place,
      sync_status AS "syncStatus", reason, asked AS "isAsked", category, count(*)::int AS rows,
      (count(*) FILTER (WHERE in_m))::int AS members, (count(*) FILTER (WHERE in_c))::int AS contacts
    FROM told GROUP BY in_m, in_c, sync_status, reason, asked, category`;
}

/** Members and contacts of links with kin, one by one: each is in with any of those whom it is linked to (rules 1.1). */
async function listShared(db: Db, connection: ConnectionId): Promise<readonly PeopleInPlace[]> {
  return await db.$queryRaw<readonly PeopleInPlace[]>`
    WITH known AS (
      SELECT members.*, coalesce(mailchimp_status, '') = 'pending' AS asked, coalesce(mailchimp_status, '') = 'subscribed' AS in_m,
        coalesce(group_status, '') = 'Added' AND coalesce(contact_state, 'live') = 'live' AS in_c,
        CASE WHEN sync_status IN ('todo', 'live') THEN (
          SELECT coalesce(decision.category, lead.category) FROM decisions AS decision LEFT JOIN decisions AS lead ON lead.id = decision.lead_id
          WHERE decision.member_id = members.id AND decision.state IN ('planned', 'held', 'approved', 'applied') ORDER BY decision.id DESC LIMIT 1
        ) END AS category
      FROM members WHERE connection_id = ${connection} AND has_kin),
    counted AS (
      SELECT CASE WHEN bool_or(in_c) THEN 'both' ELSE 'mailchimp' END AS place, max(sync_status) AS status, max(reason) AS reason, false AS asked,
        max(category) AS category, 1 AS members, 0 AS contacts
      FROM known WHERE in_m GROUP BY mailchimp_contact_id
      UNION ALL
      SELECT CASE WHEN bool_or(in_m) THEN 'both' ELSE 'civicrm' END, max(sync_status), max(reason), bool_or(asked), max(category), 0, 1
      FROM known WHERE in_c GROUP BY contact_id)
    SELECT place, status AS "syncStatus", reason, asked AS "isAsked", category, sum(members)::int AS members, sum(contacts)::int AS contacts
    FROM counted GROUP BY place, status, reason, asked, category`;
}

async function countSharedStatuses(
  db: Db,
  connection: ConnectionId,
): Promise<readonly { readonly syncStatus: SyncStatus; readonly rows: number }[]> {
  return await db.$queryRaw<readonly { readonly syncStatus: SyncStatus; readonly rows: number }[]>`
    SELECT sync_status AS "syncStatus", count(*)::int AS rows FROM members WHERE connection_id = ${connection} AND has_kin GROUP BY 1`;
}
