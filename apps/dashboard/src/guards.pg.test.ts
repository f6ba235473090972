import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from '../testing/client.ts';
import { openStores, type TestStores } from '../testing/open-stores.ts';
import { startDashboard, WILMA } from '../testing/start-dashboard.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(() => stores.store.db.administrator.deleteMany());
afterAll(() => stores.close());

async function visitor() {
  const dashboard = await startDashboard(stores);
  return { ...stores, ...dashboard, client: new Client(dashboard.url) };
}

test('whoever is not signed in is sent to sign in from everywhere, and comes back to where they wanted to go', async () => {
  const { client } = await visitor();
  for (const path of [
    '/queues',
    '/queues/queue/mcsync-stages?status=failed',
    '/nothing',
    '/people/1',
    '/sign-out',
  ]) {
    const { status, location } = await client.get(path);
    expect({ path, status, location }).toEqual({
      path,
      status: 303,
      location: `/sign-in?${new URLSearchParams({ next: path })}`,
    });
  }
  expect((await client.get('/')).location).toBe('/sign-in');
  const answer = await client.signIn(WILMA, '/queues/queue/mcsync-stages?status=failed');
  expect(answer).toMatchObject({ status: 303, location: '/queues/queue/mcsync-stages?status=failed' });
});

test('a program that is not signed in is told so in JSON, by every path of an API', async () => {
  const { client } = await visitor();
  for (const path of ['/api/v1', '/api/v1/connections', '/queues/api/queues', '/queues/api/redis/stats']) {
    const { status, headers, text } = await client.get(path);
    expect({ path, status, type: headers.get('content-type') }).toEqual({
      path,
      status: 401,
      type: 'application/problem+json; charset=utf-8',
    });
    expect(JSON.parse(text)).toMatchObject({ status: 401, title: 'Not signed in' });
  }
});

test('health and style sheets are for everybody', async () => {
  const { client } = await visitor();
  const { status, text } = await client.get('/health');
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 200,
    body: { status: 'ok', checks: { database: 'ok', queue: 'ok' } },
  });
  for (const file of ['style.css', 'pico.min.css', 'icon.svg'])
    expect((await client.get(`/assets/${file}`)).status).toBe(200);
  expect((await client.get('/assets/../src/app.ts')).status).not.toBe(200);
});

test('a form that another site has the browser send changes nothing, even with the right token', async () => {
  const { client } = await visitor();
  await client.signIn(WILMA);
  const formToken = await client.formToken('/');
  const body = () => new URLSearchParams({ formToken });
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const { status, text } = await client.request('POST', '/sign-out', { headers, body: body() });
    expect({ headers, status }).toEqual({ headers, status: 403 });
    expect(text).toContain('not sent from a page of this dashboard');
  }
  expect((await client.get('/')).status).toBe(200);
});

test('a form without its token, with a wrong one or with that of another session changes nothing', async () => {
  const { client, url } = await visitor();
  await client.signIn(WILMA);
  const stranger = new Client(url);
  for (const token of [null, '', 'x', await stranger.formToken('/sign-in')]) {
    const body = new URLSearchParams(token === null ? {} : { formToken: token });
    const { status, text } = await client.request('POST', '/sign-out', { headers: { origin: url }, body });
    expect({ token, status }).toEqual({ token, status: 403 });
    expect(text).toContain('Nothing was changed');
  }
  expect((await client.get('/')).status).toBe(200);
});

test('without a session not even an empty token is the right one', async () => {
  const { url } = await visitor();
  const body = new URLSearchParams({ formToken: '', ...WILMA });
  const answer = await new Client(url).request('POST', '/sign-in', { headers: { origin: url }, body });
  expect(answer.status).toBe(403);
});

test('every answer says what a browser may do with it', async () => {
  const { client } = await visitor();
  const { headers } = await client.get('/sign-in');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('x-powered-by')).toBeNull();
});

test('HTTPS is insisted on only where the world reaches us by it', async () => {
  const [plain, secure] = [
    await startDashboard(stores),
    await startDashboard(stores, { publicUrl: 'https://sync.example.org' }),
  ];
  const headersOf = async (url: string) => (await new Client(url).get('/sign-in')).headers;
  const inTheClear = await headersOf(plain.url);
  expect(inTheClear.get('strict-transport-security')).toBeNull();
  expect(inTheClear.getSetCookie()).toEqual([
    expect.stringMatching(/^mcsync=[^;]+;.* Path=\/;.* HttpOnly; SameSite=Lax$/),
  ]);
  const sealed = await headersOf(secure.url);
  expect(sealed.get('strict-transport-security')).toMatch(/^max-age=\d+/);
  expect(sealed.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-mcsync=[^;]+;.* Path=\/;.* HttpOnly; Secure; SameSite=Lax$/),
  ]);
});
