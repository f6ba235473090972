import { expect, onTestFinished, test } from 'vitest';
import { nameOf } from './civicrm/contact-names.ts';
import type { SandboxParts } from './sandbox.ts';
import { countState } from './sandbox-state.ts';
import { CATEGORIES } from './scenario/categories.ts';
import { populateCharity } from './scenario.ts';
import { startSandbox } from './start-sandbox.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-03-02T09:30:00Z');

async function emptySandbox(options = {}) {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  sandbox.clock.freeze();
  sandbox.clock.set(NOW);
  return sandbox;
}

/** All that a charity is, without the furniture of a new site, which is as old as the sandbox's clock was when it started. */
function everything({ mailchimp, civicrm }: SandboxParts) {
  const { contacts, emails, groupContacts, history } = civicrm.world.tables;
  const [audience] = mailchimp.world.account(mailchimp.accountId).audiences.values();
  const firstOfCharity = Math.max(...civicrm.world.cmsUsers) + 1;
  return JSON.stringify([
    [...(audience?.members() ?? [])],
    [...contacts.from(firstOfCharity)],
    emails.all(),
    groupContacts.all(),
    history.all().filter((row) => row.contact_id >= firstOfCharity),
  ]);
}

test('the same seed gives the same charity, another seed another one', async () => {
  const [one, two, other] = await Promise.all([emptySandbox(), emptySandbox(), emptySandbox()]);
  const charities = [one, two].map((sandbox) => populateCharity(sandbox, { people: 300, seed: 7 }));
  expect(charities[0]).toEqual(charities[1]);
  expect(everything(one)).toBe(everything(two));
  populateCharity(other, { people: 300, seed: 8 });
  expect(everything(other)).not.toBe(everything(one));
});

test('every category is there, even among few people, and about 92 of 100 agree among many', async () => {
  const few = populateCharity(await emptySandbox(), { people: 60 });
  expect(Object.keys(few.categories).sort()).toEqual(CATEGORIES.map(({ name }) => name).sort());
  expect(Object.values(few.categories).every((count) => count >= 1)).toBe(true);
  const { expected } = populateCharity(await emptySandbox(), { people: 5000 });
  expect(expected['agreed-in'] / 5000).toBeGreaterThan(0.91);
  expect(expected['agreed-in'] / 5000).toBeLessThan(0.94);
});

test('the numbers on both sides are those of the categories', async () => {
  const sandbox = await emptySandbox();
  const { listId, groupId, categories } = populateCharity(sandbox, { people: 2000 });
  const state = countState(sandbox);
  const sum = (...names: readonly string[]) =>
    names.reduce((total, name) => total + (categories[name] ?? 0), 0);
  const members = state.mailchimp.find((audience) => audience.listId === listId)?.members ?? {};
  expect(Object.keys(members).sort()).toEqual([
    'archived',
    'cleaned',
    'pending',
    'subscribed',
    'transactional',
    'unsubscribed',
  ]);
  expect(members['transactional']).toBe(sum('transactional-stranger', 'transactional-in-group'));
  expect(members['archived']).toBe(
    sum('archived-not-in-group', 'added-then-archived', 'archived-then-added'),
  );
  expect(members['pending']).toBe(sum('pending-stranger', 'pending-in-group'));
  expect(members['cleaned']).toBe(sum('cleaned-and-removed', 'added-then-cleaned', 'cleaned-then-added'));
  const memberships = state.civicrm.groups.find((group) => group.groupId === groupId)?.memberships ?? {};
  expect(memberships['Pending']).toBe(sum('unconfirmed-in-civicrm'));
  expect(memberships['Removed']).toBe(
    sum('both-left', 'cleaned-and-removed', 'removed-then-opted-in', 'opted-in-then-removed'),
  );
  expect(state.civicrm.contacts).toBeGreaterThan(2400);
});

test('nothing of its past is younger than a few hours', async () => {
  const sandbox = await emptySandbox();
  const { listId, groupId } = populateCharity(sandbox, { people: 1000 });
  const newest = NOW - 48 * HOUR_MS;
  for (const member of sandbox.mailchimp.world.audience(listId).members()) {
    const dates = [member.lastChanged, member.timestampOpt, member.timestampSignup];
    expect(Math.max(...dates) * 1000).toBeLessThan(newest);
  }
  const { contacts, history } = sandbox.civicrm.world.tables;
  for (const row of history.inGroupFrom(groupId, 0)) expect(row.date).toBeLessThan(newest);
  const staff = sandbox.civicrm.world.cmsUsers;
  for (const row of contacts.all()) {
    if (row.id > 1 && !staff.has(row.id)) expect(row.modified_date).toBeLessThan(newest);
  }
});

test('history ids grow with their dates, and the newest event of everybody fits their membership', async () => {
  const sandbox = await emptySandbox();
  const { groupId } = populateCharity(sandbox, { people: 1000 });
  const { world } = sandbox.civicrm;
  const history = world.tables.history.inGroupFrom(groupId, 0);
  const dates = history.map(({ date }) => date);
  expect(dates).toEqual([...dates].sort((a, b) => a - b));
  for (const contactId of new Set(history.map((row) => row.contact_id))) {
    expect(world.historyOf(groupId, contactId).at(-1)?.status).toBe(
      world.statusOf(groupId, contactId) ?? 'Deleted',
    );
  }
});

test('names come from many scripts, and no address looks like a test address to Mailchimp but the fake one', async () => {
  const sandbox = await emptySandbox();
  const { categories } = populateCharity(sandbox, { people: 1000 });
  const { contacts, emails } = sandbox.civicrm.world.tables;
  const names = contacts.all().map((row) => nameOf(row, 'display_name') ?? '');
  for (const script of ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Han', 'Devanagari']) {
    expect(names.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name))).toBe(true);
  }
  const { fakeAddresses } = sandbox.mailchimp.world.settings;
  const fake = emails.all().filter(({ email }) => fakeAddresses.some((pattern) => pattern.test(email)));
  expect(fake).toHaveLength(categories['fake-address'] ?? 0);
});

test('a sandbox can hold several charities', async () => {
  const sandbox = await emptySandbox();
  const first = populateCharity(sandbox, { people: 50, name: 'Newsletter' });
  const second = populateCharity(sandbox, { people: 50, name: 'Campaigns', seed: 2 });
  expect(second.listId).not.toBe(first.listId);
  expect(second.groupId).not.toBe(first.groupId);
});
