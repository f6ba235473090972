import type { CallLimiter, CallSlot } from '../domain/call-limiter.ts';
import { SECOND_MS } from '../domain/instant.ts';
import { orAborted } from '../gateways/attempt.ts';
import { type CivicrmCatalogue, createCivicrmCatalogue } from '../gateways/civicrm/catalogue.ts';
import type { CivicrmReader } from '../gateways/civicrm/civicrm.ts';
import { createCivicrm } from '../gateways/civicrm/create-civicrm.ts';
import { type ContactView, NO_CONTACT_VIEW } from '../gateways/civicrm/profile.ts';
import { createMailchimpCatalogue, type MailchimpCatalogue } from '../gateways/mailchimp/catalogue.ts';
import { createMailchimp } from '../gateways/mailchimp/create-mailchimp.ts';
import type { MailchimpReader } from '../gateways/mailchimp/mailchimp.ts';
import { type MemberView, NO_VIEW } from '../gateways/mailchimp/profile.ts';
import type { RetryPolicy } from '../gateways/retry.ts';

/** Somebody is waiting for the answer: one more try, and no long silence. */
const RETRIES: RetryPolicy = { retries: 1, firstPauseMs: SECOND_MS / 2, longestPauseMs: 2 * SECOND_MS };
const TIME_LIMIT_MS = 20 * SECOND_MS;

/**
 * How Mailchimp is asked in set-up: one call at a time, beside the workers' call slots rather than in one of them. Those are rows of the database, and a check writes nothing; and Mailchimp
 * allows two connections more than the workers take (durability rule 6). Throws `UsageError` where the key or the base URL cannot be one. */
export function readMailchimp(
  account: {
    readonly apiKey: string;
    readonly baseUrl: string;
  },
  view: MemberView = NO_VIEW,
): MailchimpReader {
  return createMailchimp({ ...account, ...SETTINGS, view, limiter: oneByOne() }).reader;
}

/** How a site is asked in set-up: one call at a time, too. Throws `UsageError` where the address or the key cannot be one. */
export function readCivicrm(
  site: { readonly apiKey: string; readonly url: string },
  view: ContactView = NO_CONTACT_VIEW,
): CivicrmReader {
  return createCivicrm({ ...site, ...SETTINGS, view, limiter: oneByOne() }).reader;
}

/** What there is to be picked from in an account; asked as `readMailchimp` asks. */
export function browseMailchimp(account: {
  readonly apiKey: string;
  readonly baseUrl: string;
}): MailchimpCatalogue {
  return createMailchimpCatalogue({ ...account, ...SETTINGS, limiter: oneByOne() });
}

/** What there is to be picked from on a site; asked as `readCivicrm` asks. */
export function browseCivicrm(site: { readonly apiKey: string; readonly url: string }): CivicrmCatalogue {
  return createCivicrmCatalogue({ ...site, ...SETTINGS, limiter: oneByOne() });
}

const SETTINGS = {
  count: () => undefined,
  retries: RETRIES,
  timeLimitMs: TIME_LIMIT_MS,
  // Rows of any installation count as ours: good enough for whoever only looks.
  ourTracking: 'mcsync:',
  now: Date.now,
};

/** A limiter of one reader alone: a queue of promises, in which each call waits for the one before it. */
function oneByOne(): CallLimiter {
  let last = Promise.resolve();
  return {
    async acquire(signal): Promise<CallSlot> {
      const before = last;
      const { promise, release } = makeTurn();
      last = before.then(() => promise);
      try {
        await orAborted(before, signal);
      } catch (error) {
        await release();
        throw error;
      }
      return { release, abandon: release };
    },
  };
}

function makeTurn() {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, release: async () => end() };
}
