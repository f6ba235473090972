import { recordUser } from '@mcsync/core/store/administrators';
import { startTestService } from '@mcsync/core/testing/test-service';
import { expect, test } from 'vitest';
import { BROWSER, openBrowser } from '../testing/open-browser.ts';
import { startDashboard } from '../testing/start-dashboard.ts';
import { hashPassword } from './password.ts';

const inBrowser = test.skipIf(BROWSER === undefined);
const FRED = { email: 'fred@example.org', password: 'another long password' };

inBrowser('a viewer sees how everything stands, and finds nothing to change it with', async () => {
  const { charity, start, wait, service } = await startTestService();
  const { connection } = await charity(300);
  const run = await start(connection, { mode: 'full' });
  await wait(run);
  const dashboard = await startDashboard(service);
  const passwordHash = await hashPassword(FRED.password);
  await service.store.transaction((tx) =>
    recordUser(tx, { email: FRED.email, passwordHash, role: 'viewer' }),
  );
  const { page } = await openBrowser({ viewport: { width: 390, height: 780 } });
  await page.goto(dashboard.url);
  await page.getByLabel('E-mail address').fill(FRED.email);
  await page.getByLabel('Password').fill(FRED.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('awaiting approval').waitFor();
  const buttons = async () => (await page.getByRole('button').allTextContents()).map((text) => text.trim());
  expect(await buttons()).toEqual(['Sign out']);
  for (const name of ['Set-up', 'Users', 'Queues'])
    expect(await page.getByRole('link', { name }).count()).toBe(0);
  await page.goto(`${dashboard.url}/runs/${run}/review`);
  await page.getByText('new contacts in CiviCRM').first().waitFor();
  expect(await buttons()).toEqual(['Sign out', 'Search']);
  await page.goto(`${dashboard.url}/connections/${connection.id}/settings`);
  await page.getByRole('heading', { name: 'Policies' }).waitFor();
  expect(await buttons()).toEqual(['Sign out']);
  await page.getByText('unsubscribed', { exact: true }).waitFor();
  await page.goto(`${dashboard.url}/users`);
  await page.getByRole('heading', { name: 'For administrators' }).waitFor();
  // What a page of theirs would send is refused, too, with everything that it needs.
  await page.goto(dashboard.url);
  const status = await page.evaluate(async (path) => {
    const token = document.querySelector<HTMLInputElement>('input[name=formToken]')?.value ?? '';
    const body = new URLSearchParams({ formToken: token, answer: 'approve', note: '' });
    return (await fetch(path, { method: 'POST', body })).status;
  }, `/runs/${run}/answer`);
  expect(status).toBe(403);
  expect((await service.store.db.run.findUnique({ where: { id: run } }))?.state).toBe('held');
  // The page is no wider than a phone: only tables scroll sideways, by themselves.
  await page.goto(`${dashboard.url}/connections/${connection.id}`);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});
