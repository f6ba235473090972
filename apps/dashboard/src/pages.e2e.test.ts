import { readFileSync } from 'node:fs';
import { startTestService } from '@mcsync/core/testing/test-service';
import { populateCharity } from '@mcsync/sandbox/scenario';
import { expect, test } from 'vitest';
import { findBarriers } from '../testing/find-barriers.ts';
import { BROWSER, openBrowser } from '../testing/open-browser.ts';
import { startDashboard } from '../testing/start-dashboard.ts';
import { walkPages } from '../testing/walk-pages.ts';

const inBrowser = test.skipIf(BROWSER === undefined);

/** Of Bull Board's makers: not ours to mend. */
const NOT_OURS = ['queues'];
const LOOKS = [
  { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { viewport: { width: 390, height: 780 }, colorScheme: 'dark' },
] as const;

/** Paths of pages as routes.ts has them, as patterns; those that answer a part of a page left out. */
const ROUTES = [
  ...readFileSync(new URL('routes.ts', import.meta.url), 'utf8').matchAll(
    /app\.get\('([^']+)', serve\((?!\w+Part\))/g,
  ),
].map(([, path = '']) => path);

inBrowser('every page can be used by everybody: on a desktop and on a phone, light and dark', async () => {
  const { sandbox, service } = await startTestService();
  const { world } = sandbox.civicrm;
  world.makeSmart(world.createGroup('Donors of the last year'));
  world.ensureTag('Major donor');
  const charity = populateCharity(sandbox, { people: 200 });
  const dashboard = await startDashboard(service, { administrator: 'none' });
  const { page, complaints } = await openBrowser();
  const visited = new Set<string>();
  const barriers: string[] = [];
  const wide: string[] = [];
  await walkPages({
    ...{ page, service, sandbox, charity, ...dashboard, signal: new AbortController().signal },
    async at(name) {
      visited.add(new URL(page.url()).pathname);
      if (NOT_OURS.includes(name)) return;
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        // Colours change at once.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        barriers.push(...(await findBarriers(page)).map((text) => `${name}, ${colorScheme}: ${text}`));
        // Only tables scroll sideways, by themselves.
        if (!(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')))
          wide.push(`${name}, ${viewport.width}`);
      }
      await page.setViewportSize(LOOKS[0].viewport);
    },
  });
  expect(barriers).toEqual([]);
  expect(wide).toEqual([]);
  expect(complaints.filter((text) => !/404/.test(text))).toEqual([]);
  const unseen = ROUTES.filter((route) => {
    const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`);
    return ![...visited].some((path) => pattern.test(path));
  });
  expect(unseen).toEqual([]);
});
