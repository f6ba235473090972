import { once } from 'node:events';
import { listen } from '@mcsync/core/process/listen';
import { POLLING } from '@mcsync/core/queue/queues';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { BROWSER, openBrowser } from '../testing/open-browser.ts';
import { openStores } from '../testing/open-stores.ts';
import { startDashboard, type TestDashboardOptions, WILMA } from '../testing/start-dashboard.ts';

const inBrowser = test.skipIf(BROWSER === undefined);

async function openDashboard(options: TestDashboardOptions = {}) {
  const stores = await openStores();
  onTestFinished(() => stores.close());
  return { ...stores, ...(await startDashboard(stores, options)), ...(await openBrowser()) };
}

async function signIn(page: Page, password = WILMA.password): Promise<void> {
  await page.getByLabel('E-mail address').fill(WILMA.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

inBrowser('on the first visit the token makes the administrator', async () => {
  const { page, url, firstVisit, complaints } = await openDashboard({ administrator: 'none' });
  await page.goto(url);
  await page.getByLabel('One-time token').fill(firstVisit.token);
  await page.getByLabel('Your e-mail address').fill(WILMA.email);
  await page.getByLabel('A password').fill(WILMA.password);
  await page.getByLabel('The password again').fill(WILMA.password);
  await page.getByRole('button', { name: 'Make me the administrator' }).click();
  await page.getByText('Nothing is connected yet').waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn(page);
  await page.getByText('Nothing is connected yet').waitFor();
  expect(complaints).toEqual([]);
});

inBrowser(
  'signing in goes where one wanted to go, and signing out closes it, also by the back button',
  async () => {
    const { page, url, complaints } = await openDashboard();
    await page.goto(`${url}/activity`);
    await signIn(page);
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
  },
);

inBrowser('everything to sign in with can be reached by the keyboard alone', async () => {
  const { page, url } = await openDashboard();
  await page.goto(url);
  await page.locator('#email:focus').waitFor();
  await page.keyboard.type(WILMA.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(WILMA.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toContain('Skip to the content');
});

inBrowser('a wrong password is said, and after ten of them that one has to wait', async () => {
  const { page, url } = await openDashboard();
  await page.goto(url);
  for (let count = 0; count < 10; count++) {
    await signIn(page, `guess ${count}`);
    expect(await page.getByRole('alert').textContent()).toContain('is wrong');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(WILMA.email);
  }
  await signIn(page);
  await page.getByRole('heading', { name: 'Too many tries' }).waitFor();
});

inBrowser.each([
  ['of another site', 'localhost'],
  ['of another port of this machine, to which the cookie goes along', '127.0.0.1'],
])('a form %s cannot sign out', async (_, host) => {
  const { page, url } = await openDashboard();
  await page.goto(url);
  await signIn(page);
  const formToken = await page.locator('input[name=formToken]').inputValue();
  const evil = await listen(
    (_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<form method="post" action="${url}/sign-out">
        <input name="formToken" value="${formToken}"><button>Win a prize</button></form>`);
    },
    { host: '127.0.0.1', port: 0, variable: 'PORT' },
  );
  onTestFinished(() => evil.close());
  await page.goto(evil.url.replace('127.0.0.1', host));
  await page.getByRole('button', { name: 'Win a prize' }).click();
  await page.getByRole('heading', { name: 'Refused' }).waitFor();
  await page.goto(url);
  expect(await heading(page).textContent()).toBe('Overview');
});

inBrowser(
  'Bull Board shows the queues, and tries a failed job again, without breaking a rule of ours for contents',
  async () => {
    const { page, url, queueStore, complaints } = await openDashboard();
    let tries = 0;
    const worker = await queueStore.worker(
      POLLING,
      async () => {
        tries += 1;
        if (tries === 1) throw new Error('Mailchimp has not finished');
      },
      {},
    );
    const failed = once(worker, 'failed');
    await (await queueStore.queue(POLLING)).add('look', { batchId: 7 });
    await failed;
    await page.goto(url);
    await signIn(page);
    await page.getByRole('link', { name: 'Queues' }).click();
    await page.getByRole('link', { name: 'mcsync-polling' }).first().click();
    await page.getByText('Mailchimp has not finished').first().waitFor();
    const completed = once(worker, 'completed');
    // Its buttons have no names, only pictures.
    await page.locator('main button:has(svg.lucide-refresh-cw)').first().click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await completed;
    expect(tries).toBe(2);
    // Dialogs and the editor bring styles of their own.
    await page.locator('main button:has(svg.lucide-ellipsis-vertical)').first().click();
    await page.getByText('Add job').click();
    await page.locator('.cm-editor').first().waitFor();
    expect(complaints).toEqual([]);
  },
);
