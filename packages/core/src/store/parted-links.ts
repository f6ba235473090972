import {
  type ConnectionId,
  type ContactId,
  contactId,
  type MemberId,
  memberId,
  type RunId,
} from '../domain/ids.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';
import type { MemberRange } from './linking.ts';

/** A link to be looked at whose contact, as far as we know, does not hold the member's address. */
export interface PartedRow {
  readonly memberId: MemberId;
  readonly contactId: ContactId;
  /** The member's address, in lower case. */
  readonly addressKey: string;
  /** Whether they changed it at Mailchimp since the contact last had it. */
  readonly hasMoved: boolean;
}

/** Whoever has an update under way is looked at after it (R5). */
const isParted = (connection: ConnectionId) => Prisma.sql`
  connection_id = ${connection} AND sync_status = 'todo' AND mailchimp_contact_id IS NOT NULL AND contact_state = 'live'
  AND mailchimp_status NOT IN ('absent', 'gone') AND address_key <> '' AND NOT address_key = ANY(contact_addresses)
  AND NOT EXISTS (SELECT 1 FROM updates WHERE updates.member_id = member.id AND updates.state IN ('queued', 'submitted'))`;

/** Cuts them into ranges of about `size` rows. */
export async function listPartedRanges(
  db: Db,
  connection: ConnectionId,
  size: number,
): Promise<readonly MemberRange[]> {
  return await db.$queryRaw<readonly MemberRange[]>`
    SELECT min(id)::int AS "from", max(id)::int AS "to" FROM (
      SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${size}::int AS part FROM members AS member WHERE ${isParted(connection)}
    ) AS parted GROUP BY part ORDER BY part`;
}

/** Those of one range, ascending. */
export async function listParted(
  db: Db,
  connection: ConnectionId,
  { from, to }: MemberRange,
): Promise<readonly PartedRow[]> {
  const rows = await db.$queryRaw<
    readonly { id: number; contact_id: number; address_key: string; moved: boolean }[]
  >`
    SELECT id, contact_id, address_key, moved_from IS NOT NULL AS moved FROM members AS member
    WHERE ${isParted(connection)} AND id BETWEEN ${from} AND ${to} ORDER BY id`;
  return rows.map((row) => ({
    memberId: memberId(row.id),
    contactId: contactId(row.contact_id),
    addressKey: row.address_key,
    hasMoved: row.moved,
  }));
}

/** Which side moved away; null: the contact holds the address after all. */
export async function recordPartings(
  tx: Db,
  parted: readonly { readonly memberId: MemberId; readonly by: 'mailchimp' | 'civicrm' | null }[],
): Promise<void> {
  if (parted.length === 0) return;
  const rows = JSON.stringify(parted.map((one) => ({ id: one.memberId, by: one.by })));
  await tx.$executeRaw`
    UPDATE members AS member SET parted_by = found.by FROM jsonb_to_recordset(${rows}::jsonb) AS found (id int, by text)
    WHERE member.id = found.id AND member.parted_by IS DISTINCT FROM found.by`;
}

/** A4: a link's member belongs to another contact now, which the run has read (`fetched_contacts`). */
export interface Relink {
  readonly memberId: MemberId;
  readonly to: ContactId;
}

/**
 * A4: the member is linked with the contact that holds its address now, with base none, and the contact left behind goes on as a row without a member, with base none. What
 * we know of their own will stays with both (I2). A link that is there already is left alone. Set-based; may run twice. Gives how many rows were left behind.
 */
export async function recordRelinks(
  tx: Db,
  connection: ConnectionId,
  run: RunId,
  relinks: readonly Relink[],
): Promise<number> {
  if (relinks.length === 0) return 0;
  const rows = JSON.stringify(relinks.map((relink) => ({ id: relink.memberId, contact_id: relink.to })));
  await tx.$executeRaw`
    INSERT INTO members (
      connection_id, address_key, mailchimp_contact_id, mailchimp_id, mailchimp_address, mailchimp_status, mailchimp_changed_at,
      mailchimp_opted_in_at, unsubscribe_reason, first_name, last_name, ever_subscribed, status_before, left_by_own_will, own_write_status,
      own_write_removal_method, forgotten, in_compliance_state, late_write, contact_id, contact_state, group_status, contact_addresses,
      has_held_address, contact_flags, contact_modified_at, has_kin)
    SELECT DISTINCT ON (member.mailchimp_contact_id, read.contact_id)
      member.connection_id, member.address_key, member.mailchimp_contact_id, member.mailchimp_id, member.mailchimp_address,
      member.mailchimp_status, member.mailchimp_changed_at, member.mailchimp_opted_in_at, member.unsubscribe_reason, member.first_name,
      member.last_name, member.ever_subscribed, member.status_before, member.left_by_own_will, member.own_write_status,
      member.own_write_removal_method, member.forgotten, member.in_compliance_state, member.late_write, read.contact_id, read.contact_state,
      read.group_status, read.addresses, read.has_held_address, read.flags, read.modified_at, true
    FROM jsonb_to_recordset(${rows}::jsonb) AS found (id int, contact_id int)
    JOIN members AS member ON member.id = found.id AND member.connection_id = ${connection}
    JOIN fetched_contacts AS read ON read.run_id = ${run} AND read.contact_id = found.contact_id
    WHERE member.mailchimp_contact_id IS NOT NULL
    ON CONFLICT DO NOTHING`;
  return await leaveBehind(
    tx,
    connection,
    relinks.map((relink) => relink.memberId),
  );
}

