import type { ConnectionId } from '@mcsync/core/domain/ids';
import type { Db } from '@mcsync/core/store/db';
import { listRecordedReasons } from '@mcsync/core/store/recorded-reasons';
import type { Announcement } from './announcement.ts';
import { addressesOf, type Comparison, compareSides, type Explanation, explain } from './balance.ts';
import { readSides } from './read-sides.ts';

export interface Balance extends Comparison {
  /** One for each difference. */
  readonly explanations: readonly Explanation[];
}

/** Reads both sides as an outsider, compares them person by person, and looks up the reason on record for every difference. */
export async function takeBalance(db: Db, connection: ConnectionId, sandbox: Announcement): Promise<Balance> {
  const sides = await readSides(sandbox);
  const comparison = compareSides(sides);
  const records = await listRecordedReasons(db, connection, {
    contactIds: comparison.differences.flatMap((one) => (one.side === 'civicrm' ? one.contactId : [])),
    addresses: comparison.differences.flatMap(addressesOf),
  });
  const explanations = comparison.differences.map((difference) => explain(difference, records, sides));
  return { ...comparison, explanations };
}

/** Differences that nothing on record explains: there must be none. */
export const countUnexplained = ({ explanations }: Balance): number =>
  explanations.filter(({ kind }) => kind === 'unexplained').length;
