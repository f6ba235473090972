import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { SandboxClock } from '../src/clock.ts';
import { Faults } from '../src/faults.ts';
import type { Account } from '../src/mailchimp/account.ts';
import type { Audience } from '../src/mailchimp/audience.ts';
import { createMailchimpService, type MailchimpService } from '../src/mailchimp/mailchimp-service.ts';
import { MailchimpWorld } from '../src/mailchimp/mailchimp-world.ts';
import { createMailchimpRouter } from '../src/mailchimp/router.ts';
import type { MailchimpSettings } from '../src/mailchimp/settings.ts';
import { Random } from '../src/random.ts';
import { RequestLog } from '../src/request-log.ts';

export const KEY = '0123456789abcdef0123456789abcdef-us6';

/** The clock of these tests stands still at this time, a whole second. */
export const NOW = Date.parse('2026-03-02T09:30:00Z');

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes; a wrong guess fails the test
export type Json = any;

export interface TestAnswer {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
  readonly headers: Headers;
}

/** A call of the API and what came back, for whoever looks over the shoulder. */
export interface Exchange extends TestAnswer {
  readonly method: string;
  /** Below `/3.0`, with its query. */
  readonly path: string;
}

export interface TestMailchimp {
  readonly world: MailchimpWorld;
  readonly service: MailchimpService;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly account: Account;
  readonly audience: Audience;
  /** Everything up to and including `/3.0`. */
  readonly base: string;
  /** One call with the account's key; `path` may carry a query. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  /** One call below `/lists/{the audience}`. */
  list(method: string, path: string, body?: unknown): Promise<TestAnswer>;
  /** To be called when it is over, however it ended. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly settings?: Partial<MailchimpSettings>;
  /** Is shown every answer that no fault can have touched. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** Mailchimp alone on a port of its own, with one account and one audience. */
export async function startMailchimp({
  settings = {},
  onExchange,
}: StartOptions = {}): Promise<TestMailchimp> {
  const clock = new SandboxClock();
  clock.freeze();
  clock.set(NOW);
  const world = new MailchimpWorld({ clock, random: new Random(1), settings });
  const faults = new Faults();
  const requests = new RequestLog();
  const account = world.addAccount({ keys: [KEY] });
  const audience = world.addAudience(account.id, { name: 'Friends' });
  const around = { world, clock, faults, publicUrl: () => url };
  const service = createMailchimpService(around);
  const app = express();
  app.use('/mailchimp', createMailchimpRouter({ ...around, service, requests }));
  const { url, close } = await serve(app);
  const base = `${url}/mailchimp/3.0`;
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> => {
    const isWhole = faults.list().length === 0;
    const answer = await request(`${base}${path}`, method, body, {
      authorization: `Bearer ${KEY}`,
      ...headers,
    });
    if (isWhole) onExchange?.({ ...answer, method, path });
    return answer;
  };
  const list = (method: string, path: string, body?: unknown) =>
    call(method, `/lists/${audience.id}${path}`, body);
  return {
    world,
    service,
    clock,
    faults,
    requests,
    account,
    audience,
    base,
    call,
    list,
    async close() {
      clock.clearAlarms();
      service.sender.close();
      await close();
    },
  };
}

/** Any HTTP request, its answer read to the end. A string is sent as it is, anything else as JSON. */
export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<TestAnswer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...sent,
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
  return {
    status: response.status,
    text,
    headers: response.headers,
    json: isJson ? parseOrNull(text) : null,
  };
}

export interface Served {
  readonly url: string;
  /** Does not keep the process alive by itself. */
  readonly unref: () => void;
  readonly close: () => Promise<void>;
}

/** An app on a free port of this machine. */
export async function serve(app: express.Express): Promise<Served> {
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unref: () => server.unref(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function parseOrNull(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
