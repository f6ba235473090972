import type { ContactId } from './ids.ts';
import type { Instant } from './instant.ts';

/** How many of the newest rows of the groups' history are kept whole (rules E26). */
export const TAIL_ROWS = 50;

/** One row of CiviCRM's history, whole: what it is compared by in the next run. */
export interface TailRow {
  readonly id: number;
  readonly contactId: ContactId;
  /** Null: a domain-wide opt-out. */
  readonly groupId: number | null;
  readonly status: string;
  readonly at: Instant;
}
