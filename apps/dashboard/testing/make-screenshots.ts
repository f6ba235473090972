// npm run screenshots: every page at the width of a desktop and of a phone, on a charity of the sandbox, for the guides and for whoever changes a page. Written to docs/images/.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@mcsync/core/log';
import { listen } from '@mcsync/core/process/listen';
import { readSettings } from '@mcsync/core/settings';
import { openService } from '@mcsync/core/worker/open-service';
import { startWorker } from '@mcsync/core/worker/start-worker';
import { populateCharity } from '@mcsync/sandbox/scenario';
import { startSandbox } from '@mcsync/sandbox/start-sandbox';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import { createFirstVisit } from '../src/first-visit.ts';
import { walkPages } from './walk-pages.ts';

const OUT = fileURLToPath(new URL('../../../docs/images', import.meta.url));
const WIDTHS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } } as const;
const HIGHEST = { desktop: 1800, phone: 1400 } as const;
const PEOPLE = 2500;

mkdirSync(OUT, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'mcsync-screenshots-'));
const sandbox = await startSandbox();
const charity = populateCharity(sandbox, { people: PEOPLE });
const { world } = sandbox.civicrm;
world.makeSmart(world.createGroup('Donors of the last year'));
for (const tag of ['Major donor', 'Volunteer']) world.ensureTag(tag);
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
const worker = await startWorker(service.environment, service.queueStore, {
  duties: 'every',
  defaults,
});
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
  const context = await opened.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const walk = { page, url, firstVisit, service, sandbox, charity, signal: ending.signal };
  await walkPages({ ...walk, at: (name) => takeBoth(page, name) });
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
