import type { ConnectionId } from '../domain/ids.ts';
import type { InCounts } from '../domain/plan.ts';
import type { Db } from './db.ts';

/** How many members and how many contacts were last agreed to be in, each once. Only links with kin can repeat one. */
export async function countAgreedIn(db: Db, connection: ConnectionId): Promise<InCounts> {
  const [counts] = await db.$queryRaw<readonly InCounts[]>`
    SELECT (count(mailchimp_contact_id) FILTER (WHERE NOT has_kin)
        + count(DISTINCT mailchimp_contact_id) FILTER (WHERE has_kin))::int AS mailchimp,
      (count(contact_id) FILTER (WHERE NOT has_kin) + count(DISTINCT contact_id) FILTER (WHERE has_kin))::int AS civicrm
    FROM members WHERE connection_id = ${connection} AND base_side = 'in'`;
  return counts ?? { mailchimp: 0, civicrm: 0 };
}
