import type { MailchimpStatus } from './facts.ts';
import type { MemberCall } from './mailchimp-call.ts';

/** What an update does for somebody at Mailchimp. */
export type UpdateKind =
  | 'subscribe'
  | 'ask'
  | 'unsubscribe'
  | 'archive'
  | 'withdraw'
  | 'erase'
  | 'update'
  | 'move';

/**
 * Where an update stands. `queued`: may still be withdrawn. `submitted`: claimed and sent, or about to be. The others are settled: `confirmed`, Mailchimp says
 * what was wanted; `refused`, it will not; `differs`, it says something else, which is decided afresh; `unknown`, given up without knowing; `withdrawn`, a later
 * decision took its place before it was sent.
 */
export type UpdateState =
  | 'queued'
  | 'submitted'
  | 'confirmed'
  | 'refused'
  | 'differs'
  | 'unknown'
  | 'withdrawn';

/** An update as the rules want it. */
export interface PlannedUpdate {
  readonly kind: UpdateKind;
  /** In order: one a batch, the next after the former settled (rules section 8). */
  readonly calls: readonly [MemberCall, ...MemberCall[]];
  /** What Mailchimp must say at the end for the base to move; null: the member is to be gone. */
  readonly wantedStatus: MailchimpStatus | null;
}
