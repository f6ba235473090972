import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { onTestFinished } from 'vitest';
import type { CallerName } from '../src/civicrm/callers.ts';
import { CivicrmWorld, type CivicrmWorldOptions } from '../src/civicrm/civicrm-world.ts';
import { createCivicrmRouter } from '../src/civicrm/router.ts';
import { SandboxClock } from '../src/clock.ts';
import { Faults } from '../src/faults.ts';
import { Random } from '../src/random.ts';
import { RequestLog } from '../src/request-log.ts';

/** The clock of these tests stands still at this time: the day of the recordings. */
export const RECORDED_AT = Date.parse('2026-11-23T09:09:35Z');

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes; a wrong guess fails the test
export type Json = any;

export interface TestAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: Json;
  readonly headers: Headers;
}

export interface TestCivicrm {
  readonly world: CivicrmWorld;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Everything before `/civicrm`. */
  readonly base: string;
  /** One call as a caller: `call('admin', 'Contact/get', {…})`. */
  call(who: CallerName | null, path: string, params?: unknown): Promise<TestAnswer>;
  /** The `values` of a call that must succeed. */
  values(who: CallerName, path: string, params?: unknown): Promise<Json>;
  /** Any request below the base. */
  send(path: string, init?: RequestInit): Promise<TestAnswer>;
}

/** CiviCRM alone on a port of its own; closed when the test ends. */
export async function serveCivicrm(
  options: Partial<Pick<CivicrmWorldOptions, 'version' | 'timeZone'>> = {},
): Promise<TestCivicrm> {
  const clock = new SandboxClock();
  clock.freeze();
  clock.set(RECORDED_AT);
  const world = new CivicrmWorld({ clock, random: new Random(1), ...options });
  const faults = new Faults();
  const requests = new RequestLog();
  const base = await serve(createCivicrmRouter({ world, clock, faults, requests }));
  const send = (path: string, init: RequestInit = {}) => request(`${base}${path}`, init);
  const call = (who: CallerName | null, path: string, params: unknown = {}) =>
    send(`/civicrm/ajax/api4/${path}`, {
      method: 'POST',
      headers: {
        'X-Requested-With': 'XMLHttpRequest',
        ...(who === null ? {} : { 'X-Civi-Auth': `Bearer ${world.caller(who).apiKey}` }),
      },
      body: new URLSearchParams({ params: JSON.stringify(params) }),
    });
  const values = async (who: CallerName, path: string, params: unknown = {}) => {
    const answer = await call(who, path, params);
    if (answer.status !== 200 || answer.json === null)
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json.values;
  };
  return { world, clock, faults, requests, base, call, values, send };
}

async function request(url: string, init: RequestInit): Promise<TestAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    text,
    json: type.includes('json') && text !== '' ? JSON.parse(text) : null,
    headers: response.headers,
  };
}

async function serve(router: express.Router): Promise<string> {
  const app = express();
  app.use('/site', router);
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/site`;
}
