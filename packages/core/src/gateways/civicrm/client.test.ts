import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { type ContactsWorld, never, startWithContacts, WILMA } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens, serveInstead } from '../../../testing/gateways-server.ts';
import { contactId } from '../../domain/ids.ts';
import { createCivicrm } from './create-civicrm.ts';

const fetchWilma = ({ civicrm, group, wilma }: ContactsWorld, signal = never()) =>
  civicrm.reader.fetchContacts(group, [wilma], signal);

describe('what passes is waited for', () => {
  test.each([
    'rate-limit',
    'server-error',
    'bad-gateway-html',
    'unavailable',
    'reset',
    'reset-after',
    'truncated-json',
  ] as const)('%s, twice, then an answer', async (kind) => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.faults.inject({ system: 'civicrm', kind, times: 2 });
    expect(await fetchWilma(world)).toHaveLength(1);
    expect(world.requests.civicrm).toBe(3);
    expect(world.limiter).toMatchObject({ taken: 0, released: 3 });
  });

  test('maintenance, until it is over', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.maintenance = 'on';
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'TransientError', code: 'CIVICRM_BUSY' });
    expect(world.requests.civicrm).toBe(5);
    world.sandbox.civicrm.world.maintenance = 'off';
    expect(await fetchWilma(world)).toHaveLength(1);
  });

  test('no answer within our time limit: the request may still run there, so its slot stays taken', async () => {
    const world = await startWithContacts(1, 'Added', { civicrm: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow', delayMs: 3000 });
    expect(await fetchWilma(world)).toHaveLength(1);
    expect(world.limiter).toMatchObject({ abandoned: 1, released: 1 });
  });

  test('a long wait that is asked for is left to the job', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'unavailable', retryAfter: 600 });
    await expect(fetchWilma(world)).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 600_000 });
    expect(world.requests.civicrm).toBe(1);
  });

  test('nobody at the address, in the end, is said so', async () => {
    const world = await startWithContacts(1, 'Added', { civicrm: { url: await nobodyListens() } });
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'TransientError', code: 'CIVICRM_UNREACHABLE' });
    expect(String(error)).toContain('(ECONNREFUSED)');
    expect(world.requests.civicrm).toBe(5);
  });
});

describe('what needs somebody to act is said once', () => {
  async function expectFault(world: ContactsWorld, code: string, saying: RegExp) {
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'FaultError', code });
    expect(String(error)).toMatch(saying);
    expect(world.requests.civicrm).toBe(1);
    expectToHide(error, [world.sandbox.civicrm.apiKey, WILMA]);
  }

  test.each([
    ['html-200', /web page/],
    ['empty-200', /empty answer/],
    ['forbidden-html', /answers 403/],
  ] as const)('%s', async (kind, saying) => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.faults.inject({ system: 'civicrm', kind });
    await expectFault(world, 'CIVICRM_BAD_ANSWER', saying);
  });

  test('a wrong key', async () => {
    await expectFault(
      await startWithContacts(1, 'Added', { civicrm: { apiKey: 'nosuchkey' } }),
      'CIVICRM_KEY_REFUSED',
      /key of a contact/,
    );
  });

  test('a key whose user may not use keys', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke('authenticate with api key');
    await expectFault(world, 'CIVICRM_KEY_REFUSED', /authenticate with api key/);
  });

  test('a redirect', async () => {
    const url = await serveInstead((_, response) => {
      response.writeHead(301, { Location: 'https://www.oakfield-trust.test/' }).end();
    });
    await expectFault(
      await startWithContacts(1, 'Added', { civicrm: { url } }),
      'CIVICRM_BAD_ANSWER',
      /redirects/,
    );
  });

  test('another call’s answer: the body got lost on the way', async () => {
    const url = await serveInstead((_, response) => {
      const all = { values: [{ id: 1 }], entity: 'Contact', action: 'get', count: 1 };
      const body = JSON.stringify({ clock: all, contacts: all, emails: all, rows: all });
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
    });
    await expectFault(
      await startWithContacts(1, 'Added', { civicrm: { url } }),
      'CIVICRM_BAD_ANSWER',
      /lacks|something else/,
    );
  });

  test('an action that is refused: in JSON, so it is not asked again', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.version = '5.79.0';
    const error = await rejection(world.civicrm.reader.fetchMergedTo([world.wilma], never()));
    expect(error).toMatchObject({ name: 'FaultError', code: 'CIVICRM_REFUSED' });
    expect(world.requests.civicrm).toBe(1);
  });
});

