import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import {
  EAGER,
  type GatewayWorld,
  never,
  startGateways,
  startWithMember,
  WILMA,
} from '../../../testing/gateways-sandbox.ts';
import { nobodyListens, serveInstead } from '../../../testing/gateways-server.ts';
import { createMailchimp } from './create-mailchimp.ts';

const EVERYBODY = { list: 'default', window: null } as const;

function fetchPage({ mailchimp, audience }: GatewayWorld, signal = never()) {
  return mailchimp.reader.fetchMembers(audience, EVERYBODY, { offset: 0, count: 10 }, signal);
}

describe('what passes is waited for', () => {
  test.each([
    'rate-limit',
    'forbidden-html',
    'server-error',
    'bad-gateway-html',
    'unavailable',
    'reset',
    'reset-after',
    'truncated-json',
  ] as const)('%s, twice, then an answer', async (kind) => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind, times: 2 });
    expect((await fetchPage(world)).members).toHaveLength(1);
    expect(world.requests.mailchimp).toBe(3);
    expect(world.limiter).toMatchObject({ taken: 0, released: 3 });
  });

  test('no answer within our time limit: the request may still run there, so its slot stays taken', async () => {
    const world = await startWithMember({ mailchimp: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000 });
    expect((await fetchPage(world)).members).toHaveLength(1);
    expect(world.limiter).toMatchObject({ abandoned: 1, released: 1 });
  });

  test.each([
    ['rate-limit', 'MAILCHIMP_BUSY'],
    ['forbidden-html', 'MAILCHIMP_BUSY'],
    ['bad-gateway-html', 'MAILCHIMP_BUSY'],
    ['reset', 'MAILCHIMP_UNREACHABLE'],
    ['truncated-json', 'MAILCHIMP_BAD_ANSWER'],
  ] as const)('%s without end is given up as transient', async (kind, code) => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind, times: Infinity });
    const error = await rejection(fetchPage(world));
    expect(error).toMatchObject({ name: 'TransientError', code });
    expect(world.requests.mailchimp).toBe(5);
    expectToHide(error, [world.sandbox.mailchimp.apiKey, WILMA]);
  });

  test('a long wait that is asked for is left to the job', async () => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'unavailable', retryAfter: 600 });
    await expect(fetchPage(world)).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 600_000 });
    expect(world.requests.mailchimp).toBe(1);
  });

  test('nobody at the address', async () => {
    const world = await startGateways({ mailchimp: { baseUrl: `${await nobodyListens()}/3.0` } });
    const error = await rejection(fetchPage(world));
    expect(error).toMatchObject({ name: 'TransientError', code: 'MAILCHIMP_UNREACHABLE' });
    expect(String(error)).toContain('(ECONNREFUSED)');
  });
});

describe('what needs somebody to act is said once', () => {
  async function expectFault(world: GatewayWorld, code: string, saying: RegExp) {
    const error = await rejection(fetchPage(world));
    expect(error).toMatchObject({ name: 'FaultError', code });
    expect(String(error)).toMatch(saying);
    expect(world.requests.mailchimp).toBe(1);
    expectToHide(error, [world.sandbox.mailchimp.apiKey, WILMA]);
  }

  test('a revoked key', async () => {
    const world = await startWithMember();
    world.sandbox.mailchimp.world.revokeKey(world.sandbox.mailchimp.apiKey);
    await expectFault(world, 'MAILCHIMP_KEY_REFUSED', /Make a new one/);
  });

  test('a key of another data centre', async () => {
    const apiKey = '0123456789abcdef0123456789abcdef-us99';
    await expectFault(await startWithMember({ mailchimp: { apiKey } }), 'MAILCHIMP_KEY_REFUSED', /whole/);
  });

  test('a suspended account', async () => {
    const world = await startWithMember();
    world.sandbox.mailchimp.world.suspendAccount(world.sandbox.mailchimp.accountId);
    await expectFault(world, 'MAILCHIMP_ACCOUNT_DISABLED', /Sign in/);
  });

  test('a key without the right', async () => {
    const world = await startWithMember();
    const body = JSON.stringify({ title: 'Forbidden', status: 403, detail: `not ${WILMA}` });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 403, body });
    await expectFault(world, 'MAILCHIMP_FORBIDDEN', /administrator/);
  });

  test('a request that Mailchimp refuses', async () => {
    const world = await startWithMember();
    const body = JSON.stringify({ title: 'Invalid Resource', status: 400, detail: `not ${WILMA}` });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 400, body });
    await expectFault(world, 'MAILCHIMP_REFUSED', /400 Invalid Resource/);
  });

  test.each([
    ['html-200', /web page/],
    ['empty-200', /empty answer/],
  ] as const)('%s', async (kind, saying) => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind });
    await expectFault(world, 'MAILCHIMP_BAD_ANSWER', saying);
  });

  test('JSON with keys missing: their paths are told, no values', async () => {
    const world = await startWithMember();
    const body = JSON.stringify({ members: [{ id: 'x', email_address: WILMA }], total_items: 1 });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 200, body });
    await expectFault(world, 'MAILCHIMP_BAD_ANSWER', /lacks/);
  });

  test('a redirect, though the SDK follows it', async () => {
    const world = await startWithMember();
    const { baseUrl, apiKey } = world.sandbox.mailchimp;
    const elsewhere = await serveInstead((request, response) => {
      response.writeHead(307, { Location: `${baseUrl}${request.url?.replace('/3.0', '')}` }).end();
    });
    const options = { baseUrl: `${elsewhere}/3.0`, apiKey, limiter: world.limiter, count: () => undefined };
    const { reader } = createMailchimp({ ...options, retries: EAGER });
    await expect(reader.fetchAccount(never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'MAILCHIMP_BAD_ANSWER',
    });
  });
});

