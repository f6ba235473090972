import { randomInt } from 'node:crypto';
import type { Fault } from '@mcsync/sandbox/faults';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWorlds, expectSameText } from '../../testing/describe-worlds.ts';
import type { Household, HouseholdInterest } from '../../testing/household.ts';
import {
  type ActStep,
  type ActsStep,
  LiveHistory,
  PLAIN_SYNC,
  type Step,
  type SyncStep,
} from '../../testing/live-history.ts';
import {
  countSubscribing,
  expectNoMailTwice,
  expectOwnWillKept,
  expectRemovalsOnRecord,
  expectSettled,
} from '../../testing/live-invariants.ts';
import { ProfileWatch } from '../../testing/profile-watch.ts';
import { openSmallInstallation, type SmallInstallation } from '../../testing/small-installation.ts';
import { tellHistory } from '../../testing/tell-history.ts';
import { KINDS_OF_ACTS } from '../../testing/world-acts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { DEFAULT_MAPPINGS } from '../domain/pairings.ts';

/*
 * Random histories of people and staff on both sides, with syncs, crashes, faults and second processes at random moments, on real PostgreSQL and the sandbox's servers. A household is a
 * history of its own: it shares nobody with the others, only the connection that is synced.
 *
 * Where CI is set 2,000 are played, one connection of 250 after the other, else one; HISTORIES=4000 plays as many as that, HISTORY_SEED=7 plays others, HISTORY_SEED=random others each time. What fails says how it is played again: HISTORY_SEED and HISTORY_PATH for the
 * whole connection; with HISTORY_HOUSEHOLD for one household alone, from which fast-check then takes away what the failure does not need.
 */

/** Every history has at least so many steps. */
const STEPS = { least: 44, most: 52 };
const CONTACTS = 4;
const ADDRESSES = ['home', 'Work', 'club', 'ünïcode'] as const;
const INTERESTS = 3;

const { HISTORY_SEED, HISTORY_PATH: PATH, HISTORY_HOUSEHOLD } = process.env;
const HISTORIES = Number(process.env['HISTORIES'] ?? (process.env['CI'] === undefined ? 250 : 2000));
/** The same histories each time, also in CI: so a failure is about the change at hand, and whoever made it can play it. */
const SEED = HISTORY_SEED === 'random' ? randomInt(2 ** 31) : Number(HISTORY_SEED ?? 20261128);
/** So many share a connection: what a sync costs by itself is paid once for all of them. */
const HOUSEHOLDS = 250;
/** The only one to be played; null: all. */
const ONLY = HISTORY_HOUSEHOLD === undefined ? null : Number(HISTORY_HOUSEHOLD);

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

/** Which addresses the contacts of a household hold at first: any, or each one of their own. */
const anyHolders = fc.oneof(
  fc.array(fc.uniqueArray(fc.nat(ADDRESSES.length - 1), { maxLength: 3 }), {
    minLength: CONTACTS,
    maxLength: CONTACTS,
  }),
  fc.constant(Array.from({ length: CONTACTS }, (_, at) => [at])),
);

