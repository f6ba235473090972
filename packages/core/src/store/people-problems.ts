import type { Warning } from '../domain/decision.ts';
import type { ContactFlag } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Db } from './db.ts';

/** Those of a connection's people who need somebody, by what it is about, most people first. */
export interface PeopleProblems {
  readonly refused: readonly { readonly name: RefusalReason; readonly people: number }[];
  readonly warnings: readonly { readonly name: Warning; readonly people: number }[];
  /** Contacts in the group under a flag (rules 2.7). */
  readonly flags: readonly { readonly name: ContactFlag; readonly people: number }[];
}

type Counted<Name> = readonly { readonly name: Name; readonly people: number }[];

export async function countProblems(db: Db, connection: ConnectionId): Promise<PeopleProblems> {
  const [refused, warnings, flags] = await Promise.all([
    db.$queryRaw<Counted<RefusalReason>>`
      SELECT reason AS name, count(*)::int AS people FROM members
      WHERE connection_id = ${connection} AND reason IS NOT NULL AND sync_status = 'fail' GROUP BY 1 ORDER BY 2 DESC, 1`,
    db.$queryRaw<Counted<Warning>>`
      SELECT name, count(*)::int AS people FROM members, unnest(warnings) AS name
      WHERE connection_id = ${connection} AND warnings <> '{}' GROUP BY 1 ORDER BY 2 DESC, 1`,
    db.$queryRaw<Counted<ContactFlag>>`
      SELECT name, count(DISTINCT contact_id)::int AS people FROM members, unnest(contact_flags) AS name
      WHERE connection_id = ${connection} AND contact_flags <> '{}' AND group_status = 'Added' AND contact_state = 'live' GROUP BY 1 ORDER BY 2 DESC, 1`,
  ]);
  return { refused, warnings, flags };
}
