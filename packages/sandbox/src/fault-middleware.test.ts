import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultAnswer } from './fault-answer.ts';
import { createFaultMiddleware } from './fault-middleware.ts';
import { Faults } from './faults.ts';

const errorAnswer = (status: number): FaultAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ status }),
});

/** A system with one effect, so that tests see whether a broken request took it. */
async function serveCounter() {
  const faults = new Faults();
  const app = express();
  let effects = 0;
  const server = createServer(app);
  app.use(createFaultMiddleware({ faults, system: 'civicrm', errorAnswer }));
  app.use((_request, response) => {
    effects += 1;
    response.json({ effects });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/thing`;
  return { faults, url, effects: () => effects };
}

describe('a fault that is an answer', () => {
  test.each([
    ['rate-limit', 429, 'application/json'],
    ['server-error', 500, 'application/json'],
    ['unavailable', 503, 'application/json'],
    ['unauthorized', 401, 'application/json'],
    ['forbidden-html', 403, 'text/html; charset=utf-8'],
    ['bad-gateway-html', 502, 'text/html; charset=utf-8'],
    ['rate-limit-html', 429, 'text/html; charset=utf-8'],
    ['gateway-timeout-html', 504, 'text/html; charset=utf-8'],
    ['cdn-error', 503, 'application/json'],
    ['database-down', 500, 'text/html; charset=UTF-8'],
    ['site-maintenance', 503, 'text/html; charset=UTF-8'],
    ['php-down', 502, 'text/html'],
    ['civicrm-maintenance', 503, 'application/json; charset=UTF-8'],
    ['html-200', 200, 'text/html; charset=utf-8'],
    ['empty-200', 200, 'application/json; charset=utf-8'],
  ] as const)(
    '%s is given in place of the real answer, and nothing took effect',
    async (kind, status, type) => {
      const { faults, url, effects } = await serveCounter();
      faults.inject({ system: 'civicrm', kind });
      const response = await fetch(url);
      expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
      const body = await response.text();
      if (kind === 'empty-200') expect(body).toBe('');
      else expect(body).not.toBe('');
      expect(effects()).toBe(0);
      expect(await (await fetch(url)).json()).toEqual({ effects: 1 });
    },
  );

  test('may have a status, a body and a Retry-After of its own', async () => {
    const { faults, url } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'status', status: 418, body: 'teapot' });
    faults.inject({ system: 'civicrm', kind: 'unavailable', retryAfter: 7 });
    const own = await fetch(url);
    expect([own.status, await own.text()]).toEqual([418, 'teapot']);
    expect((await fetch(url)).headers.get('retry-after')).toBe('7');
    faults.inject({ system: 'civicrm', kind: 'site-maintenance' });
    expect((await fetch(url)).headers.get('retry-after')).toBe('600');
    faults.inject({ system: 'civicrm', kind: 'php-down' });
    expect((await fetch(url)).headers.get('content-length')).toBe('157');
  });
});

describe('a fault of the connection', () => {
  test('reset: nothing took effect and there is no answer', async () => {
    const { faults, url, effects } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'reset' });
    await expect(fetch(url)).rejects.toThrow();
    expect(effects()).toBe(0);
  });

  test('reset-after: it took effect and there is no answer', async () => {
    const { faults, url, effects } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'reset-after' });
    await expect(fetch(url)).rejects.toThrow();
    expect(effects()).toBe(1);
  });

  test('truncated-json: it took effect, the answer is whole HTTP and half JSON', async () => {
    const { faults, url, effects } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'truncated-json' });
    const response = await fetch(url);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect('{"effects":1}'.startsWith(text)).toBe(true);
    expect(effects()).toBe(1);
  });

  test('slow: it takes effect late', async () => {
    const { faults, url, effects } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'slow', delayMs: 60, path: '/thing/slow' });
    const start = performance.now();
    const answer = fetch(`${url}/slow`);
    await fetch(url);
    expect(effects()).toBe(1);
    await answer;
    expect(effects()).toBe(2);
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  test('slow-after: it takes effect at once and answers late, even if the caller has gone', async () => {
    const { faults, url, effects } = await serveCounter();
    faults.inject({ system: 'civicrm', kind: 'slow-after', delayMs: 10_000 });
    const caller = new AbortController();
    const given = fetch(url, { signal: caller.signal });
    await expect.poll(effects).toBe(1);
    caller.abort();
    await expect(given).rejects.toThrow();
    faults.inject({ system: 'civicrm', kind: 'slow-after', delayMs: 60 });
    const start = performance.now();
    expect(await (await fetch(url)).json()).toEqual({ effects: 2 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });
});

test('latency holds up every request of its system and no other', async () => {
  const { faults, url } = await serveCounter();
  faults.setLatency('mailchimp', 10_000);
  faults.setLatency('civicrm', 40);
  const start = performance.now();
  await fetch(url);
  expect(performance.now() - start).toBeGreaterThanOrEqual(35);
  expect(performance.now() - start).toBeLessThan(5_000);
});
