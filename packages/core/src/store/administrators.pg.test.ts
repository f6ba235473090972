import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import {
  findAdministrator,
  findAdministratorByEmail,
  hasAdministrator,
  recordAdministrator,
  recordFirstAdministrator,
  recordSessionsVoid,
} from './administrators.ts';
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

test('an administrator is found by any spelling of the address', async () => {
  await recordAdministrator(store.db, { email: ' Wilma@Example.org', passwordHash: 'hash' });
  const found = await findAdministratorByEmail(store.db, 'WILMA@example.ORG ');
  expect(found).toMatchObject({ email: 'wilma@example.org', passwordHash: 'hash' });
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

test('another password voids the sessions made with the old one', async () => {
  await recordAdministrator(store.db, { email: 'wilma@example.org', passwordHash: 'old' });
  const before = await findAdministratorByEmail(store.db, 'wilma@example.org');
  await recordAdministrator(store.db, { email: 'Wilma@example.org', passwordHash: 'new' });
  const after = await findAdministratorByEmail(store.db, 'wilma@example.org');
  expect(after).toMatchObject({ id: before?.id, passwordHash: 'new' });
  expect(after?.sessionsValidFrom.getTime()).toBeGreaterThan(before?.sessionsValidFrom.getTime() ?? 0);
});

test('every revocation makes a new moment, however quickly they follow each other, and for one administrator only', async () => {
  await recordAdministrator(store.db, { email: 'wilma@example.org', passwordHash: 'hash' });
  await recordAdministrator(store.db, { email: 'fred@example.org', passwordHash: 'hash' });
  const fred = await findAdministratorByEmail(store.db, 'fred@example.org');
  const seen: number[] = [];
  for (let round = 0; round < 20; round++) {
    const wilma = await findAdministratorByEmail(store.db, 'wilma@example.org');
    seen.push(wilma?.sessionsValidFrom.getTime() ?? 0);
    await recordSessionsVoid(store.db, wilma?.id ?? 0);
  }
  expect(new Set(seen).size).toBe(20);
  expect(await findAdministratorByEmail(store.db, 'fred@example.org')).toEqual(fred);
});
