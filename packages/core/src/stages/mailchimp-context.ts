import type { Instant } from '../domain/instant.ts';
import type { CivicrmReader } from '../gateways/civicrm/civicrm.ts';
import type { MailchimpReader, MailchimpWriter } from '../gateways/mailchimp/mailchimp.ts';
import type { Connection } from '../store/connections.ts';
import type { Store } from '../store/store.ts';

/** What batching, polling and settling are given for one connection. They belong to no run's lease: each update is settled once, whoever gets to it. */
export interface MailchimpContext {
  readonly store: Store;
  readonly connection: Connection;
  readonly installationId: string;
  readonly mailchimp: MailchimpReader;
  readonly mailchimpWriter: MailchimpWriter;
  readonly civicrm: CivicrmReader;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
}