describe('an empty answer to a stranger is no answer', () => {
  test('where a proxy strips the key', async () => {
    const world = await startWithContacts(1, 'Added');
    // What CiviCRM says to somebody without a credential (civicrm-recorded.md 20).
    const url = await serveInstead((_, response) => {
      const none = (entity: string) => ({ values: [], entity, action: 'get', count: 0, countFetched: 0 });
      const body = {
        clock: none('Contact'),
        contacts: none('Contact'),
        emails: none('Email'),
        rows: none('GroupContact'),
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    const { sandbox, limiter, group, wilma } = world;
    const options = { url, apiKey: sandbox.civicrm.apiKey, limiter, count: () => undefined };
    const { reader } = createCivicrm({ ...options, ourTracking: 'mcsync:', now: Date.now });
    await expect(reader.fetchContacts(group, [wilma], never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'CIVICRM_RIGHTS_MISSING',
    });
  });

  test('where the right to see contacts is gone', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
    const owners = world.civicrm.reader.fetchOwners(world.group, [WILMA], never());
    await expect(owners).rejects.toMatchObject({ name: 'FaultError', code: 'CIVICRM_RIGHTS_MISSING' });
  });

  test('where access is gone altogether', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke('access CiviCRM');
    await expect(fetchWilma(world)).rejects.toMatchObject({ code: 'CIVICRM_RIGHTS_MISSING' });
  });
});

describe('requests', () => {
  test.each<[string, number, (world: ContactsWorld) => Promise<unknown>]>([
    ['a probe', 1, ({ civicrm, group }) => civicrm.reader.probe(group, never())],
    ['a site', 2, ({ civicrm }) => civicrm.reader.fetchSite(never())],
    ['bounds', 1, ({ civicrm, group }) => civicrm.reader.fetchGroupBounds(group, never())],
    [
      'a page',
      2,
      ({ civicrm, group }) =>
        civicrm.reader.fetchGroupPage(group, { after: 0, upTo: 1e6, limit: 1000 }, never()),
    ],
    ['contacts', 1, fetchWilma],
    ['history', 1, ({ civicrm, group, wilma }) => civicrm.reader.fetchHistory(group, [wilma], never())],
    ['owners', 2, ({ civicrm, group }) => civicrm.reader.fetchOwners(group, [WILMA], never())],
    [
      'owners of addresses that nobody holds',
      1,
      ({ civicrm, group }) => civicrm.reader.fetchOwners(group, ['nobody@oakfield-trust.test'], never()),
    ],
    [
      'changes, where there are none',
      1,
      ({ civicrm, group, sandbox }) =>
        civicrm.reader.fetchChanges(group, { historyId: 1e6, modifiedAt: sandbox.clock.now() }, never()),
    ],
  ])('%s: %j', async (_, expected, ask) => {
    const world = await startWithContacts(1, 'Added');
    await ask(world);
    expect(world.requests.civicrm).toBe(expected);
    expect(world.sandbox.requests.counts().civicrm).toMatchObject({ read: expected, write: 0 });
  });

  test('merges are asked for fifty at a time', async () => {
    const world = await startWithContacts(1, 'Added');
    const ids = Array.from({ length: 120 }, (_, index) => contactId(index + 1));
    expect((await world.civicrm.reader.fetchMergedTo(ids, never())).size).toBe(120);
    expect(world.requests.civicrm).toBe(3);
  });
});

test('a caller who gives up is told so at once, and while waiting for a slot nothing is sent', async () => {
  const world = await startWithContacts(1, 'Added');
  world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow', delayMs: 3000 });
  const controller = new AbortController();
  const reading = fetchWilma(world, controller.signal);
  await expect.poll(() => world.requests.civicrm).toBe(1);
  controller.abort(new Error('shut down'));
  await expect(reading).rejects.toThrow('shut down');
  await expect(fetchWilma(world, controller.signal)).rejects.toThrow('shut down');
  expect(world.requests.civicrm).toBe(1);
});

test('no more calls run at once than there are slots', async () => {
  const world = await startWithContacts(1, 'Added');
  world.sandbox.faults.setLatency('civicrm', 10);
  await Promise.all(Array.from({ length: 24 }, () => fetchWilma(world)));
  expect(world.limiter.peak).toBe(8);
});

describe('a site that cannot be one', () => {
  const options = {
    url: 'https://oakfield-trust.test',
    apiKey: 'key',
    ourTracking: 'mcsync:',
    limiter: { acquire: () => Promise.reject(new Error('not asked')) },
    count: () => undefined,
    now: Date.now,
  };

  test.each(['oakfield-trust.test', 'ftp://oakfield-trust.test', 'https://a:b@oakfield-trust.test', ''])(
    'by its address %j',
    (url) => {
      expect(() => createCivicrm({ ...options, url })).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'BAD_INPUT' }),
      );
    },
  );

  test.each(['', '  ', 'two words', 'line\nbreak'])('by its key %j', (apiKey) => {
    expect(() => createCivicrm({ ...options, apiKey })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'BAD_INPUT' }),
    );
  });

  test('and one whose writes would not be known for ours is a bug', () => {
    expect(() => createCivicrm({ ...options, ourTracking: '' })).toThrow(
      expect.objectContaining({ name: 'InvariantError' }),
    );
  });
});
