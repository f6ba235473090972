import { startTestService, type TestService } from '@mcsync/core/testing/test-service';
import { populateCharity } from '@mcsync/sandbox/scenario';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { BROWSER, openBrowser } from '../testing/open-browser.ts';
import { startDashboard, WILMA } from '../testing/start-dashboard.ts';

const inBrowser = test.skipIf(BROWSER === undefined);

/** A sandbox with a small charity, a worker, and Wilma in front of a dashboard that knows of nothing yet. */
async function openAll() {
  const service = await startTestService();
  const charity = populateCharity(service.sandbox, { people: 300 });
  const dashboard = await startDashboard(service.service);
  const { page, complaints } = await openBrowser();
  await page.goto(dashboard.url);
  await page.getByLabel('E-mail address').fill(WILMA.email);
  await page.getByLabel('Password').fill(WILMA.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return { ...service, charity, url: dashboard.url, page, complaints };
}

async function addSite(
  page: Page,
  { sandbox }: Pick<TestService, 'sandbox'>,
  apiKey = sandbox.civicrm.apiKey,
): Promise<void> {
  await page.getByLabel('Address of the site').fill(sandbox.civicrm.url);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Check and add' }).click();
}

async function addAccount(
  page: Page,
  { sandbox }: Pick<TestService, 'sandbox'>,
  apiKey = sandbox.mailchimp.apiKey,
): Promise<void> {
  await page.getByLabel('API key').fill(apiKey);
  await page.getByText('A rehearsal on the sandbox').click();
  await page.getByLabel('Address of the API').fill(sandbox.mailchimp.baseUrl);
  await page.getByRole('button', { name: 'Check and add' }).click();
}

inBrowser(
  'from nothing to "in sync": the whole set-up, a preview, approval, live progress, a person’s why',
  async () => {
    const all = await openAll();
    const { page, url, charity, complaints, sandbox } = all;
    await page.getByRole('link', { name: 'Set up the first connection' }).click();
    await page.getByRole('link', { name: 'First: add a CiviCRM site' }).click();
    await addSite(page, all);
    for (const step of ['The API key is accepted', 'Permission "edit all contacts"', 'Version', 'Time zone'])
      await page.getByRole('rowheader', { name: step }).waitFor();
    await page.getByRole('link', { name: 'Next: the Mailchimp account' }).click();
    await addAccount(page, all);
    await page.getByRole('link', { name: 'Next: pair an audience with a group' }).click();
    await page.locator(`#audience-${charity.listId}`).check();
    await page.locator(`#group-${charity.groupId}`).check();
    await page.getByRole('button', { name: 'Next: interests, fields and policies' }).click();
    await page.getByLabel('Who leaves the CiviCRM group').selectOption('archive');
    const writesBefore = countWrites(all);
    await page.getByRole('button', { name: 'Connect, and preview the first sync' }).click();
    // The preview comes by itself when the plan is made.
    await page.getByRole('button', { name: 'Approve, and write it' }).waitFor();
    expect(await page.getByText('Nothing has been written to either system').count()).toBe(1);
    expect(
      await page
        .getByRole('row', { name: /new contacts in CiviCRM/ })
        .first()
        .textContent(),
    ).toContain(String(charity.expected['contact-created']));
    expect(countWrites(all)).toBe(writesBefore);
    await page.getByLabel('A note').fill('Seen by the board');
    await page.getByRole('button', { name: 'Approve, and write it' }).click();
    await page.getByRole('heading', { name: 'How it stands' }).waitFor();
    // Without loading again: by the events.
    await page.locator('article .state', { hasText: 'in sync' }).waitFor({ timeout: 120_000 });
    await page.reload();
    await page.getByText('Both sides come to the same').waitFor();
    await page.getByRole('link', { name: 'Problems' }).click();
    await page.getByRole('heading', { name: /mail to them bounced/ }).waitFor();
    await page.goto(`${url}/connections/1/people?reason=cleaned`);
    await page.locator('tbody th a').first().click();
    await page.getByText('Enter another address on the contact in CiviCRM.').waitFor();
    expect(await page.locator('.timeline li').first().textContent()).toContain(
      'It rested on: Mailchimp: cleaned',
    );
    expect(await page.getByRole('link', { name: 'Look at them in CiviCRM' }).getAttribute('href')).toContain(
      `${sandbox.civicrm.url}/civicrm/contact/view?reset=1&cid=`,
    );
    // They get another address in CiviCRM, and are synced at once.
    const cleaned = sandbox.civicrm.world.findHolders((await page.locator('h1').textContent()) ?? '')[0] ?? 0;
    sandbox.civicrm.world.addEmail(cleaned, { email: 'works.again@quarry.test' });
    await page.getByRole('button', { name: 'Sync this person now' }).click();
    await page.getByText('They are synced now.').waitFor();
    await expect
      .poll(() => sandbox.mailchimp.world.findMember(charity.listId, 'works.again@quarry.test')?.status, {
        timeout: 60_000,
      })
      .toBe('subscribed');
    await page.goto(`${url}/activity`);
    await page.getByRole('row', { name: /had one person synced/ }).waitFor();
    expect(await page.getByRole('row', { name: /approved the plan/ }).textContent()).toContain(
      'Seen by the board',
    );
    // Times are told in the reader's zone, with the exact one on hover.
    expect(await page.locator('time').first().getAttribute('title')).toMatch(/\d{4}-\d\d-\d\dT/);
    expect(complaints).toEqual([]);
  },
);

function countWrites({ sandbox }: Pick<TestService, 'sandbox'>): number {
  const { mailchimp, civicrm } = sandbox.requests.counts();
  return mailchimp.write + civicrm.write;
}

inBrowser('a key that CiviCRM or Mailchimp refuses is told at once, and nothing is kept', async () => {
  const all = await openAll();
  const { page, url } = all;
  await page.goto(`${url}/set-up/site`);
  await addSite(page, all, 'not-the-key');
  await page.getByText('Nothing was kept').waitFor();
  expect(await page.getByRole('row', { name: /The API key is accepted/ }).textContent()).toContain(
    'to be mended',
  );
  expect(await page.getByLabel('Address of the site').inputValue()).toBe(all.sandbox.civicrm.url);
  await page.goto(`${url}/set-up/account`);
  await addAccount(page, all, 'not-the-key-us6');
  expect(await page.getByRole('alert').textContent()).toContain('API key');
  expect(await all.service.store.db.site.count()).toBe(0);
  expect(await all.service.store.db.account.count()).toBe(0);
});

inBrowser('rights that are missing are told one by one', async () => {
  const all = await openAll();
  await all.page.goto(`${all.url}/set-up/site`);
  await addSite(all.page, all, all.sandbox.civicrm.world.caller('readonly').apiKey ?? '');
  await all.page.getByText('Nothing was kept').waitFor();
  const row = (name: string) => all.page.getByRole('row', { name }).textContent();
  expect(await row('view all contacts')).toContain('fine');
  expect(await row('edit all contacts')).toContain('to be mended');
});

inBrowser('a smart group cannot be picked, nor one with children, and each says why', async () => {
  const all = await openAll();
  const { page, url, sandbox, charity } = all;
  const { world } = sandbox.civicrm;
  const smart = world.createGroup('Donors of the last year');
  world.makeSmart(smart);
  const parent = world.createGroup('All branches');
  world.addChildGroup(parent, world.createGroup('One branch'));
  await all.connect(charity);
  await page.goto(`${url}/set-up/pair`);
  expect(await page.locator(`#group-${smart}`).isDisabled()).toBe(true);
  expect(await page.locator(`#group-${smart}-why`).textContent()).toContain('is a smart group');
  expect(await page.locator(`#group-${parent}-why`).textContent()).toContain('child groups');
  expect(await page.locator(`#group-${charity.groupId}-why`).textContent()).toContain('connected already');
  expect(await page.locator(`#audience-${charity.listId}-why`).textContent()).toContain('connected already');
  // Who asks for it all the same is refused.
  await page.goto(`${url}/set-up/details?site=1&account=1&audience=${charity.listId}&group=${smart}`);
  await page.getByRole('button', { name: 'Connect, and preview' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('is a smart group');
});

inBrowser(
  'a plan that waits for approval is searched, looked into and approved, or rejected with a note',
  async () => {
    const all = await openAll();
    const { page, url, charity, service } = all;
    const connection = await all.connect(charity);
    const run = await all.start(connection, { mode: 'full' });
    await all.wait(run);
    await page.goto(url);
    await page.getByRole('link', { name: 'Review the plan' }).click();
    await page.getByLabel('What', { exact: true }).selectOption('subscribed');
    await page.getByRole('button', { name: 'Search' }).click();
    const found = page.locator('tbody tr');
    await page.getByText('Found').waitFor();
    const address = (await page.locator('article tbody th a').first().textContent()) ?? '';
    await page.getByLabel('Address, name or contact number').fill(address);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Found').waitFor();
    expect(await found.filter({ hasText: address }).count()).toBeGreaterThan(0);
    await page.goto(`${url}/runs/${run}/review`);
    await page.getByLabel('A note').fill('Too many at once');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Rejected. Nothing of it is proposed again').waitFor();
    expect(await page.getByRole('row', { name: /rejected the plan/ }).textContent()).toContain(
      'Too many at once',
    );
    const [rejected] = await service.store.db.decision.findMany({
      where: { runId: run, state: 'rejected' },
      take: 1,
    });
    expect(rejected?.decidedBy).toBe(WILMA.email);
  },
);
