import type { Fault } from '@mcsync/sandbox/faults';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWorlds } from '../../testing/describe-worlds.ts';
import {
  type ActStep,
  type ActsStep,
  LiveHistory,
  type Step,
  type SyncStep,
} from '../../testing/live-history.ts';
import {
  countSubscribing,
  expectNoMailTwice,
  expectOwnWillKept,
  expectRemovalsOnRecord,
} from '../../testing/live-invariants.ts';
import { openSmallInstallation, type SmallInstallation } from '../../testing/small-installation.ts';
import { type Household, KINDS_OF_ACTS } from '../../testing/world-acts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/instant.ts';

/*
 * Random histories of people and staff on both sides, with syncs, crashes, faults and second processes at random moments, on real PostgreSQL and the sandbox's servers. A household is a
 * history of its own: it shares nobody with the others, only the connection that is synced. HISTORIES=2000 for as many, HISTORY_SEED=… for others; what fails prints a path, and HISTORY_PATH=… plays it again.
 */

/** Every history has at least so many steps. */
const STEPS = { least: 44, most: 52 };
const HOUSEHOLDS = 100;
const CONTACTS = 4;
const ADDRESSES = ['home', 'Work', 'club', 'ünïcode'] as const;

const anyAct: fc.Arbitrary<ActStep> = fc.record({
  act: fc.nat(KINDS_OF_ACTS - 1),
  who: fc.nat(11),
  other: fc.nat(11),
});

const FAULTS: readonly Fault[] = [
  { system: 'mailchimp', kind: 'rate-limit' },
  { system: 'mailchimp', kind: 'html-200', times: 20 },
  { system: 'mailchimp', kind: 'truncated-json', times: 20 },
  { system: 'mailchimp', kind: 'drop-rows', path: '/members', share: 0.5, times: 20 },
  { system: 'mailchimp', kind: 'reset-after', method: 'POST' },
  { system: 'mailchimp', kind: 'reset-after', method: 'PUT' },
  { system: 'civicrm', kind: 'bad-gateway-html' },
  { system: 'civicrm', kind: 'html-200', times: 20 },
  { system: 'civicrm', kind: 'drop-rows', path: 'GroupContact', share: 0.5, times: 20 },
  { system: 'civicrm', kind: 'reset-after', path: 'GroupContact/save' },
  { system: 'civicrm', kind: 'reset-after', path: 'Contact/create' },
];

const anySync: fc.Arbitrary<SyncStep> = fc.record({
  kind: fc.constant('sync'),
  mode: fc.constantFrom('incremental', 'incremental', 'full'),
  kills: fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 2 }),
  faults: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 2 }) },
  ),
  by: fc.constantFrom('one', 'one', 'one', 'two'),
  meanwhile: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc
          .tuple(anyAct, fc.nat(12), fc.nat(HOUSEHOLDS - 1))
          .map(([act, stage, household]) => ({ ...act, stage, household })),
        { maxLength: 6 },
      ),
    },
  ),
  updates: fc.constantFrom('settled', 'settled', 'sent', 'queued'),
});

const anyActs: fc.Arbitrary<ActsStep> = fc.record({
  kind: fc.constant('acts'),
  afterMs: fc.constantFrom(0, MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS),
  acts: fc.array(anyAct, { minLength: HOUSEHOLDS, maxLength: HOUSEHOLDS }),
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: anyActs },
  { weight: 1, arbitrary: anySync },
);

/** Which addresses each contact holds at first, by household. */
const anyHolders = fc.array(
  fc.array(fc.uniqueArray(fc.nat(ADDRESSES.length - 1), { maxLength: 3 }), {
    minLength: CONTACTS,
    maxLength: CONTACTS,
  }),
  { minLength: HOUSEHOLDS, maxLength: HOUSEHOLDS },
);

const anyHistories = fc.record({
  holders: anyHolders,
  steps: fc.array(anyStep, { minLength: STEPS.least, maxLength: STEPS.most, size: 'max' }),
});

let installation: SmallInstallation & { close(): Promise<void> };
/** Somebody else's: no run of ours may touch it (I6). */
let bystanders: { readonly listId: string; readonly groupId: number };
beforeAll(async () => {
  installation = await openSmallInstallation();
  bystanders = addBystanders(installation);
});
afterAll(() => installation.close());

