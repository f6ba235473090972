import type { ConnectionId } from '../domain/ids.ts';
import { CATEGORIES, CATEGORY_SYSTEM } from '../domain/plan.ts';
import type { Db } from './db.ts';
import type { Run } from './runs.ts';

/** A connection on one day. */
export interface DailySize {
  /** Midnight, UTC. */
  readonly day: Date;
  /** People subscribed at Mailchimp. */
  readonly mailchimp: number;
  /** People in the CiviCRM group. */
  readonly civicrm: number;
  /** People whom we changed on that day. */
  readonly changedAtMailchimp: number;
  readonly changedInCivicrm: number;
}

const categoriesOf = (system: 'mailchimp' | 'civicrm'): string[] =>
  CATEGORIES.filter((category) => CATEGORY_SYSTEM[category] === system);

/** Keeps how large both sides were when a run began, and what was changed today so far; the last run of a day counts. May run twice. */
export async function recordDailySize(
  tx: Db,
  { connectionId, totals }: Pick<Run, 'connectionId' | 'totals'>,
): Promise<void> {
  const inMailchimp = categoriesOf('mailchimp');
  const inCivicrm = categoriesOf('civicrm');
  await tx.$executeRaw`
    INSERT INTO daily_sizes (connection_id, day, mailchimp, civicrm, changed_at_mailchimp, changed_in_civicrm)
    SELECT ${connectionId}, (now() AT TIME ZONE 'UTC')::date, ${totals.mailchimp}, ${totals.civicrm},
      count(*) FILTER (WHERE category = ANY(${inMailchimp}))::int, count(*) FILTER (WHERE category = ANY(${inCivicrm}))::int
    FROM decisions
    WHERE connection_id = ${connectionId} AND state = 'applied' AND category = ANY(${[...inMailchimp, ...inCivicrm]})
      AND applied_at >= (now() AT TIME ZONE 'UTC')::date
    ON CONFLICT (connection_id, day) DO UPDATE SET mailchimp = excluded.mailchimp, civicrm = excluded.civicrm,
      changed_at_mailchimp = excluded.changed_at_mailchimp, changed_in_civicrm = excluded.changed_in_civicrm`;
}

/** The days on which a run finished, oldest first, since a moment. */
export async function listDailySizes(
  db: Db,
  connection: ConnectionId,
  since: Date,
): Promise<readonly DailySize[]> {
  return await db.dailySize.findMany({
    where: { connectionId: connection, day: { gte: since } },
    orderBy: { day: 'asc' },
    omit: { connectionId: true },
  });
}
