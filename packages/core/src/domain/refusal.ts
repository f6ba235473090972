import type { Instant } from './instant.ts';

/** Why both sides cannot agree on somebody. What to do about each is in docs/rules.md. */
export const REFUSAL_REASONS = [
  'compliance',
  'cleaned',
  'forgotten',
  'on-hold',
  'no-email',
  'rejected',
  'flagged',
  'in-trash',
  'erased',
  'undated',
  'later-removal',
  'links-disagree',
  'unknown-status',
  'already-asked',
  'plan-rejected',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Why both sides cannot agree on somebody, and what to look at before trying again (rules 2.3). */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Of the facts a refusal rests on; while it is the same, the refusal stands. */
  readonly fingerprint: string;
  /** Only for refusals that pass ("too many sign-ups"). */
  readonly retryAt: Instant | null;
}
