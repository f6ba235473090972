import type { Instant } from './instant.ts';

/** What an incremental fetch asks for; both ends are exclusive at Mailchimp, in whole seconds (rules section 9). */
export interface FetchWindow {
  readonly since: Instant;
  /** Null: up to now. */
  readonly before: Instant | null;
}
