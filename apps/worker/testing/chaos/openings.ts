import type { Step } from '@mcsync/core/step-boundary';
import type { Store } from '@mcsync/core/store/store';

/** Steps that are only passed after some trouble, each with what has to be on record for it. */
const OPENINGS = [
  { step: 'batch-deleted', isOpen: ({ overdue }) => overdue > 0 },
  { step: 'batch-adopted', isOpen: ({ claimed }) => claimed > 0 },
  { step: 'run-taken-over', isOpen: ({ jobless }) => jobless > 0 },
] as const satisfies readonly { readonly step: Step; readonly isOpen: (seen: Seen) => boolean }[];

interface Seen {
  /** Batches that Mailchimp has had for a day. */
  readonly overdue: number;
  /** Batches that Mailchimp may have, without our having heard of it. */
  readonly claimed: number;
  /** Runs of which no job has begun anything. */
  readonly jobless: number;
}

/** Which of the steps that mend something would be passed soon by somebody who starts now. */
export async function listOpenings(db: Store['db']): Promise<readonly Step[]> {
  const [seen] = await db.$queryRaw<readonly Seen[]>`
    SELECT
      (SELECT count(*)::int FROM batches WHERE state = 'submitted' AND claimed_at < now() - interval '1 day') AS overdue,
      (SELECT count(*)::int FROM batches WHERE state = 'claimed') AS claimed,
      (SELECT count(*)::int FROM runs WHERE state = 'planning'
        AND NOT EXISTS (SELECT FROM run_stages WHERE run_id = runs.id AND state <> 'waiting')) AS jobless`;
  return OPENINGS.flatMap(({ step, isOpen }) => (seen !== undefined && isOpen(seen) ? step : []));
}
