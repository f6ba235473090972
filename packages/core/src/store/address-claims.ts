import type { MemberId, SiteId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** An address for which a contact is to be created. */
export interface AddressClaim {
  readonly memberId: MemberId;
  readonly addressKey: string;
}

/** A claim outlives its holder's crash by so much at the most. */
const HELD_FOR = '10 minutes';

/**
 * Claims addresses of a site for creating contacts, over all connections (rules section 3). Gives those that were free, or ours, or whose holder's time is over; the
 * same address asked for twice is given once.
 */
export async function claimAddresses(
  db: Db,
  site: SiteId,
  claims: readonly AddressClaim[],
): Promise<ReadonlySet<MemberId>> {
  const rows = JSON.stringify(
    claims.map((claim) => ({ member_id: claim.memberId, address_key: claim.addressKey })),
  );
  const held = await db.$queryRaw<readonly { member_id: MemberId }[]>`
    INSERT INTO address_claims (site_id, address_key, member_id, held_until)
    SELECT DISTINCT ON (address_key) ${site}, address_key, member_id, now() + ${HELD_FOR}::interval
    FROM jsonb_to_recordset(${rows}::jsonb) AS wanted (member_id int, address_key text) ORDER BY address_key, member_id
    ON CONFLICT (site_id, address_key) DO UPDATE SET member_id = excluded.member_id, held_until = excluded.held_until
    WHERE address_claims.held_until < now() OR address_claims.member_id = excluded.member_id
    RETURNING member_id`;
  return new Set(held.map((row) => row.member_id));
}

export async function releaseAddresses(db: Db, site: SiteId, members: readonly MemberId[]): Promise<void> {
  await db.$executeRaw`DELETE FROM address_claims WHERE site_id = ${site} AND member_id = ANY(${[...members]})`;
}
