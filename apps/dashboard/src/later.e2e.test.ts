import { runId } from '@mcsync/core/domain/ids';
import { approveRun } from '@mcsync/core/queue/run-control';
import { toAdministrator } from '@mcsync/core/store/administrators';
import { startTestService } from '@mcsync/core/testing/test-service';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callerOf } from '../testing/api-program.ts';
import { BROWSER, openBrowser } from '../testing/open-browser.ts';
import { startDashboard, WILMA } from '../testing/start-dashboard.ts';
import { makeTokenFor } from './own-account.ts';

const inBrowser = test.skipIf(BROWSER === undefined);

/** A connection after its first sync, and Wilma in front of it. */
async function openSynced(scripts: 'run' | 'off') {
  const all = await startTestService();
  const { charity, connection } = await all.charity(100);
  const first = await all.start(connection, { mode: 'full' });
  await all.wait(first);
  await approveRun(all.service.store, all.service.queues, first, 'the board');
  await all.wait(first);
  const { url } = await startDashboard(all.service);
  const { page, complaints } = await openBrowser({ scripts });
  await page.goto(`${url}/connections/${connection.id}`);
  await page.getByLabel('E-mail address').fill(WILMA.email);
  await page.getByLabel('Password').fill(WILMA.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'How it stands' }).waitFor();
  return { ...all, charity, connection, url, page, complaints };
}

/** Starts a sync by the page, and waits until it waits for approval. Gives its number. */
async function syncUntilHeld({
  page,
  wait,
  service,
}: Awaited<ReturnType<typeof openSynced>>): Promise<number> {
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByText('The sync has started.').waitFor();
  const run = await service.store.db.run.findFirstOrThrow({ orderBy: { id: 'desc' } });
  expect(run.requestedBy).toBe(WILMA.email);
  const { run: held } = await wait(runId(run.id));
  expect(held.state).toBe('held');
  return run.id;
}

async function approve(page: Page, note: string): Promise<void> {
  await page.getByLabel('A note').fill(note);
  await page.getByRole('button', { name: 'Approve, and write it' }).click();
  await page.getByText('Approved. It is being applied.').waitFor();
}

inBrowser(
  'a later sync that would remove too many waits, and does it once it is approved; all of it without JavaScript',
  async () => {
    const all = await openSynced('off');
    const { page, url, charity, connection, sandbox, service, wait } = all;
    const { civicrm, mailchimp } = sandbox;
    // Nobody who shares an address, and would stay subscribed for somebody else.
    const where = { syncStatus: 'ok', mailchimpStatus: 'subscribed', groupStatus: 'Added', hasKin: false };
    const people = await service.store.db.member.findMany({ where, take: 20 });
    const statuses = () => [
      ...new Set(
        people.map(
          ({ addressKey }) => mailchimp.world.findMember(charity.listId, addressKey)?.status ?? 'absent',
        ),
      ),
    ];
    for (const { contactId } of people) civicrm.world.removeFromGroup(charity.groupId, contactId ?? 0);

    const run = await syncUntilHeld(all);
    expect(statuses()).toEqual(['subscribed']);
    await page.goto(url);
    await page.getByText('awaiting approval').first().waitFor();
    await page.getByRole('link', { name: 'Review the plan' }).click();
    await page.getByText('would change more than may happen in a day').waitFor();
    const row = page.getByRole('row', { name: /removed at Mailchimp/ }).first();
    expect(await row.textContent()).toContain(String(people.length));
    await approve(page, 'They have left the party');

    await wait(runId(run));
    expect(statuses()).toEqual(['unsubscribed']);
    await page.goto(`${url}/connections/${connection.id}`);
    await page.locator('article .state', { hasText: 'in sync' }).waitFor();
    await page.goto(`${url}/runs/${run}`);
    expect(await page.getByRole('row', { name: /approved the plan/ }).textContent()).toContain(
      'They have left the party',
    );
  },
);

