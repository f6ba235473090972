import { type SandboxOptions, startSandbox } from '@mcsync/sandbox/start-sandbox';
import { onTestFinished } from 'vitest';
import { audienceId, contactId, groupId } from '../src/domain/ids.ts';
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
  const group = groupId(sandbox.civicrm.world.createGroup('Friends'));
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

export type GatewayWorld = Awaited<ReturnType<typeof startGateways>>;
export type GatewayOptions = Parameters<typeof startGateways>[0];

/** An address that no error and no log may show. */
export const WILMA = 'wilma.wanderer@oakfield-trust.test';

/** With Wilma subscribed to the audience; `call` unsubscribes her. */
export async function startWithMember(options?: GatewayOptions) {
  const world = await startGateways(options);
  const seed = { email: WILMA, status: 'subscribed' } as const;
  const wilma = world.sandbox.mailchimp.world.seedMember(world.list.id, seed);
  const call = { kind: 'patch', key: wilma.contactId, body: { status: 'unsubscribed' } } as const;
  return { ...world, wilma, call };
}

/** With so many contacts, each with an address, all in the group where `status` says so. The first is Wilma. */
export async function startWithContacts(count: number, status: 'Added' | null, options?: GatewayOptions) {
  const world = await startGateways(options);
  const site = world.sandbox.civicrm.world;
  const ids = Array.from({ length: count }, (_, index) => {
    const email = index === 0 ? WILMA : `n${index}@oakfield-trust.test`;
    return contactId(site.createContact({ firstName: `N${index}`, emails: [email] }));
  });
  if (status === 'Added') for (const id of ids) site.addToGroup(world.group, id);
  return { ...world, site, ids, wilma: ids[0] ?? contactId(0) };
}
export type ContactsWorld = Awaited<ReturnType<typeof startWithContacts>>;