const anyHistories = fc.record({
  holders: fc.array(anyHolders, { minLength: HOUSEHOLDS, maxLength: HOUSEHOLDS }),
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
  const interests = addInterests(listId);
  const households = holders.map((held, number) => (): Household => {
    const addresses = ADDRESSES.map((name) => `${name}${begun}x${number}@quarry.test`);
    const contacts = held.map((ones) =>
      sandbox.civicrm.world.createContact({
        firstName: 'Wilma',
        emails: ones.map((at) => addresses[at] ?? ''),
      }),
    );
    const past = { leftByOwnWill: new Set<number>(), actsThatMayAsk: 0 };
    return { sandbox, listId, groupId, interests, addresses, contacts, past };
  });
  const connection = await installation.connect({ listId, groupId }, [], {
    interests: interests.map(({ id, groupId: group }) => ({ interestId: id, groupId: group })),
    mappings: DEFAULT_MAPPINGS,
  });
  return new LiveHistory(
    installation,
    onlyOne(households).map((move) => move()),
    connection,
  );
}

function addInterests(listId: string): readonly HouseholdInterest[] {
  const { mailchimp, civicrm } = installation.sandbox;
  const book = mailchimp.world.audience(listId).interests;
  const category = book.addCategory('Interests', 'checkboxes');
  return Array.from({ length: INTERESTS }, (_, at) => ({
    id: book.add(category.id, `Interest ${at}`).id,
    groupId: civicrm.world.createGroup(`Interest ${at} of news ${begun}`),
  }));
}

const onlyOne = <One>(all: readonly One[]): readonly One[] =>
  ONLY === null ? all : all.slice(ONLY, ONLY + 1);

/** Where one household is played alone, what happens in it, and the syncs. */
function stepFor(step: Step): Step {
  if (ONLY === null) return step;
  return step.kind === 'acts'
    ? { ...step, acts: onlyOne(step.acts) }
    : { ...step, meanwhile: step.meanwhile.filter(({ household }) => household === ONLY) };
}

const QUIET: SyncStep = { ...PLAIN_SYNC, updates: 'settled' };

/** How often one side had changed an interest and the other side another one, between two syncs. */
let metLostUpdates = 0;

const anyPlay = fc.asyncProperty(anyHistories, async ({ holders, steps }) => {
  const others = describeWorlds(installation.sandbox, bystanders);
  const history = await begin(holders);
  const watch = new ProfileWatch(history);
  try {
    for (const step of steps) await take(history, watch, stepFor(step));
    await history.quiet();
    await take(history, watch, QUIET);
    await take(history, watch, QUIET);
    const before = history.describe();
    await take(history, watch, QUIET);
    expectSameText(before, history.describe(), 'I1, I7: a further sync writes nothing');
    await expectSettled(history.store.db, history.connection.id);
    await watch.expectAgreed();
    await expectInvariants(history);
    expectSameText(others, describeWorlds(installation.sandbox, bystanders), 'I6: others');
    metLostUpdates += watch.metLostUpdates;
  } catch (error) {
    throw new Error(`${String(error)}\n${await tellHistory(history, error)}`, { cause: error });
  } finally {
    await history.end();
  }
});

test('I1–I7, 4: random histories on both sides, with crashes anywhere, end agreed or on record, and keep every invariant', {
  timeout: 36_000_000,
}, async () => {
  const played = await fc.check(anyPlay, {
    numRuns: Math.ceil(HISTORIES / HOUSEHOLDS),
    endOnFailure: ONLY === null,
    seed: SEED,
    ...(PATH !== undefined && { path: PATH }),
  });
  if (played.failed) throw new Error(`${replayOf(played)}\n${String(played.errorInstance)}`);
  // Otherwise nobody would have looked whether both survive.
  if (PATH === undefined) expect(metLostUpdates, '4: changes on both sides').toBeGreaterThan(0);
});

/** How a failure is played again. */
function replayOf({
  seed,
  counterexamplePath,
}: Pick<fc.RunDetails<unknown>, 'seed' | 'counterexamplePath'>): string {
  const given = `HISTORY_SEED=${seed} HISTORY_PATH=${counterexamplePath ?? ''}`;
  return `Play it again: ${given} npm test -- histories.pg; with HISTORY_HOUSEHOLD=… only that household (of x7@quarry.test it is 7), and as few steps as will do.`;
}

async function take(history: LiveHistory, watch: ProfileWatch, step: Step): Promise<void> {
  if (step.kind === 'acts') {
    history.act(step);
    return;
  }
  const { audienceId } = history.connection;
  const before = countSubscribing(installation.sandbox, audienceId);
  const wasSettled = (await history.countUpdates()) === 0;
  const wasSent = (await history.countUpdates(['submitted'])) > 0;
  await watch.foresee(wasSettled);
  const state = await history.sync(step);
  const isUndisturbed = step.meanwhile.length === 0;
  await watch.compare(wasSettled && isUndisturbed && state === 'done' && step.updates === 'settled');
  // What happens in the middle of a run may be later than what the run had read; what was sent before it, later than what that run had.
  if (!isUndisturbed || wasSent) return;
  for (const household of history.households) expectOwnWillKept(household, before);
}

async function expectInvariants({ households, store, connection }: LiveHistory): Promise<void> {
  for (const household of households) expectNoMailTwice(household);
  const [first] = households;
  if (first !== undefined) await expectRemovalsOnRecord(store.db, connection.id, installation.id, first);
}