describe('nobody is taken for gone', () => {
  test.each([
    ['text/html', '<html>not found</html>'],
    ['application/json', '{"type":"akamai_error_message","title":"akamai_404","status":404}'],
  ])('on a 404 that is not Mailchimp’s own (%s)', async (type, body) => {
    const baseUrl = await serveInstead((_, response) => {
      response.writeHead(404, { 'Content-Type': type }).end(body);
    });
    const { mailchimp, audience } = await startGateways({ mailchimp: { baseUrl: `${baseUrl}/3.0` } });
    for (const read of [
      mailchimp.reader.fetchMember(audience, 'a'.repeat(32), never()),
      mailchimp.reader.fetchAudience(audience, never()),
    ]) {
      await expect(read).rejects.toMatchObject({ code: 'MAILCHIMP_BAD_ANSWER' });
    }
  });

  test('while the audience itself is gone', async () => {
    const world = await startWithMember();
    world.sandbox.mailchimp.world.removeAudience(world.list.id);
    await expect(world.mailchimp.reader.fetchMember(world.audience, WILMA, never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'MAILCHIMP_AUDIENCE_MISSING',
    });
  });
});

test('a status that we do not know is a riddle of that member, not an error', async () => {
  const world = await startWithMember();
  const at = '2026-03-02T09:30:00+00:00';
  const member = {
    id: 'a',
    contact_id: 'b',
    email_address: WILMA,
    status: 'snoozed',
    last_changed: at,
    timestamp_opt: '',
  };
  const body = JSON.stringify({ members: [member], total_items: 1 });
  world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 200, body });
  expect((await fetchPage(world)).members).toMatchObject([{ status: 'unknown', optedInAt: null }]);
});

test('a caller who gives up is told so at once, and while waiting for a slot nothing is sent', async () => {
  const world = await startWithMember();
  world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000 });
  const controller = new AbortController();
  const reading = fetchPage(world, controller.signal);
  await expect.poll(() => world.requests.mailchimp).toBe(1);
  controller.abort(new Error('shut down'));
  await expect(reading).rejects.toThrow('shut down');
  await expect(fetchPage(world, controller.signal)).rejects.toThrow('shut down');
  expect(world.requests.mailchimp).toBe(1);
});

test('counting three ways takes three small requests, one way takes one', async () => {
  const world = await startWithMember();
  await world.mailchimp.reader.fetchCounts(world.audience, never());
  expect(world.requests.mailchimp).toBe(3);
  await world.mailchimp.reader.countMembers(world.audience, EVERYBODY, never());
  expect(world.requests.mailchimp).toBe(4);
});

test('no more calls run at once than there are slots', async () => {
  const world = await startWithMember();
  world.sandbox.faults.setLatency('mailchimp', 20);
  await Promise.all(Array.from({ length: 24 }, () => fetchPage(world)));
  expect(world.limiter.peak).toBe(8);
  expect(world.sandbox.requests.counts().mailchimp.total).toBe(24);
});

test('two accounts at once never use each other’s key', async () => {
  const { sandbox, limiter } = await startGateways();
  const other = sandbox.mailchimp.world.addAccount({ name: 'Other Charity', dataCentre: 'us7' });
  const [otherKey = ''] = other.keys;
  const readers = [sandbox.mailchimp.apiKey, otherKey].map(
    (apiKey) =>
      createMailchimp({ baseUrl: sandbox.mailchimp.baseUrl, apiKey, limiter, count: () => undefined }).reader,
  );
  const names = await Promise.all(
    Array.from({ length: 20 }, (_, index) => readers[index % 2]?.fetchAccount(never())),
  );
  const expected = [sandbox.mailchimp.accountId, other.id];
  expect(names.map((account) => account?.accountId)).toEqual(names.map((_, index) => expected[index % 2]));
});

describe('an account that cannot be one', () => {
  const options = {
    limiter: { acquire: () => Promise.reject(new Error('not asked')) },
    count: () => undefined,
  };

  test.each(['0123456789abcdef0123456789abcdef', '0123456789abcdef-', 'key-usa'])(
    'the key %j has no data centre',
    (apiKey) => {
      expect(() => createMailchimp({ ...options, apiKey })).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'MAILCHIMP_KEY_MALFORMED' }),
      );
    },
  );

  test('its base URL is no address', () => {
    expect(() => createMailchimp({ ...options, apiKey: 'x-us6', baseUrl: 'us6.api.mailchimp.com' })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'BAD_INPUT' }),
    );
  });
});
