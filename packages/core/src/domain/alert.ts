import type { ConnectionId } from './ids.ts';

/**
 * What an operator should know of a connection: it stopped with a fault; its last run failed; a plan waits for approval; a batch has been under way at Mailchimp for
 * hours; updates pile up that should have been sent.
 */
export const ALERT_KINDS = ['fault', 'run-failed', 'awaiting-approval', 'stuck-batch', 'backlog'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Something that is so now. One of a kind and connection at a time. */
export interface Matter {
  readonly connectionId: ConnectionId;
  readonly kind: AlertKind;
  /** Stable: an error code, or the kind. */
  readonly code: string;
  /** One sentence that says what to do; no personal data. */
  readonly message: string;
}

/** `opened`: it has begun. `recovered`: it is over. */
export type AlertEvent = 'opened' | 'recovered';

/** How operators are reached, besides the dashboard. */
export type AlertChannel = 'webhook' | 'mail';
