import { createLog, type Logger } from '@mcsync/core/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../testing/client.ts';
import { openStores, type TestStores } from '../testing/open-stores.ts';
import { startDashboard, WILMA } from '../testing/start-dashboard.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

async function signedIn(): Promise<Client> {
  const { url } = await startDashboard(stores);
  const client = new Client(url);
  await client.signIn(WILMA);
  return client;
}

test('what is not there is said plainly, by every method', async () => {
  const client = await signedIn();
  for (const [method, path] of [
    ['GET', '/people/1'],
    ['GET', '/queues/nothing/like/this'],
    ['DELETE', '/'],
  ] as const) {
    const { status, text } = await client.request(method, path, {
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect({ path, status }).toEqual({ path, status: 404 });
    expect(text).toContain('There is nothing at this address.');
  }
  const { status, text } = await client.get('/api/v1/nothing');
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 404,
    body: {
      type: 'urn:mcsync:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing at this address.',
    },
  });
});

test('a path or a form that cannot be read is a bad request, not our mistake', async () => {
  const client = await signedIn();
  expect((await client.get('/queues/queue/%E0%A4%A')).status).toBe(400);
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
  const huge = await client.request('POST', '/sign-out', {
    headers,
    body: `formToken=${'x'.repeat(20_000)}`,
  });
  expect(huge.status).toBe(400);
});

test('our own mistake is logged with a reference, and nothing of it is shown', async () => {
  const broken = await openStores();
  const { lines, log } = collectingLog();
  const { url } = await startDashboard(broken, { log });
  const client = new Client(url);
  await client.signIn(WILMA);
  await broken.close();
  const { status, text, headers } = await client.get('/');
  expect(status).toBe(500);
  expect(headers.get('cache-control')).toBe('no-store');
  const [, reference = 'none'] = /<code>(\w{8})<\/code>/.exec(text) ?? [];
  expect(lines.join()).toContain(reference);
  expect(text).not.toMatch(/prisma|postgres|at .*\.ts|Error:/i);
  const api = await client.get('/api/v1/x');
  expect(JSON.parse(api.text)).toMatchObject({
    type: 'urn:mcsync:problem:failed',
    reference: expect.stringMatching(/^\w{8}$/),
  });
  expect((await client.get('/health')).status).toBe(503);
});

function collectingLog(): { readonly lines: string[]; readonly log: Logger } {
  const lines: string[] = [];
  const log = createLog('silent');
  // What is written to it is what matters here, not where.
  log.error = (...given: unknown[]) => void lines.push(JSON.stringify(given));
  return { lines, log };
}
