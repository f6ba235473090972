import { scryptSync } from 'node:crypto';
import { createLog } from '@mcsync/core/log';
import { findAdministratorByEmail, recordAdministrator } from '@mcsync/core/store/administrators';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { startDashboard, type TestDashboardOptions, WILMA } from '../../testing/start-dashboard.ts';
import { ensureAdministrator } from '../ensure-administrator.ts';
import { hashPassword } from '../password.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(() => stores.store.db.administrator.deleteMany());
afterAll(() => stores.close());

async function visitor(options: TestDashboardOptions = {}) {
  const dashboard = await startDashboard(stores, options);
  return { ...stores, ...dashboard, client: new Client(dashboard.url) };
}

test('the right password opens the status page, in any spelling of the address', async () => {
  const { client } = await visitor();
  expect(await client.signIn({ ...WILMA, email: ' Wilma@Example.org' })).toMatchObject({
    status: 303,
    location: '/',
  });
  const { status, text } = await client.get('/');
  expect(status).toBe(200);
  expect(text).toContain(WILMA.email);
});

test('a wrong password and an unknown address get the same answer', async () => {
  const { client, url } = await visitor();
  const wrong = await client.signIn({ ...WILMA, password: 'correct horse batterz' });
  const unknown = await new Client(url).signIn({ ...WILMA, email: 'fred@example.org' });
  for (const { status, text } of [wrong, unknown]) {
    expect(status).toBe(401);
    expect(text).toContain('The e-mail address or the password is wrong.');
  }
  const shape = (text: string) => text.replaceAll(/value="[^"]*"/g, '');
  expect(shape(unknown.text)).toBe(shape(wrong.text));
  expect((await client.get('/')).location).toBe('/sign-in');
});

test('what was typed comes back as text, never as a part of the page', async () => {
  const { client } = await visitor();
  const { text } = await client.signIn({ email: '"><script>alert(1)</script>', password: 'x' });
  expect(text).not.toContain('<script>');
  expect(text).toContain('&lt;script>alert(1)');
});

test('signing in does not lead away from us', async () => {
  const { client } = await visitor();
  expect((await client.signIn(WILMA, 'https://evil.example/')).location).toBe('/');
});

test('who is signed in has no use for the sign-in page', async () => {
  const { client } = await visitor();
  await client.signIn(WILMA);
  expect((await client.get('/sign-in?next=/queues')).location).toBe('/queues');
});

test('the session of a stranger is not kept when somebody signs in', async () => {
  const { client } = await visitor();
  const before = await client.formToken('/sign-in');
  const planted = client.cookie;
  await client.signIn(WILMA);
  expect(await client.formToken('/')).not.toBe(before);
  client.cookie = planted;
  expect((await client.get('/')).location).toBe('/sign-in');
});

test('signing out ends the session, and every copy of its cookie; other browsers stay signed in', async () => {
  const { client, url } = await visitor();
  const elsewhere = new Client(url);
  await client.signIn(WILMA);
  await elsewhere.signIn(WILMA);
  const copy = client.cookie;
  expect(await client.send('/', '/sign-out', {})).toMatchObject({ status: 303, location: '/sign-in' });
  expect(client.cookie).toBe('');
  client.cookie = copy;
  expect((await client.get('/')).location).toBe('/sign-in');
  expect((await elsewhere.get('/')).status).toBe(200);
});

test('signing out everywhere ends the sessions of all browsers', async () => {
  const { client, url } = await visitor();
  const elsewhere = new Client(url);
  await client.signIn(WILMA);
  await elsewhere.signIn(WILMA);
  const out = await client.send('/account', '/account/sign-out-everywhere', {});
  expect(out).toMatchObject({ status: 303, location: '/sign-in' });
  expect((await client.get('/')).location).toBe('/sign-in');
  expect((await elsewhere.get('/')).location).toBe('/sign-in');
  expect((await elsewhere.signIn(WILMA)).location).toBe('/');
});

