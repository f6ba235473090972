import { chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Named by the script that runs the tests, where there is one. */
export const BROWSER = process.env['TEST_BROWSER'];

/** A page of a fresh browser that talks to nobody but us, with everything that it complained about. */
export interface TestPage {
  readonly page: Page;
  /** What the console says of it: errors, and whatever the policy for contents has refused. */
  readonly complaints: readonly string[];
}

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser({
  viewport = { width: 1280, height: 900 },
  scripts = 'run',
}: {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** `off`: as somebody browses who lets no page run any. */
  readonly scripts?: 'run' | 'off';
} = {}): Promise<TestPage> {
  // Playwright gives each launch a fresh folder for the user's data, and removes it.
  const browser = await chromium.launch({ executablePath: BROWSER ?? '', headless: true, args: QUIET });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport, javaScriptEnabled: scripts === 'run' });
  // Shorter than a test's, so that it says what it has waited for.
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content.Security.Policy/i.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}
