import { expect, onTestFinished, test } from 'vitest';
import { act } from './people.ts';
import { Random } from './random.ts';
import { countState } from './sandbox-state.ts';
import { populateCharity } from './scenario.ts';
import { startSandbox } from './start-sandbox.ts';

async function charity() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  sandbox.clock.freeze();
  populateCharity(sandbox, { people: 300 });
  return sandbox;
}

test('every act changes something, and says so without naming anybody', async () => {
  const sandbox = await charity();
  const random = new Random(3);
  const addresses = sandbox.civicrm.world.tables.emails.all().map(({ email }) => email);
  for (let count = 0; count < 200; count += 1) {
    sandbox.clock.advance(1000);
    const before = snapshot(sandbox);
    const said = act(sandbox, random);
    expect(snapshot(sandbox)).not.toBe(before);
    expect(said).toMatch(/^(Somebody|Staff|An administrator|Mail) /);
    expect(addresses.some((address) => said.includes(address))).toBe(false);
  }
});

function snapshot({ mailchimp, civicrm }: Awaited<ReturnType<typeof charity>>): string {
  const [audience] = mailchimp.world.account(mailchimp.accountId).audiences.values();
  const members = [...(audience?.members() ?? [])].map(({ email, status, lastChanged }) => [
    email,
    status,
    lastChanged,
  ]);
  const { contacts, history } = civicrm.world.tables;
  return JSON.stringify([members, contacts.all(), history.all().length]);
}

test('the same luck leads to the same acts', async () => {
  const [one, two] = await Promise.all([charity(), charity()]);
  const acts = [one, two].map((sandbox) => {
    const random = new Random(11);
    return Array.from({ length: 50 }, () => act(sandbox, random));
  });
  expect(acts[0]).toEqual(acts[1]);
});

test('every kind of act comes up in the long run', async () => {
  const sandbox = await charity();
  const random = new Random(5);
  const said = new Set(Array.from({ length: 400 }, () => act(sandbox, random)));
  expect(said.size).toBe(15);
  expect(countState(sandbox).civicrm.trashed).toBeGreaterThan(0);
});

test('an empty sandbox has no place for anybody to act in', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  expect(() => act(sandbox, new Random(1))).toThrow('populate it first');
});
