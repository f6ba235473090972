/** Below this many people a side may lose everybody without being suspicious. */
const SUSPICIOUS_FROM = 20;
/** What is left of a side at the least, between two runs, for it to be believed at the first read. */
const BELIEVABLE_SHARE = 0.5;

/**
 * E23: an answer too small to be true (0 members of 40,000; a group suddenly empty). Such an answer is read a second time before anything rests on it.
 * `before` is how many we knew to be in, `now` how many the system says.
 */
export function isShrinkImpossible(before: number, now: number): boolean {
  return before >= SUSPICIOUS_FROM && now < before * BELIEVABLE_SHARE;
}

/**
 * E24: what is seen against the count that CiviCRM makes regardless of rights (civicrm-api.md 1.8). Rows of trashed contacts are in the one and may not be in
 * the other, so only a large gap shows that rights are missing.
 */
export function isViewIncomplete(seenAdded: number, contactCount: number | null): boolean {
  return (
    contactCount !== null &&
    contactCount - seenAdded > Math.max(SUSPICIOUS_FROM, contactCount * BELIEVABLE_SHARE)
  );
}

/** A listing against the total that came with it: distinct ids must add up (rules section 8). People who change while we read may be missing or come twice. */
export type ReadVerdict = 'complete' | 'read-again' | 'incomplete';

/** `attempt` counts from 1; a listing that never adds up fails the run. */
export function assessRead(distinct: number, totals: readonly number[], attempt: number): ReadVerdict {
  // Without a total nothing is verified.
  if (totals.length > 0 && totals.every((total) => total === distinct)) return 'complete';
  return attempt < MOST_READS ? 'read-again' : 'incomplete';
}

const MOST_READS = 3;
