import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { startDashboard, WILMA } from '../../testing/start-dashboard.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(() => stores.store.db.administrator.deleteMany());
afterAll(() => stores.close());

async function firstVisitor() {
  const dashboard = await startDashboard(stores, { administrator: 'none' });
  const client = new Client(dashboard.url);
  const fill = (fields: Record<string, string>, by = client) =>
    by.send('/first-administrator', '/first-administrator', {
      token: dashboard.firstVisit.token,
      ...WILMA,
      repeated: fields['password'] ?? WILMA.password,
      ...fields,
    });
  return { ...stores, ...dashboard, client, fill };
}

test('while there is nobody, every way leads to making the first administrator', async () => {
  const { client } = await firstVisitor();
  expect((await client.get('/')).location).toBe('/sign-in');
  expect((await client.get('/sign-in')).location).toBe('/first-administrator');
  expect((await client.get('/first-administrator')).text).toContain('One-time token');
});

test('the token makes the first administrator, who is signed in then', async () => {
  const { client, fill, store } = await firstVisitor();
  expect(await fill({})).toMatchObject({ status: 303, location: '/' });
  expect((await client.get('/')).status).toBe(200);
  expect(await store.db.administrator.findMany({ select: { email: true } })).toEqual([
    { email: WILMA.email },
  ]);
});

test('the token works once: afterwards it leads to the sign-in page, and changes nothing', async () => {
  const { url, fill, store, firstVisit } = await firstVisitor();
  const second = new Client(url);
  const formToken = await second.formToken('/first-administrator');
  await fill({});
  const { email, password } = { email: 'second@example.org', password: 'another long password' };
  const form = { formToken, token: firstVisit.token, email, password, repeated: password };
  const body = new URLSearchParams(form);
  const answer = await second.request('POST', '/first-administrator', { headers: { origin: url }, body });
  expect(answer).toMatchObject({ status: 303, location: '/sign-in' });
  expect((await second.get('/first-administrator')).location).toBe('/sign-in');
  expect((await second.get('/')).location).toBe('/sign-in');
  expect(await store.db.administrator.count()).toBe(1);
});

test('two who use it at the same moment do not both get in', async () => {
  const { url, fill, store } = await firstVisitor();
  const visitors = [new Client(url), new Client(url), new Client(url)];
  const answers = await Promise.all(
    visitors.map((client, index) => fill({ email: `visitor-${index}@example.org` }, client)),
  );
  expect(answers.map(({ location }) => location).sort()).toEqual(['/', '/sign-in', '/sign-in']);
  expect(await store.db.administrator.count()).toBe(1);
});

test('without the token nobody gets in', async () => {
  const { client, fill, store, firstVisit } = await firstVisitor();
  for (const token of ['', 'guess', firstVisit.token.slice(1), firstVisit.token.toLowerCase()]) {
    const { status, text } = await fill({ token });
    expect({ token, status }).toEqual({ token, status: 401 });
    expect(text).toContain('not the token');
  }
  expect((await client.get('/')).status).toBe(303);
  expect(await store.db.administrator.count()).toBe(0);
});

test('guessing the token is closed after ten tries', async () => {
  const { fill } = await firstVisitor();
  for (let count = 0; count < 10; count++) expect((await fill({ token: `guess ${count}` })).status).toBe(401);
  expect((await fill({})).status).toBe(429);
});

test('all problems are shown at once, with what was typed but for the passwords', async () => {
  const { fill, store } = await firstVisitor();
  const { status, text } = await fill({ email: 'wilma', password: 'short', repeated: 'shrot' });
  expect(status).toBe(422);
  for (const problem of ['e-mail address', 'at least 12 characters', 'two passwords differ'])
    expect(text).toContain(problem);
  expect(text).toContain('value="wilma"');
  expect(text).not.toMatch(/short|shrot/);
  expect(await store.db.administrator.count()).toBe(0);
});
