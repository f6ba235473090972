import { type SandboxOptions, startSandbox } from '@mcsync/sandbox/start-sandbox';
import { onTestFinished } from 'vitest';
import { audienceId } from '../src/domain/ids.ts';
import type { CivicrmOptions } from '../src/gateways/civicrm/client.ts';
import { createCivicrm } from '../src/gateways/civicrm/create-civicrm.ts';
import type { MailchimpOptions } from '../src/gateways/mailchimp/client.ts';
import { createMailchimp } from '../src/gateways/mailchimp/create-mailchimp.ts';
import type { RetryPolicy } from '../src/gateways/retry.ts';
import { TestLimiter } from './gateways-limiter.ts';

/** Repeats at once, as often as the real policy. */
export const EAGER: RetryPolicy = { retries: 4, firstPauseMs: 1, longestPauseMs: 50 };

export const OUR_TRACKING = 'mcsync:test:';

/** How many requests went out to each system. */
export interface RequestCounts {
  mailchimp: number;
  civicrm: number;
}

/** Never fires. */
export const never = (): AbortSignal => new AbortController().signal;

/**
 * Both gateways against a sandbox of their own, with one audience and one group; closed when the test ends. Options replace what the gateways are made with.
 */
export async function startGateways(
  options: {
    readonly sandbox?: SandboxOptions;
    readonly mailchimp?: Partial<MailchimpOptions>;
    readonly civicrm?: Partial<CivicrmOptions>;
  } = {},
) {
  const sandbox = await startSandbox(options.sandbox);
  onTestFinished(() => sandbox.close());
  const limiter = new TestLimiter();
  const requests: RequestCounts = { mailchimp: 0, civicrm: 0 };
  const shared = {
    limiter,
    retries: EAGER,
    count: (system: keyof RequestCounts) => {
      requests[system] += 1;
    },
  };
  const { baseUrl, apiKey, accountId, world } = sandbox.mailchimp;
  const list = world.addAudience(accountId, { name: 'Friends' });
  const group = sandbox.civicrm.world.createGroup('Friends');
  return {
    sandbox,
    limiter,
    requests,
    list,
    audience: audienceId(list.id),
    group,
    mailchimp: createMailchimp({ ...shared, baseUrl, apiKey, ...options.mailchimp }),
    civicrm: createCivicrm({
      ...shared,
      url: sandbox.civicrm.url,
      apiKey: sandbox.civicrm.apiKey,
      ourTracking: OUR_TRACKING,
      now: () => sandbox.clock.now(),
      ...options.civicrm,
    }),
  };
}