/** A4, to be explained: a link as it was before its member went to another contact. */
export interface RelinkRecord {
  readonly mailchimpContactId: string;
  readonly facts: PlannedFacts & { readonly relink: NonNullable<PlannedFacts['relink']> };
}

/**
 * Keeps as decisions that members belong to other contacts now: of the new link, and following it of the contact left behind, on both of whose pages it stands. The rows have been
 * re-linked. May run twice. Gives how many members.
 */
export async function recordRelinkDecisions(
  tx: Db,
  connection: ConnectionId,
  run: RunId,
  relinked: readonly RelinkRecord[],
): Promise<number> {
  if (relinked.length === 0) return 0;
  const rows = JSON.stringify(
    relinked.map(({ mailchimpContactId, facts }) => ({ mailchimp_contact_id: mailchimpContactId, facts })),
  );
  const leads = await tx.$queryRaw<readonly { id: number }[]>`
    INSERT INTO decisions (connection_id, run_id, member_id, kind, rule, facts, fingerprint, state)
    SELECT ${connection}, ${run}, member.id, 'relink', 'A4', found.facts, '', 'recorded'
    FROM jsonb_to_recordset(${rows}::jsonb) AS found (mailchimp_contact_id text, facts jsonb)
    JOIN members AS member ON member.connection_id = ${connection} AND member.mailchimp_contact_id = found.mailchimp_contact_id
      AND member.contact_id = (found.facts -> 'relink' ->> 'to')::int
    WHERE NOT EXISTS (
      SELECT 1 FROM decisions AS known WHERE known.run_id = ${run} AND known.member_id = member.id AND known.kind = 'relink'
        AND known.facts -> 'relink' = found.facts -> 'relink')
    RETURNING id`;
  await tx.$executeRaw`
    INSERT INTO decisions (connection_id, run_id, member_id, lead_id, kind, rule, facts, fingerprint, state)
    SELECT lead.connection_id, lead.run_id, behind.id, lead.id, lead.kind, lead.rule, lead.facts, '', lead.state
    FROM decisions AS lead JOIN members AS behind ON behind.connection_id = lead.connection_id AND behind.mailchimp_contact_id IS NULL
      AND behind.contact_id = (lead.facts -> 'relink' ->> 'from')::int
    WHERE lead.id = ANY(${leads.map(({ id }) => id)})`;
  return leads.length;
}

/** Takes the member off these rows. Where the contact has such a row already, its decisions go there and this one is removed. */
async function leaveBehind(tx: Db, connection: ConnectionId, ids: readonly MemberId[]): Promise<number> {
  const twins = await tx.$queryRaw<readonly { gone: number; kept: number }[]>`
    SELECT half.id AS gone, min(coalesce(bare.id, twin.id))::int AS kept FROM members AS half
    LEFT JOIN members AS bare ON bare.connection_id = ${connection} AND bare.contact_id = half.contact_id AND bare.mailchimp_contact_id IS NULL
    LEFT JOIN members AS twin ON twin.id = ANY(${[...ids]}) AND twin.contact_id = half.contact_id AND twin.id < half.id
    WHERE half.id = ANY(${[...ids]}) AND half.mailchimp_contact_id IS NOT NULL AND (bare.id IS NOT NULL OR twin.id IS NOT NULL)
    GROUP BY half.id`;
  const gone = JSON.stringify(twins);
  for (const table of ['decisions', 'updates']) {
    await tx.$executeRawUnsafe(
      `UPDATE ${table} AS entry SET member_id = pair.kept FROM jsonb_to_recordset($1::jsonb) AS pair (gone int, kept int) WHERE entry.member_id = pair.gone`,
      gone,
    );
  }
  await tx.$executeRaw`DELETE FROM members WHERE id = ANY(${twins.map((pair) => pair.gone)})`;
  const left = await tx.$executeRaw`
    UPDATE members SET mailchimp_contact_id = NULL, mailchimp_id = NULL, mailchimp_address = NULL, mailchimp_status = NULL,
      mailchimp_changed_at = NULL, mailchimp_opted_in_at = NULL, unsubscribe_reason = '', ever_subscribed = false, status_before = NULL,
      own_write_status = NULL, own_write_removal_method = NULL, forgotten = false, in_compliance_state = false, late_write = NULL,
      moved_from = NULL, parted_by = NULL, is_covered = false, address_key = coalesce(contact_addresses[1], ''),
      base_side = NULL, base_at = NULL, base_opted_in_at = NULL, base_history_id = 0, base_by_trash = false, has_kin = true,
      sync_status = 'todo', reason = NULL, updated_at = now()
    WHERE id = ANY(${[...ids]}) AND mailchimp_contact_id IS NOT NULL`;
  return left + twins.length;
}