inBrowser(
  'interests, fields and tags are paired later, with the checks of the set-up; what a new interest would change waits; and unpaired',
  async () => {
    const all = await openSynced('run');
    const { page, url, charity, connection, sandbox, wait, complaints, service } = all;
    const { civicrm, mailchimp } = sandbox;
    const [walks] = charity.interests;
    if (walks === undefined) throw new Error('a charity has interests');
    civicrm.world.ensureTag('Major donor');
    const smart = civicrm.world.createGroup('Walkers of the last year');
    civicrm.world.makeSmart(smart);
    const settings = `${url}/connections/${connection.id}/settings`;
    await page.goto(settings);
    await page.getByRole('link', { name: 'Pair more interests, fields or tags' }).click();
    // Nothing chosen: nothing paired, and both sides are not read for it.
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Name at least one');
    const choice = page.getByLabel('What do you like?: Walks');
    expect(await choice.locator('option').allTextContents()).not.toContain('Walkers of the last year');
    await page.getByText('Groups that cannot be picked').click();
    await page.getByText('is a smart group').waitFor();
    // A field that is not there is told on the form as it was filled in.
    await choice.selectOption(String(walks.groupId));
    await page.locator('#field-PHONE').fill('shoe_size');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    expect(await page.getByRole('alert').textContent()).toContain('shoe_size');
    expect(await choice.inputValue()).toBe(String(walks.groupId));
    await page.locator('#field-PHONE').fill('phone_primary.phone');
    await page.getByLabel('Major donor').check();
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('Paired. The next sync reads both sides whole.').waitFor();
    for (const name of ['Interest Walks', 'Field PHONE', 'Tag Major donor'])
      await page.getByRole('row', { name }).waitFor();

    const memberOf = (email: string) => mailchimp.world.findMember(charity.listId, email);
    const walker = civicrm.world
      .addedTo(charity.groupId)
      .filter((contact) => civicrm.world.statusOf(walks.groupId, contact) === null)
      .flatMap((contact) =>
        civicrm.world.emailsOf(contact).map(({ email }) => ({ contact, email: email ?? '' })),
      )
      .find(
        ({ email }) =>
          memberOf(email)?.status === 'subscribed' && !memberOf(email)?.interests.has(walks.interestId),
      );
    if (walker === undefined) throw new Error('somebody does not walk yet');
    civicrm.world.addToGroup(walks.groupId, walker.contact);
    const likesWalks = () => memberOf(walker.email)?.interests.has(walks.interestId) ?? false;
    expect(likesWalks()).toBe(false);
    await page.goto(`${url}/connections/${connection.id}`);
    const run = await syncUntilHeld(all);
    expect(likesWalks()).toBe(false);
    // What waits would still write it.
    await page.goto(settings);
    await page.getByRole('button', { name: 'Unpair interest Walks' }).click();
    expect(await page.getByRole('alert').textContent()).toContain(`Run ${run} of the connection is not over`);
    await page.goto(`${url}/runs/${run}/review`);
    await approve(page, 'Walks too');
    await wait(runId(run));
    expect(likesWalks()).toBe(true);

    await page.goto(settings);
    for (const name of ['interest Walks', 'tag Major donor']) {
      await page.getByRole('button', { name: `Unpair ${name}` }).click();
      await page.getByText('It is not kept the same any more.').waitFor();
    }
    // The last one by a program.
    const wilma = await service.store.db.administrator.findFirstOrThrow();
    const { token } = await makeTokenFor(service, toAdministrator(wilma), 'pairing');
    const call = callerOf(url, token);
    const { accountId, siteId } = await service.store.db.connection.findFirstOrThrow();
    const query = new URLSearchParams({ account: String(accountId), audience: charity.listId });
    expect((await call('GET', `/sites/${siteId}/pairable?${query}`)).body).toMatchObject({
      interests: [{ name: 'Walks' }, { name: 'Recipes' }],
      tags: expect.arrayContaining(['Major donor']),
    });
    const { body } = await call('POST', `/connections/${connection.id}/unpair`, { mappings: ['PHONE'] });
    expect(body).toMatchObject({ interests: [], mappings: [], tags: [] });
    await page.reload();
    expect(await page.getByRole('button', { name: /^Unpair/ }).count()).toBe(0);
    const acts = await service.store.db.act.findMany({ where: { who: WILMA.email }, orderBy: { id: 'asc' } });
    expect(acts.map(({ kind }) => kind)).toEqual([
      'pairs-added',
      'sync-started',
      'run-approved',
      ...['pairs-removed', 'pairs-removed', 'token-made', 'pairs-removed'],
    ]);
    expect(complaints.filter((text) => !/422/.test(text))).toEqual([]);
  },
);
