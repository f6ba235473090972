import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveHistory, type Step, type SyncStep } from '../../testing/live-history.ts';
import { openSmallInstallation, type SmallInstallation } from '../../testing/small-installation.ts';
import { CIVICRM_ACTS, MAILCHIMP_ACTS, type WorldAct } from '../../testing/world-acts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/instant.ts';

let installation: SmallInstallation & { close(): Promise<void> };
beforeAll(async () => {
  installation = await openSmallInstallation();
});
afterAll(() => installation.close());

const CONTACTS = 4;
const ADDRESSES = ['home', 'Work', 'club', 'shop'] as const;
const anyContact = fc.nat(CONTACTS - 1);
const anyAddress = fc.nat(ADDRESSES.length - 1);
const anyAct: fc.Arbitrary<WorldAct> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      where: fc.constant('mailchimp'),
      act: fc.constantFrom(...MAILCHIMP_ACTS),
      address: anyAddress,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      where: fc.constant('civicrm'),
      act: fc.constantFrom(...CIVICRM_ACTS),
      contact: anyContact,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      where: fc.constant('address'),
      act: fc.constant('is given an address'),
      contact: anyContact,
      address: anyAddress,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      where: fc.constant('merge'),
      act: fc.constant('is merged into'),
      contact: anyContact,
      into: anyContact,
    }),
  },
);

const anySync: fc.Arbitrary<SyncStep> = fc.record({
  kind: fc.constant('sync'),
  mode: fc.constantFrom('incremental', 'incremental', 'full'),
  kills: fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 3 }),
  faults: fc.constant([]),
  by: fc.constantFrom('one', 'one', 'two'),
  meanwhile: fc.array(fc.record({ stage: fc.nat(12), act: anyAct }), { maxLength: 2 }),
  updates: fc.constantFrom('settled', 'settled', 'sent', 'queued'),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('act'),
      afterMs: fc.constantFrom(0, MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS),
      act: anyAct,
    }),
  },
  { weight: 2, arbitrary: anySync },
);

const anyHistory = fc.record({
  holders: fc.array(fc.uniqueArray(anyAddress, { maxLength: 3 }), {
    minLength: CONTACTS,
    maxLength: CONTACTS,
  }),
  steps: fc.array(anyStep, { minLength: 3, maxLength: 25, size: 'max' }),
});

let histories = 0;
async function begin(holders: readonly (readonly number[])[], policies: readonly string[]) {
  const { sandbox } = installation;
  histories += 1;
  const listId = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'Newsletter' }).id;
  const groupId = sandbox.civicrm.world.createGroup(`Newsletter ${histories}`);
  const addresses = ADDRESSES.map((name) => `${name}${histories}@quarry.test`);
  const contacts = holders.map((held) =>
    sandbox.civicrm.world.createContact({
      firstName: 'Wilma',
      emails: held.map((at) => addresses[at] ?? ''),
    }),
  );
  const connection = await installation.connect({ listId, groupId }, policies);
  return new LiveHistory(installation, { sandbox, listId, groupId, addresses, contacts }, connection);
}

const QUIET: SyncStep = {
  kind: 'sync',
  mode: 'incremental',
  kills: [],
  faults: [],
  by: 'one',
  meanwhile: [],
  updates: 'settled',
};
const RUNS = Number(process.env['HISTORIES'] ?? 20);
const SEED = process.env['HISTORY_SEED'];

test('I1: after changes stop, two runs later both sides agree or say why not, and a further run writes nothing', {
  timeout: 36_000_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ holders, steps }) => {
      const history = await begin(holders, []);
      try {
        for (const step of steps) {
          if (step.kind === 'act') history.act(step);
          else await history.sync(step);
        }
        await history.quiet();
        await history.sync(QUIET);
        await history.sync(QUIET);
        const before = history.describe();
        await history.sync(QUIET);
        expect(history.describe()).toBe(before);
        expect(await live(history)).toEqual([]);
      } catch (error) {
        throw new Error(`${String(error)}\n${history.happened.join('\n')}`, { cause: error });
      } finally {
        await history.end();
      }
    }),
    { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
  );
});

async function live({ store, connection }: LiveHistory) {
  return await store.db.member.findMany({
    where: { connectionId: connection.id, syncStatus: { in: ['live', 'todo'] } },
  });
}
