import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import {
  findAdministrator,
  findAdministratorByEmail,
  hasAdministrator,
  recordAdministrator,
  recordFirstAdministrator,
  recordRole,
  recordUser,
  removeAdministrator,
} from './administrators.ts';
import { findSignedIn, recordSession } from './sessions.ts';
import { openStore, type Store } from './store.ts';

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openStore({ url: database.url });
});
beforeEach(() => store.db.administrator.deleteMany());
afterAll(async () => {
  await store.close();
  await database.drop();
});

const recordFirst = (email: string) =>
  store.transaction((tx) => recordFirstAdministrator(tx, { email, passwordHash: 'hash' }));
const isSignedIn = async (id: string) => (await findSignedIn(store.db, id, new Date())) !== null;

async function signIn(administratorId: number, id: string): Promise<void> {
  const expiresAt = new Date(Date.now() + 60_000);
  await recordSession(store.db, { id, administratorId, browser: '', expiresAt });
}

test('an administrator is found by any spelling of the address', async () => {
  await recordAdministrator(store.db, { email: ' Wilma@Example.org', passwordHash: 'hash' });
  const found = await findAdministratorByEmail(store.db, 'WILMA@example.ORG ');
  expect(found).toMatchObject({ email: 'wilma@example.org', passwordHash: 'hash', role: 'administrator' });
  expect(await findAdministrator(store.db, found?.id ?? 0)).toEqual(found);
  expect(await findAdministratorByEmail(store.db, 'fred@example.org')).toBeNull();
});

test('only one of many who ask at once becomes the first administrator', async () => {
  expect(await hasAdministrator(store.db)).toBe(false);
  const made = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => recordFirst(`${name}@example.org`)));
  expect(made.filter((administrator) => administrator !== null)).toHaveLength(1);
  expect(await store.db.administrator.count()).toBe(1);
  expect(await recordFirst('late@example.org')).toBeNull();
});

test('another password ends the sessions made with the old one, and nobody else’s', async () => {
  await recordAdministrator(store.db, { email: 'wilma@example.org', passwordHash: 'old' });
  await recordAdministrator(store.db, { email: 'fred@example.org', passwordHash: 'hash' });
  const wilma = await findAdministratorByEmail(store.db, 'wilma@example.org');
  const fred = await findAdministratorByEmail(store.db, 'fred@example.org');
  await signIn(wilma?.id ?? 0, 'of-wilma');
  await signIn(fred?.id ?? 0, 'of-fred');
  expect([await isSignedIn('of-wilma'), await isSignedIn('of-fred')]).toEqual([true, true]);
  await recordAdministrator(store.db, { email: 'Wilma@example.org', passwordHash: 'new' });
  const after = await findAdministratorByEmail(store.db, 'wilma@example.org');
  expect(after).toMatchObject({ id: wilma?.id, passwordHash: 'new' });
  expect([await isSignedIn('of-wilma'), await isSignedIn('of-fred')]).toEqual([false, true]);
});

test('a session is over when its time is', async () => {
  const wilma = await recordFirst('wilma@example.org');
  await recordSession(store.db, {
    id: 'short',
    administratorId: wilma?.id ?? 0,
    browser: '',
    expiresAt: new Date(Date.now() - 1),
  });
  expect(await isSignedIn('short')).toBe(false);
  await signIn(wilma?.id ?? 0, 'next'); // clears away what is over
  expect(await store.db.session.count()).toBe(1);
});

test('the last administrator can be neither removed nor made a viewer, even if two ask at once', async () => {
  const wilma = await recordFirst('wilma@example.org');
  const fred = await store.transaction((tx) =>
    recordUser(tx, { email: 'fred@example.org', passwordHash: 'hash', role: 'administrator' }),
  );
  const [wilmaId, fredId] = [wilma?.id ?? 0, fred?.id ?? 0];
  const done = await Promise.all([
    store.transaction((tx) => removeAdministrator(tx, wilmaId)),
    store.transaction((tx) => recordRole(tx, fredId, 'viewer')),
  ]);
  expect(done.filter((isDone) => isDone)).toHaveLength(1);
  expect(await store.db.administrator.count({ where: { role: 'administrator' } })).toBe(1);
});
