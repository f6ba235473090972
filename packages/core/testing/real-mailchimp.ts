import { subscriberHash } from '../src/domain/email.ts';
import { type AudienceId, audienceId } from '../src/domain/ids.ts';
import { createMailchimp } from '../src/gateways/mailchimp/create-mailchimp.ts';
import type { MailchimpContractWorld } from '../src/gateways/mailchimp/mailchimp.contract.ts';
import type { MemberList } from '../src/gateways/mailchimp/mailchimp.ts';
import { TestLimiter } from './gateways-limiter.ts';

/** The only audience that the contract may be played on is one of this name: nobody's people are in it by mistake. */
export const CONTRACT_AUDIENCE = 'mcsync contract test';

/** A real account, as the environment tells it. */
export interface RealAccount {
  readonly apiKey: string;
  /** Where not Mailchimp itself. */
  readonly baseUrl?: string;
  readonly audience: AudienceId;
  /** Such as `somebody+{n}@charity.org`: addresses that Mailchimp takes and that reach somebody who knows of it. */
  readonly addressPattern: string;
}

/** Null where no real account is given; throws where only half of it is. */
export function readRealAccount(env: NodeJS.ProcessEnv): RealAccount | null {
  const apiKey = env['MAILCHIMP_TEST_API_KEY'] ?? '';
  const list = env['MAILCHIMP_TEST_AUDIENCE'] ?? '';
  const addressPattern = env['MAILCHIMP_TEST_ADDRESS'] ?? '';
  const baseUrl = env['MAILCHIMP_TEST_BASE_URL'];
  if (apiKey === '') return null;
  if (list === '' || !addressPattern.includes('{n}')) {
    throw new Error('MAILCHIMP_TEST_AUDIENCE, and MAILCHIMP_TEST_ADDRESS with {n} in it, are needed too');
  }
  return {
    apiKey,
    audience: audienceId(list),
    addressPattern,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

const LISTS: readonly MemberList[] = ['default', 'archived'];
let made = 0;

/**
 * The contract's world on a real account, and how whoever a test made is erased when it ends. Refuses an audience of another name and one
 * in which somebody is. An erased address never comes back, so each is used once.
 */
export async function openRealMailchimp(
  account: RealAccount,
): Promise<{ readonly world: MailchimpContractWorld; readonly eraseAll: () => Promise<void> }> {
  const { apiKey, baseUrl, audience, addressPattern } = account;
  const where = baseUrl === undefined ? {} : { baseUrl };
  const { reader, writer } = createMailchimp({
    ...where,
    apiKey,
    limiter: new TestLimiter(5),
    count: () => undefined,
  });
  const signal = new AbortController().signal;
  const info = await reader.fetchAudience(audience, signal);
  if (info?.name !== CONTRACT_AUDIENCE) {
    throw new Error(
      `The audience is called "${info?.name}". The contract is played on "${CONTRACT_AUDIENCE}" only.`,
    );
  }
  for (const list of LISTS) {
    const present = await reader.countMembers(audience, { list, window: null }, signal);
    if (present > 0)
      throw new Error(`${present} people are in the ${list} list of the audience. It has to be empty.`);
  }
  const addresses: string[] = [];
  const eraseAll = async (): Promise<void> => {
    for (const key of addresses.map(subscriberHash)) {
      if ((await reader.fetchMember(audience, key, signal)) === null) continue;
      await writer.sendCall(audience, { kind: 'delete-permanent', key }, signal);
    }
  };
  const newAddress = (): string => {
    made += 1;
    const address = addressPattern.replace('{n}', `${Date.now().toString(36)}x${made}`);
    addresses.push(address);
    return address;
  };
  return { world: { reader, writer, audience, newAddress, now: () => Date.now() }, eraseAll };
}
