// npm run screenshots: every page at the width of a desktop and of a phone, on a charity of the sandbox, for the guides and for whoever changes a page. Written to docs/images/.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runId } from '@mcsync/core/domain/ids';
import { createLog } from '@mcsync/core/log';
import { listen } from '@mcsync/core/process/listen';
import { readSettings } from '@mcsync/core/settings';
import { waitForRun } from '@mcsync/core/store/wait-for-run';
import { openService } from '@mcsync/core/worker/open-service';
import { startWorker } from '@mcsync/core/worker/start-worker';
import { populateCharity } from '@mcsync/sandbox/scenario';
import { startSandbox } from '@mcsync/sandbox/start-sandbox';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import { createFirstVisit } from '../src/first-visit.ts';

const OUT = fileURLToPath(new URL('../../../docs/images', import.meta.url));
const WIDTHS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } } as const;
const WHO = { email: 'wilma@example.org', password: 'correct horse battery' };
const HIGHEST = { desktop: 1800, phone: 1400 } as const;
const PEOPLE = 2500;

mkdirSync(OUT, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'mcsync-screenshots-'));
const sandbox = await startSandbox();
const charity = populateCharity(sandbox, { people: PEOPLE });
const { world } = sandbox.civicrm;
world.makeSmart(world.createGroup('Donors of the last year'));
const settings = readSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
const log = createLog('silent');
const service = await openService(settings, log, () => sandbox.clock.now());
const { store, secrets, queues } = service;
const firstVisit = createFirstVisit();
const ending = new AbortController();
const appSecret = randomBytes(32).toString('hex');
const deps = { store, secrets, queues, appSecret, publicUrl: null, firstVisit, log, signal: ending.signal };
const server = await listen(createApp(deps), { host: '127.0.0.1', port: 0, variable: 'PORT' });
const defaults = { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 };
const worker = await startWorker(service.environment, service.queueStore, { duties: 'every', defaults });
const browser = await chromium.launch({
  executablePath: process.env['TEST_BROWSER'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await takeAll(browser, server.url);
} finally {
  await browser.close();
  ending.abort();
  await server.close();
  await worker.stop();
  await service.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function takeAll(opened: Browser, url: string): Promise<void> {
  const context = await opened.newContext({ locale: 'en-GB', timezoneId: 'Europe/London' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const take = (name: string) => takeBoth(page, name);
  await page.goto(url);
  await take('first-administrator');
  await page.getByLabel('One-time token').fill(firstVisit.token);
  await page.getByLabel('Your e-mail address').fill(WHO.email);
  await page.getByLabel('A password').fill(WHO.password);
  await page.getByLabel('The password again').fill(WHO.password);
  await page.getByRole('button', { name: 'Make me the administrator' }).click();
  await take('overview-empty');
  await page.goto(`${url}/set-up`);
  await take('set-up');
  await page.goto(`${url}/set-up/site`);
  await page.getByLabel('Address of the site').fill(sandbox.civicrm.url);
  await page.getByLabel('API key').fill(sandbox.civicrm.apiKey);
  await page.getByRole('button', { name: 'Check and add' }).click();
  await page.getByText('Next: the Mailchimp account').waitFor();
  await take('set-up-site');
  await page.getByText('Next: the Mailchimp account').click();
  await page.getByLabel('API key').fill(sandbox.mailchimp.apiKey);
  await page.getByText('A rehearsal on the sandbox').click();
  await page.getByLabel('Address of the API').fill(sandbox.mailchimp.baseUrl);
  await page.getByRole('button', { name: 'Check and add' }).click();
  await page.getByText('Next: pair an audience').waitFor();
  await take('set-up-account');
  await page.getByText('Next: pair an audience').click();
  await page.getByLabel('Newsletter').first().check();
  await page.locator(`#group-${charity.groupId}`).check();
  await take('set-up-pair');
  await page.getByRole('button', { name: 'Next: interests' }).click();
  await take('set-up-details');
  await page.getByRole('button', { name: 'Connect, and preview' }).click();
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await take('preview');
  const [, run = ''] = /runs\/(\d+)/.exec(page.url()) ?? [];
  await page.getByLabel('A note').fill('Looked through with the board.');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.locator('.state.busy').first().waitFor();
  await take('overview-running');
  await waitForRun(store, runId(Number(run)), { until: 'updates', signal: ending.signal });
  // What the last 90 days were like.
  await tellHistory();
  await page.goto(url);
  await take('overview');
  await page.goto(`${url}/connections/1`);
  await take('connection');
  await page.goto(`${url}/connections/1/people`);
  await take('people');
  const refused = await store.db.member.findFirstOrThrow({ where: { reason: 'cleaned' } });
  await page.goto(`${url}/connections/1/people/${refused.id}`);
  await take('person');
  await page.goto(`${url}/connections/1/problems`);
  await take('problems');
  await page.goto(`${url}/connections/1/settings`);
  await take('settings');
  await page.goto(`${url}/runs/${run}`);
  await take('run');
  await page.goto(`${url}/activity`);
  await take('activity');
  await page.goto(`${url}/users`);
  await page.getByLabel('E-mail address').fill('fred@example.org');
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await take('users');
  const link = (await page.locator('code.whole').textContent()) ?? '';
  await page.goto(`${url}/account`);
  await take('account');
  await page.goto(`${url}/api`);
  await take('api');
  await page.goto(`${url}/queues`);
  await page.getByText('mcsync-stages').first().waitFor();
  await take('queues');
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await take('sign-in');
  await page.goto(link);
  await take('invitation');
}

/** Sizes of the days before this one, made up: a charity that grows a little. */
async function tellHistory(): Promise<void> {
  const today = await store.db.dailySize.findFirstOrThrow();
  const days = Array.from({ length: 80 }, (_, at) => {
    const ago = at + 1;
    const wave = Math.round(Math.sin(at / 4) * 6);
    return {
      connectionId: today.connectionId,
      day: new Date(today.day.getTime() - ago * 86_400_000),
      mailchimp: today.mailchimp - ago * 3 + wave,
      civicrm: today.civicrm - ago * 3 - wave,
      changedAtMailchimp: 3 + (at % 7) * 2,
      changedInCivicrm: 2 + (at % 5),
    };
  });
  await store.db.dailySize.createMany({ data: days });
}

async function takeBoth(page: Page, name: string): Promise<void> {
  for (const width of ['desktop', 'phone'] as const) {
    const viewport = WIDTHS[width];
    await page.setViewportSize(viewport);
    await page.evaluate('scrollTo(0, 0)');
    const height = await page.evaluate<number>('document.documentElement.scrollHeight');
    // Long pages go on in the same way.
    const clip = { x: 0, y: 0, width: viewport.width, height: Math.min(height, HIGHEST[width]) };
    await page.screenshot({ path: join(OUT, `${name}-${width}.png`), fullPage: true, clip });
  }
  await page.setViewportSize(WIDTHS.desktop);
}
