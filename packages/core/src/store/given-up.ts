import type { Side } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import { type Db, textArray } from './db.ts';
import { Prisma } from './generated/client.ts';

/** Whom to look for: by Mailchimp's `contact_id`, and by address, in lower case, where nobody was there when the update was given up. */
export interface GivenUpQuery {
  readonly mailchimpContactIds: readonly string[];
  readonly addressKeys: readonly string[];
}

/** What updates of ours asked for whose outcome nobody ever knew, by `contact_id` or address. */
export type GivenUp = ReadonlyMap<string, ReadonlySet<Side>>;

/** E28: updates that were given up since a moment. Few, if any: one look into an index of its own tells that there are none, before a thousand names are handed over. */
export async function listGivenUp(
  db: Db,
  connection: ConnectionId,
  since: Date,
  { mailchimpContactIds, addressKeys }: GivenUpQuery,
): Promise<GivenUp> {
  if (mailchimpContactIds.length === 0) return new Map();
  const updates = Prisma.sql`
    SELECT member_id, kind FROM updates
    WHERE connection_id = ${connection} AND state = 'unknown' AND settled_at > ${since}
      AND (kind = 'subscribe' AND wanted_status = 'subscribed' OR kind IN ('unsubscribe', 'archive', 'withdraw'))`;
  const any = await db.$queryRaw<readonly unknown[]>`${updates} LIMIT 1`;
  if (any.length === 0) return new Map();
  const rows = await db.$queryRaw<readonly GivenUpRow[]>`
    WITH given_up AS MATERIALIZED (${updates})
    SELECT DISTINCT member.mailchimp_contact_id, member.address_key, CASE WHEN kind = 'subscribe' THEN 'in' ELSE 'out' END AS side
    FROM given_up JOIN members AS member ON member.id = given_up.member_id
    WHERE member.mailchimp_contact_id = ANY(${textArray(mailchimpContactIds)}) OR member.address_key = ANY(${textArray(addressKeys)})`;
  const givenUp = new Map<string, Set<Side>>();
  for (const row of rows) {
    for (const key of [row.mailchimp_contact_id ?? '', row.address_key])
      givenUp.set(key, (givenUp.get(key) ?? new Set()).add(row.side));
  }
  return givenUp;
}

interface GivenUpRow {
  readonly mailchimp_contact_id: string | null;
  readonly address_key: string;
  readonly side: Side;
}
