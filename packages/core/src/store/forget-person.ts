import type { ConnectionId, MemberId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** What was forgotten of somebody in one connection. */
export interface Forgotten {
  /** Rows of ours that are gone. */
  readonly rows: number;
  /** Decisions that stay, without the person. */
  readonly decisions: number;
}

/** Whose updates are at Mailchimp, or wait to be sent: they have to be settled before anybody can be forgotten. Locks them until the transaction ends. */
export async function countOpenUpdatesOf(tx: Db, ids: readonly MemberId[]): Promise<number> {
  const rows = await tx.$queryRaw<readonly unknown[]>`
    SELECT 1 FROM updates WHERE member_id = ANY(${[...ids]}) AND state IN ('queued', 'submitted') ORDER BY id FOR UPDATE`;
  return rows.length;
}

/**
 * Erases these rows and whatever else tells who they were about. What was decided stays as a fact: when, by which rule, in which run, and what came of it; it names
 * nobody. The caller has made sure that nothing of theirs is under way. May run twice.
 */
export async function forgetMembers(
  tx: Db,
  connection: ConnectionId,
  ids: readonly MemberId[],
  addresses: readonly string[],
): Promise<Forgotten> {
  const decisions = await tx.$executeRaw`
    UPDATE decisions SET member_id = NULL, facts = '{}'::jsonb, pending = NULL, fingerprint = '', if_refused = '',
      writes = coalesce((SELECT jsonb_agg(jsonb_build_object('kind', write -> 'kind', 'how', write -> 'how')) FROM jsonb_array_elements(writes) AS write), '[]'::jsonb),
      state = CASE WHEN state IN ('planned', 'held', 'approved') THEN 'superseded' ELSE state END
    WHERE member_id = ANY(${[...ids]})`;
  await tx.$executeRaw`
    UPDATE updates SET member_id = NULL, calls = '[]'::jsonb, answer = NULL WHERE member_id = ANY(${[...ids]})`;
  const rows = await tx.$executeRaw`DELETE FROM members WHERE id = ANY(${[...ids]})`;
  await forgetTraces(tx, connection, addresses);
  return { rows, decisions };
}

/** Addresses that stand elsewhere: what runs were asked for, and what they have read. */
async function forgetTraces(tx: Db, connection: ConnectionId, addresses: readonly string[]): Promise<void> {
  const keys = [...addresses];
  await tx.$executeRaw`
    UPDATE runs SET only_addresses = ARRAY(SELECT address FROM unnest(only_addresses) AS address WHERE address <> ALL(${keys}))
    WHERE connection_id = ${connection} AND only_addresses && ${keys}::text[]`;
  await tx.$executeRaw`
    DELETE FROM fetched_contacts AS read USING runs
    WHERE read.run_id = runs.id AND runs.connection_id = ${connection} AND read.addresses && ${keys}::text[]`;
  await tx.$executeRaw`
    DELETE FROM fetched_addresses AS held USING runs
    WHERE held.run_id = runs.id AND runs.connection_id = ${connection} AND held.address_key = ANY(${keys})`;
}