test('one browser can be signed out from another, and nobody else’s can', async () => {
  const { client, url, store } = await visitor();
  const fred = { email: 'fred@example.org', password: 'another long password' };
  await recordAdministrator(store.db, { email: fred.email, passwordHash: await hashPassword(fred.password) });
  const [elsewhere, other] = [new Client(url), new Client(url)];
  await client.signIn(WILMA);
  await elsewhere.signIn(WILMA);
  await other.signIn(fred);
  const { text } = await client.get('/account');
  const [, id = ''] = /end-session".*?name="id" value="([^"]+)"/s.exec(text) ?? [];
  expect(await other.send('/account', '/account/end-session', { id })).toMatchObject({ status: 303 });
  expect((await elsewhere.get('/')).status).toBe(200);
  await client.send('/account', '/account/end-session', { id });
  expect((await elsewhere.get('/')).location).toBe('/sign-in');
  expect((await client.get('/')).status).toBe(200);
});

test('a password hashed by scrypt is hashed by argon2id when its owner signs in', async () => {
  const { client, url, store } = await visitor();
  const salt = Buffer.from('some salt, kept with it');
  const key = scryptSync(WILMA.password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const passwordHash = `$scrypt$ln=10,r=8,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
  await store.db.administrator.updateMany({ data: { passwordHash } });
  expect((await client.signIn(WILMA)).location).toBe('/');
  expect((await findAdministratorByEmail(store.db, WILMA.email))?.passwordHash).toMatch(/^\$argon2id\$/);
  expect((await new Client(url).signIn(WILMA)).location).toBe('/');
});

test('a session is a row that tells nobody how to sign in', async () => {
  const { client, store } = await visitor();
  await client.signIn(WILMA);
  const [session] = await store.db.session.findMany();
  expect(client.cookie).not.toContain(session?.id);
  client.cookie = `mcsync=${session?.id}`;
  expect((await client.get('/')).location).toBe('/sign-in');
});

test('another password of one’s own needs the present one, and signs out all other browsers', async () => {
  const { client, url } = await visitor();
  const elsewhere = new Client(url);
  await client.signIn(WILMA);
  await elsewhere.signIn(WILMA);
  const form = { present: 'not this one', password: 'a new long password', repeated: 'a new long password' };
  const refused = await client.send('/account', '/account/password', form);
  expect(refused).toMatchObject({ status: 422, text: expect.stringContaining('not your present password') });
  await client.send('/account', '/account/password', { ...form, present: WILMA.password });
  expect((await client.get('/')).status).toBe(200);
  expect((await elsewhere.get('/')).location).toBe('/sign-in');
  expect((await elsewhere.signIn({ ...WILMA, password: 'a new long password' })).location).toBe('/');
});

test('another password ends the sessions of the old one; somebody else stays signed in', async () => {
  const { client, url, store } = await visitor();
  const fred = { email: 'fred@example.org', password: 'another long password' };
  await recordAdministrator(store.db, { email: fred.email, passwordHash: await hashPassword(fred.password) });
  const other = new Client(url);
  await client.signIn(WILMA);
  await other.signIn(fred);
  await recordAdministrator(store.db, {
    email: WILMA.email,
    passwordHash: await hashPassword('a new password'),
  });
  expect((await client.get('/')).location).toBe('/sign-in');
  expect((await other.get('/')).status).toBe(200);
});

test('an administrator who was removed is signed out', async () => {
  const { client, store } = await visitor();
  await client.signIn(WILMA);
  await store.db.administrator.deleteMany();
  expect((await client.get('/')).location).toBe('/sign-in');
});

test('a cookie that was changed is worth nothing', async () => {
  const { client } = await visitor();
  await client.signIn(WILMA);
  const cookie = client.cookie;
  const middle = Math.floor(cookie.length / 2);
  client.cookie = `${cookie.slice(0, middle)}${cookie[middle] === 'A' ? 'B' : 'A'}${cookie.slice(middle + 1)}`;
  expect((await client.get('/')).location).toBe('/sign-in');
});

test('a cookie is good for every process that has the same secret', async () => {
  const appSecret = 'the secret of this installation, long enough';
  const { client, store, queues } = await visitor({ appSecret });
  await client.signIn(WILMA);
  const another = new Client(
    (await startDashboard({ store, queues }, { appSecret, administrator: 'none' })).url,
  );
  another.cookie = client.cookie;
  expect((await another.get('/')).status).toBe(200);
});

test('after ten wrong passwords from one place the right one has to wait, too', async () => {
  const { client, url } = await visitor();
  // One page for all of them, as a guesser would have it.
  const formToken = await client.formToken('/sign-in');
  const guess = (password: string) =>
    client.request('POST', '/sign-in', {
      headers: { origin: url },
      body: new URLSearchParams({ formToken, email: WILMA.email, password }),
    });
  for (let count = 0; count < 10; count++) expect((await guess(`guess ${count}`)).status).toBe(401);
  const closed = await guess(WILMA.password);
  expect(closed.status).toBe(429);
  expect(closed.text).toContain('Try again in 15 minutes');
  expect(Number(closed.headers.get('retry-after'))).toBeGreaterThan(800);
});

test('the administrator of the environment gets a changed password, and keeps the session otherwise', async () => {
  const { client, store } = await visitor();
  const log = createLog('silent');
  await client.signIn(WILMA);
  const before = await findAdministratorByEmail(store.db, WILMA.email);
  await ensureAdministrator(store.db, WILMA, log);
  expect(await findAdministratorByEmail(store.db, WILMA.email)).toEqual(before);
  expect((await client.get('/')).status).toBe(200);
  await ensureAdministrator(store.db, { ...WILMA, password: 'changed since then' }, log);
  expect((await client.get('/')).location).toBe('/sign-in');
  expect((await client.signIn({ ...WILMA, password: 'changed since then' })).status).toBe(303);
});

test('the administrator of the environment is added where there is nobody', async () => {
  const { client, store } = await visitor({ administrator: 'none' });
  await ensureAdministrator(
    store.db,
    { email: 'Fred@example.org', password: 'a long password' },
    createLog('silent'),
  );
  expect((await client.signIn({ email: 'fred@example.org', password: 'a long password' })).status).toBe(303);
});
