import { createLog } from '@mcsync/core/log';
import { listen } from '@mcsync/core/process/listen';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStores, type TestStores } from '../testing/open-stores.ts';
import { createSignInLimits } from './limits.ts';
import { REFUSALS, reasonFor } from './refusal.ts';

const answerRefusals: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(REFUSALS[reasonFor(error)].status).end();
};

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let streets = 0;

/** A door behind both limits that opens to "sesame"; it believes whoever says from where they come. Those of a street of their own know nothing of other doors. */
async function openDoor(street = ++streets) {
  const { perPlace, perAccount } = createSignInLimits({ store: stores.store, log: createLog('silent') });
  const app = express().set('trust proxy', 'loopback');
  app.post('/', perPlace, express.urlencoded(), perAccount, (request, response) => {
    response.status(request.body.password === 'sesame' ? 303 : 401).end();
  });
  app.use(answerRefusals);
  const server = await listen(app, { host: '127.0.0.1', port: 0, variable: 'PORT' });
  onTestFinished(() => server.close());
  return async (place: string, email: string, password: string): Promise<number> => {
    const body = new URLSearchParams({ email: email.replace('@', `.${street}@`), password });
    const headers = { 'x-forwarded-for': place.replace(/^198\.51|^203\.0/, `10.${street}`) };
    return (await fetch(server.url, { method: 'POST', headers, body })).status;
  };
}

test('ten failures close the door for a place, whomever it tries, and for no other place', async () => {
  const knock = await openDoor();
  for (let count = 0; count < 10; count++)
    expect(await knock('198.51.100.1', `${count}@example.org`, 'guess')).toBe(401);
  expect(await knock('198.51.100.1', 'wilma@example.org', 'sesame')).toBe(429);
  expect(await knock('198.51.100.2', 'wilma@example.org', 'sesame')).toBe(303);
});

test('one place of IPv6 is a network: its addresses are too many to count', async () => {
  const knock = await openDoor();
  for (let count = 0; count < 10; count++)
    expect(await knock(`2001:db8::${count + 1}`, `${count}@example.org`, 'guess')).toBe(401);
  expect(await knock('2001:db8::ffff', 'wilma@example.org', 'sesame')).toBe(429);
});

test('fifty failures for one address, in whatever spelling, close it for all places, and close no other address', async () => {
  const knock = await openDoor();
  for (let count = 0; count < 50; count++)
    expect(
      await knock(`198.51.100.${count}`, count % 2 === 0 ? 'Wilma@example.org ' : 'wilma@example.org', 'x'),
    ).toBe(401);
  expect(await knock('203.0.113.1', 'wilma@example.org', 'sesame')).toBe(429);
  expect(await knock('203.0.113.1', 'fred@example.org', 'sesame')).toBe(303);
});

test('who knows the password may come as often as they like', async () => {
  const knock = await openDoor();
  for (let count = 0; count < 30; count++)
    expect(await knock('198.51.100.1', 'wilma@example.org', 'sesame')).toBe(303);
});

test('dashboards that share a database count together, also those that were started later', async () => {
  const street = ++streets;
  const doors = [await openDoor(street), await openDoor(street)];
  const knockAt = (at: number) => doors[at % 2] ?? expect.unreachable();
  for (let count = 0; count < 10; count++)
    expect(await knockAt(count)('198.51.100.1', `${count}@example.org`, 'guess')).toBe(401);
  const later = await openDoor(street);
  for (const knock of [...doors, later])
    expect(await knock('198.51.100.1', 'wilma@example.org', 'sesame')).toBe(429);
});

test('of many who try at once none slips through', async () => {
  const knock = await openDoor();
  const tries = Array.from({ length: 30 }, (_, at) => knock('198.51.100.1', `${at}@example.org`, 'guess'));
  const answers = await Promise.all(tries);
  expect(answers.filter((status) => status === 401)).toHaveLength(10);
});

test('what is over counts no more, and is cleared away', async () => {
  const knock = await openDoor();
  for (let count = 0; count < 10; count++) await knock('198.51.100.1', 'wilma@example.org', 'guess');
  await knock('198.51.100.9', 'fred@example.org', 'guess');
  await stores.store.db.signInTry.updateMany({ data: { expire: new Date(Date.now() - 1) } });
  expect(await knock('198.51.100.1', 'wilma@example.org', 'sesame')).toBe(303);
  await expect.poll(() => stores.store.db.signInTry.count({ where: { expire: { lt: new Date() } } })).toBe(0);
});
