import { listen } from '@mcsync/core/process/listen';
import express, { type ErrorRequestHandler } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { createSignInLimits } from './limits.ts';
import { REFUSALS, reasonFor } from './refusal.ts';

const answerRefusals: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(REFUSALS[reasonFor(error)].status).end();
};

/** A door behind both limits that opens to "sesame"; it believes whoever says from where they come. */
async function openDoor() {
  const { perPlace, perAccount } = createSignInLimits();
  const app = express().set('trust proxy', 'loopback');
  app.post('/', perPlace, express.urlencoded(), perAccount, (request, response) => {
    response.status(request.body.password === 'sesame' ? 303 : 401).end();
  });
  app.use(answerRefusals);
  const server = await listen(app, { host: '127.0.0.1', port: 0, variable: 'PORT' });
  onTestFinished(() => server.close());
  return async (place: string, email: string, password: string): Promise<number> => {
    const body = new URLSearchParams({ email, password });
    const headers = { 'x-forwarded-for': place };
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