function addBystanders({ sandbox }: SmallInstallation) {
  const { mailchimp, civicrm } = sandbox;
  const listId = mailchimp.world.addAudience(mailchimp.accountId, { name: 'Others' }).id;
  const groupId = civicrm.world.createGroup('Others');
  for (const name of ['ann', 'bob', 'cid']) {
    mailchimp.world.people.signUp(listId, { email: `${name}@others.test` });
    civicrm.world.addToGroup(groupId, civicrm.world.createContact({ emails: [`${name}@elsewhere.test`] }));
  }
  return { listId, groupId };
}

let begun = 0;
async function begin(holders: readonly (readonly (readonly number[])[])[]): Promise<LiveHistory> {
  const { sandbox } = installation;
  begun += 1;
  const listId = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'News' }).id;
  const groupId = sandbox.civicrm.world.createGroup(`News ${begun}`);
  const households = holders.map((held, number): Household => {
    const addresses = ADDRESSES.map((name) => `${name}${begun}x${number}@quarry.test`);
    const contacts = held.map((ones) =>
      sandbox.civicrm.world.createContact({
        firstName: 'Wilma',
        emails: ones.map((at) => addresses[at] ?? ''),
      }),
    );
    const past = { leftByOwnWill: new Set<number>(), actsThatMayAsk: 0 };
    return { sandbox, listId, groupId, addresses, contacts, past };
  });
  const connection = await installation.connect({ listId, groupId }, []);
  return new LiveHistory(installation, households, connection);
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

const HISTORIES = Number(process.env['HISTORIES'] ?? 100);
/** The same histories each time, so that a failure is about the change at hand; others by HISTORY_SEED. */
const { HISTORY_SEED: SEED = '20261128', HISTORY_PATH: PATH } = process.env;

test('I1–I7: random histories on both sides, with crashes anywhere, end agreed or on record, and keep every invariant', {
  timeout: 36_000_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyHistories, async ({ holders, steps }) => {
      const others = describeWorlds(installation.sandbox, bystanders);
      const history = await begin(holders);
      try {
        for (const step of steps) await take(history, step);
        await history.quiet();
        await take(history, QUIET);
        await take(history, QUIET);
        const before = history.describe();
        await take(history, QUIET);
        expect(history.describe(), 'I1, I7: a further sync writes nothing').toBe(before);
        await expectSettled(history);
        await expectInvariants(history);
        expect(describeWorlds(installation.sandbox, bystanders), 'I6: others').toBe(others);
      } catch (error) {
        throw new Error(`${String(error)}\n${tell(history, error)}`, { cause: error });
      } finally {
        await history.end();
      }
    }),
    {
      numRuns: Math.ceil(HISTORIES / HOUSEHOLDS),
      endOnFailure: PATH === undefined,
      seed: Number(SEED),
      ...(PATH !== undefined && { path: PATH }),
    },
  );
});

async function take(history: LiveHistory, step: Step): Promise<void> {
  if (step.kind === 'acts') {
    history.act(step);
    return;
  }
  const { audienceId } = history.connection;
  const before = countSubscribing(installation.sandbox, audienceId);
  await history.sync(step);
  // What happens in the middle of a run may be later than what the run had read.
  if (step.meanwhile.length > 0) return;
  for (const household of history.households) expectOwnWillKept(household, before);
}

async function expectInvariants({ households, store, connection }: LiveHistory): Promise<void> {
  for (const household of households) expectNoMailTwice(household);
  const [first] = households;
  if (first !== undefined) await expectRemovalsOnRecord(store.db, connection.id, installation.id, first);
}

/** I1: nobody is left who is neither agreed nor on record. */
async function expectSettled({ store, connection }: LiveHistory): Promise<void> {
  const open = await store.db.member.findMany({
    where: { connectionId: connection.id, syncStatus: { in: ['live', 'todo'] } },
  });
  const told = open.map((row) => JSON.stringify(row)).join('\n'); // whole: a matcher would cut it
  if (open.length > 0) throw new Error(`I1: neither agreed nor on record:\n${told}`);
}

/** What happened to the households that an error names, and to the syncs; where it names none, all of it. */
function tell({ happened }: LiveHistory, error: unknown): string {
  const named = new Set(
    [...String(error).matchAll(/x(\d+)@quarry\.test/g)].map(([, number]) => Number(number)),
  );
  const concerns = ({ household }: { readonly household: number | null }) =>
    named.size === 0 || household === null || named.has(household);
  return happened
    .filter(concerns)
    .map(({ text }) => text)
    .join('\n');
}
