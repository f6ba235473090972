import { describe, expect, onTestFinished, test } from 'vitest';
import { startGateways } from '../../../testing/gateways-sandbox.ts';
import {
  CONTRACT_AUDIENCE,
  openRealMailchimp,
  type RealAccount,
  readRealAccount,
} from '../../../testing/real-mailchimp.ts';
import { subscriberHash } from '../../domain/email.ts';
import { audienceId } from '../../domain/ids.ts';
import { describeMailchimpContract } from './mailchimp.contract.ts';

const real = readRealAccount(process.env);
const SLOWEST_TEST_MS = 180_000;

describe.skipIf(real === null)(
  'on a real account (skipped without MAILCHIMP_TEST_API_KEY)',
  { timeout: SLOWEST_TEST_MS },
  () => {
    describeMailchimpContract('a real account', async () => {
      if (real === null) throw new Error('no real account is given');
      const { world, eraseAll } = await openRealMailchimp(real);
      onTestFinished(eraseAll, SLOWEST_TEST_MS);
      return world;
    });
  },
);

/** As if the sandbox were a real account. */
async function startAsReal(name = CONTRACT_AUDIENCE) {
  const { sandbox } = await startGateways();
  const { world, accountId, apiKey, baseUrl } = sandbox.mailchimp;
  const list = world.addAudience(accountId, { name });
  const addressPattern = 'somebody+{n}@oakfield-trust.test';
  const account: RealAccount = { apiKey, baseUrl, audience: audienceId(list.id), addressPattern };
  return { account, list, world };
}

describe('on a real account the contract is careful', () => {
  test('it erases whom it made', async () => {
    const { account, list } = await startAsReal();
    const { world, eraseAll } = await openRealMailchimp(account);
    for (const address of [world.newAddress(), world.newAddress()]) {
      const body = { email_address: address, status_if_new: 'subscribed' } as const;
      const call = { kind: 'put', key: subscriberHash(address), body } as const;
      await world.writer.sendCall(account.audience, call, new AbortController().signal);
    }
    world.newAddress(); // nobody is under this one
    expect(list.size).toBe(2);
    await eraseAll();
    expect([list.size, list.forgotten.size]).toEqual([0, 2]);
  });

  test('it touches no audience of another name, and none in which somebody is', async () => {
    const other = await startAsReal('Newsletter');
    await expect(openRealMailchimp(other.account)).rejects.toThrow('The audience is called "Newsletter"');
    const { account, list, world } = await startAsReal();
    world.seedMember(list.id, { email: 'wilma@oakfield-trust.test', status: 'archived' });
    await expect(openRealMailchimp(account)).rejects.toThrow('1 people are in the archived list');
  });

  test('it is played only where the environment names all of it', () => {
    expect(readRealAccount({})).toBeNull();
    expect(() => readRealAccount({ MAILCHIMP_TEST_API_KEY: 'k-us6' })).toThrow('are needed too');
  });
});
