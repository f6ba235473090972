import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { startDashboard, WILMA } from '../../testing/start-dashboard.ts';

let stores: TestStores;
const FRED = { email: 'fred@example.org', password: 'another long password' };

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(async () => {
  await stores.store.db.administrator.deleteMany();
  await stores.store.db.invitation.deleteMany();
});
afterAll(() => stores.close());

async function administrator() {
  const dashboard = await startDashboard(stores);
  const client = new Client(dashboard.url);
  await client.signIn(WILMA);
  return { ...stores, ...dashboard, client };
}

/** Invites Fred, and gives the path of his link. */
async function invite(client: Client, role: string): Promise<string> {
  const { text } = await client.send('/users', '/users/invite', { email: FRED.email, role });
  return /\/invitation\/[\w-]+/.exec(text)?.[0] ?? '';
}

async function accept(url: string, path: string): Promise<Client> {
  const fred = new Client(url);
  const { password } = FRED;
  expect(await fred.send(path, path, { password, repeated: password })).toMatchObject({
    status: 303,
    location: '/',
  });
  return fred;
}

test('whoever holds the link of an invitation chooses a password, once', async () => {
  const { client, url, store } = await administrator();
  const path = await invite(client, 'viewer');
  const fred = await accept(url, path);
  expect((await fred.get('/')).status).toBe(200);
  expect((await new Client(url).signIn(FRED)).location).toBe('/');
  expect((await new Client(url).get(path)).status).toBe(404);
  const acts = await store.db.act.findMany({ orderBy: { id: 'asc' }, select: { who: true, kind: true } });
  expect(acts).toEqual([
    { who: WILMA.email, kind: 'user-invited' },
    { who: FRED.email, kind: 'user-joined' },
  ]);
});

test('the link is kept nowhere, and of two invitations only the later one is good', async () => {
  const { client, url, store } = await administrator();
  const [first, second] = [await invite(client, 'administrator'), await invite(client, 'viewer')];
  expect(JSON.stringify(await store.db.invitation.findMany())).not.toContain(second.split('/').at(-1));
  expect((await new Client(url).get(first)).status).toBe(404);
  await accept(url, second);
});

test('a link that was withdrawn, or is older than three days, is over', async () => {
  const { client, url, store } = await administrator();
  const path = await invite(client, 'viewer');
  await store.db.invitation.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await new Client(url).get(path)).text).toContain('This link is over');
  const again = await invite(client, 'viewer');
  const { id = 0 } = (await store.db.invitation.findFirst()) ?? {};
  await client.send('/users', '/users/withdraw', { id: String(id) });
  expect((await new Client(url).get(again)).status).toBe(404);
});

test('a viewer looks at everything, and finds nothing to change anything with', async () => {
  const { client, url, store } = await administrator();
  const fred = await accept(url, await invite(client, 'viewer'));
  const before = await store.db.administrator.findMany();
  for (const path of ['/users', '/queues', '/queues/api/queues'])
    expect({ path, status: (await fred.get(path)).status }).toEqual({ path, status: 403 });
  const wilma = before.find(({ email }) => email === WILMA.email);
  const fields = { id: String(wilma?.id), role: 'viewer' };
  for (const action of ['/users/role', '/users/remove', '/users/sign-out', '/users/invite'])
    expect((await fred.send('/account', action, fields)).status).toBe(403);
  expect(await store.db.administrator.findMany()).toEqual(before);
  expect((await client.get('/')).status).toBe(200);
});

test('whoever is removed, or signed out by an administrator, is out at once', async () => {
  const { client, url, store } = await administrator();
  const fred = await accept(url, await invite(client, 'administrator'));
  const { id = 0 } = (await store.db.administrator.findFirst({ where: { email: FRED.email } })) ?? {};
  await client.send('/users', '/users/sign-out', { id: String(id) });
  expect((await fred.get('/')).location).toBe('/sign-in');
  await fred.signIn(FRED);
  await client.send('/users', '/users/role', { id: String(id), role: 'viewer' });
  expect((await fred.get('/users')).status).toBe(403);
  await client.send('/users', '/users/remove', { id: String(id) });
  expect((await fred.get('/')).location).toBe('/sign-in');
  expect((await fred.signIn(FRED)).status).toBe(401);
});

test('nobody can take the last administrator’s rights', async () => {
  const { client, store } = await administrator();
  const { id = 0 } = (await store.db.administrator.findFirst()) ?? {};
  for (const action of ['/users/remove', '/users/role']) {
    const answer = await client.send('/users', action, { id: String(id), role: 'viewer' });
    expect(answer).toMatchObject({ status: 422, text: expect.stringContaining('nobody who can change') });
  }
});

test('who may sign in already, or has no address, is not invited', async () => {
  const { client } = await administrator();
  for (const email of [WILMA.email, 'nobody'])
    expect((await client.send('/users', '/users/invite', { email, role: 'viewer' })).status).toBe(422);
});
