import type { ConnectionId, RunId } from '../domain/ids.ts';
import { type Db, idArray } from './db.ts';
import { Prisma } from './generated/client.ts';
import type { MemberRange } from './linking.ts';
import { type LinkRow, type MemberRow, toLinkRow } from './member-rows.ts';

/** Which of the people to be looked at: `run` has not decided about them yet. */
export interface TodoScope {
  readonly connectionId: ConnectionId;
  readonly runId: RunId;
}

/** Section 6: of several who were at the contact's best address one after the other the one who is there now. */
const atBest = Prisma.sql`
  CASE WHEN member.parted_by = 'civicrm' THEN (
    SELECT jsonb_build_object('status', mailchimp_status, 'forgotten', forgotten) FROM members AS best
    WHERE best.connection_id = member.connection_id AND best.address_key = member.contact_addresses[1] AND best.mailchimp_contact_id IS NOT NULL
    ORDER BY mailchimp_status IN ('absent', 'gone'), NOT forgotten LIMIT 1) END AS at_best`;

/** Cuts the people to be looked at into ranges of about `size` rows. */
export async function listTodoRanges(
  db: Db,
  scope: TodoScope,
  size: number,
): Promise<readonly MemberRange[]> {
  return await db.$queryRaw<readonly MemberRange[]>`
    SELECT min(id)::int AS "from", max(id)::int AS "to" FROM (
      SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${size}::int AS part
      FROM members WHERE connection_id = ${scope.connectionId} AND sync_status = 'todo' AND decided_in IS DISTINCT FROM ${scope.runId}
    ) AS todo GROUP BY part ORDER BY part`;
}

/**
 * The components (rules 1.1) of the people to be looked at in a range: all links that share a Mailchimp member, a contact or an address with one of them, directly
 * or through others. A component that reaches into an earlier range belongs to that one and is left out here. Links ascend by id. Most people share nothing with
 * anybody, and are read without looking for kin.
 */
export async function listTodoComponents(
  db: Db,
  scope: TodoScope,
  { from, to }: MemberRange,
): Promise<readonly (readonly LinkRow[])[]> {
  const rows = await db.$queryRaw<readonly (MemberRow & Submitted & { readonly has_kin: boolean })[]>`
    SELECT member.*, ${atBest}, EXISTS (
      SELECT 1 FROM updates WHERE updates.member_id = member.id AND updates.state = 'submitted') AS is_submitted
    FROM members AS member
    WHERE connection_id = ${scope.connectionId} AND sync_status = 'todo' AND decided_in IS DISTINCT FROM ${scope.runId}
      AND id BETWEEN ${from} AND ${to} ORDER BY id`;
  const single = rows.filter((row) => !row.has_kin).map((row) => [toLinkRow(row, row.is_submitted)]);
  const kin = await listComponents(
    db,
    scope.connectionId,
    rows.filter((row) => row.has_kin).map(({ id }) => id),
  );
  return [...single, ...kin.filter((links) => belongsTo(from, links, scope.runId))];
}

interface Submitted {
  readonly is_submitted: boolean;
}

/** Finds out who shares something with somebody. Set-based; writes only where that has changed. */
export async function recordKin(tx: Db, connection: ConnectionId): Promise<void> {
  await tx.$executeRaw`
    WITH shared AS (
      SELECT id, count(*) OVER (PARTITION BY mailchimp_contact_id) > 1 AND mailchimp_contact_id IS NOT NULL
        OR count(*) OVER (PARTITION BY contact_id) > 1 AND contact_id IS NOT NULL
        OR count(*) OVER (PARTITION BY address_key) > 1 AND address_key <> '' AS has_kin
      FROM members WHERE connection_id = ${connection}
    )
    UPDATE members AS member SET has_kin = shared.has_kin FROM shared WHERE member.id = shared.id AND member.has_kin <> shared.has_kin`;
}

/** The same for these rows alone. Nobody loses the mark here; the next full run sees to that. */
export async function recordKinAmong(tx: Db, ids: readonly number[]): Promise<void> {
  await tx.$executeRaw`
    WITH few AS MATERIALIZED (SELECT id, mailchimp_contact_id, contact_id, address_key FROM members WHERE id = ANY(${[...ids]}))
    UPDATE members AS member SET has_kin = true FROM few WHERE member.id = few.id AND NOT member.has_kin AND EXISTS (
      SELECT 1 FROM few AS near WHERE near.id <> few.id AND (near.mailchimp_contact_id = few.mailchimp_contact_id
        OR near.contact_id = few.contact_id OR (near.address_key = few.address_key AND few.address_key <> '')))`;
}

/** These rows and whoever shares a Mailchimp member, a contact or an address with one of them. */
export async function listNearIds(
  db: Db,
  connection: ConnectionId,
  ids: readonly number[],
): Promise<readonly number[]> {
  const rows = await db.$queryRaw<readonly { id: number }[]>`
    SELECT DISTINCT near.id FROM members AS few CROSS JOIN LATERAL (
      SELECT few.id
      UNION ALL
      SELECT id FROM members WHERE connection_id = ${connection} AND mailchimp_contact_id = few.mailchimp_contact_id
      UNION ALL
      SELECT id FROM members WHERE connection_id = ${connection} AND contact_id = few.contact_id
      UNION ALL
      SELECT id FROM members WHERE connection_id = ${connection} AND address_key = few.address_key AND few.address_key <> ''
    ) AS near WHERE few.id = ANY(${[...ids]})`;
  return rows.map(({ id }) => id);
}

