import type { CivicrmWorld } from './civicrm/civicrm-world.ts';
import type { SandboxClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { MailchimpService } from './mailchimp/mailchimp-service.ts';
import type { MailchimpWorld } from './mailchimp/mailchimp-world.ts';
import type { RequestLog } from './request-log.ts';

/** Both worlds and what stands around them, without the server. */
export interface SandboxParts {
  readonly mailchimp: {
    readonly world: MailchimpWorld;
    /** The account that `apiKey` opens. */
    readonly accountId: string;
    readonly apiKey: string;
    /** Its batches and webhooks, which go on by the clock. */
    readonly service: MailchimpService;
  };
  readonly civicrm: {
    readonly world: CivicrmWorld;
    /** Of the caller `service`, who has the rights that civicrm-api.md 1.4 recommends. */
    readonly apiKey: string;
  };
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
}

/** A running sandbox. */
export interface Sandbox extends SandboxParts {
  /** Such as `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly mailchimp: SandboxParts['mailchimp'] & {
    /** Everything up to and including `/3.0`. */
    readonly baseUrl: string;
  };
  readonly civicrm: SandboxParts['civicrm'] & {
    /** Everything before `/civicrm`. */
    readonly url: string;
  };
  /** Ends every connection at once and stops listening. May be called twice. */
  close(): Promise<void>;
}
