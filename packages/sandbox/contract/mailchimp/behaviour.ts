import type { MailchimpSettings } from '../../src/mailchimp/settings.ts';
import type { TestMailchimp } from '../../testing/start-mailchimp.ts';

/** A sentence of the reference that can be checked on a running sandbox of its own. */
export interface Behaviour {
  /** Begins with the section of mailchimp-api.md. */
  readonly says: string;
  readonly settings?: Partial<MailchimpSettings>;
  /** Throws where it is not so. */
  readonly check: (mailchimp: TestMailchimp) => Promise<void>;
}

export const behaviour = (
  says: string,
  check: Behaviour['check'],
  settings: Partial<MailchimpSettings> = {},
): Behaviour => ({ says, check, settings });