/** The rows to be looked at, where they are at most `most`; null where they are more. */
export async function listTodoIds(
  db: Db,
  connection: ConnectionId,
  most: number,
): Promise<readonly number[] | null> {
  const rows = await db.$queryRaw<readonly { id: number }[]>`
    SELECT id FROM members WHERE connection_id = ${connection} AND sync_status = 'todo' LIMIT ${most + 1}`;
  return rows.length > most ? null : rows.map(({ id }) => id);
}

/** Another range's chunk may have decided a component since: then nobody in it is left to be looked at. */
function belongsTo(from: number, links: readonly LinkRow[], run: RunId): boolean {
  const todo = links.flatMap(({ link, syncStatus, decidedIn }) =>
    syncStatus === 'todo' && decidedIn !== run ? link.id : [],
  );
  return todo.length > 0 && Math.min(...todo) >= from;
}

/** The components of these rows, whatever their status. */
export async function listComponents(
  db: Db,
  connection: ConnectionId,
  seeds: readonly number[],
): Promise<readonly (readonly LinkRow[])[]> {
  if (seeds.length === 0) return [];
  const rows = await db.$queryRaw<readonly (MemberRow & Submitted)[]>`
    WITH RECURSIVE reached AS (
      SELECT id, mailchimp_contact_id, contact_id, address_key FROM members
      WHERE connection_id = ${connection} AND id = ANY(${idArray(seeds)})
      UNION
      SELECT near.id, near.mailchimp_contact_id, near.contact_id, near.address_key FROM reached CROSS JOIN LATERAL (
        SELECT id, mailchimp_contact_id, contact_id, address_key FROM members
        WHERE connection_id = ${connection} AND mailchimp_contact_id = reached.mailchimp_contact_id
        UNION ALL
        SELECT id, mailchimp_contact_id, contact_id, address_key FROM members
        WHERE connection_id = ${connection} AND contact_id = reached.contact_id
        UNION ALL
        SELECT id, mailchimp_contact_id, contact_id, address_key FROM members
        WHERE connection_id = ${connection} AND address_key = reached.address_key AND reached.address_key <> ''
      ) AS near
    )
    SELECT member.*, ${atBest}, EXISTS (
      SELECT 1 FROM updates WHERE updates.member_id = member.id AND updates.state = 'submitted') AS is_submitted
    FROM members AS member WHERE id IN (SELECT id FROM reached) ORDER BY id`;
  return partition(rows.map((row) => ({ row, links: toLinkRow(row, row.is_submitted) })));
}

/** Union-find over the three things that links can share. */
function partition(
  rows: readonly { readonly row: MemberRow; readonly links: LinkRow }[],
): readonly (readonly LinkRow[])[] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    const parent = parents.get(key);
    if (parent === undefined || parent === key) return key;
    const root = rootOf(parent);
    parents.set(key, root);
    return root;
  };
  for (const { row } of rows) {
    const [first, ...others] = keysOf(row);
    for (const other of others) parents.set(rootOf(other), rootOf(first));
  }
  const components = new Map<string, LinkRow[]>();
  for (const { row, links } of rows) {
    const root = rootOf(keysOf(row)[0]);
    const component = components.get(root);
    if (component === undefined) components.set(root, [links]);
    else component.push(links);
  }
  return [...components.values()];
}

function keysOf(row: MemberRow): readonly [string, ...string[]] {
  const shared = [
    ...(row.mailchimp_contact_id === null ? [] : [`m ${row.mailchimp_contact_id}`]),
    ...(row.contact_id === null ? [] : [`c ${row.contact_id}`]),
    ...(row.address_key === '' ? [] : [`a ${row.address_key}`]),
  ];
  return [`r ${row.id}`, ...shared];
}

/**
 * R5: whoever has something at Mailchimp waits until it is settled; what is only queued holds nobody up. Where anything has changed since it was queued, its people become `todo`, and
 * deciding afresh withdraws it.
 */
export async function recordOutdatedQueue(tx: Db, connection: ConnectionId): Promise<void> {
  await tx.$executeRaw`
    WITH queued AS MATERIALIZED (
      SELECT member_id, decision_id, created_at FROM updates WHERE connection_id = ${connection} AND state = 'queued'),
    concerned AS (
      SELECT member_id, created_at FROM queued
      UNION ALL
      SELECT decision.member_id, queued.created_at FROM queued JOIN decisions AS decision ON decision.id = queued.decision_id
      UNION ALL
      SELECT decision.member_id, queued.created_at FROM queued JOIN decisions AS decision ON decision.lead_id = queued.decision_id)
    UPDATE members AS member SET sync_status = 'todo', updated_at = now() FROM concerned
    WHERE member.id = concerned.member_id AND member.sync_status = 'live' AND member.updated_at > concerned.created_at`;
}

/** Refusals that pass are looked at again when their time has come ("too many sign-ups", rules 2.3). */
export async function recordDueRetries(tx: Db, connection: ConnectionId, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE members SET sync_status = 'todo', reason = NULL, updated_at = now()
    WHERE connection_id = ${connection} AND sync_status = 'fail' AND retry_at <= ${now}`;
}

/** These rows by themselves. */
export async function listLinks(db: Db, ids: readonly number[]): Promise<readonly LinkRow[]> {
  const rows = await db.$queryRaw<
    readonly MemberRow[]
  >`SELECT * FROM members WHERE id = ANY(${idArray(ids)}) ORDER BY id`;
  return rows.map((row) => toLinkRow(row, false));
}
