import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, startGateways } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens, serveInstead } from '../../../testing/gateways-server.ts';
import { type ContactId, contactId, groupId } from '../../domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/instant.ts';
import { createCivicrm } from './create-civicrm.ts';

type World = Awaited<ReturnType<typeof startGateways>>;

const ADDRESS = 'wilma.wanderer@oakfield-trust.test';

async function startWithWilma(options: Parameters<typeof startGateways>[0] = {}) {
  const world = await startGateways(options);
  const id = world.sandbox.civicrm.world.createContact({ firstName: 'Wilma', emails: [ADDRESS] });
  world.sandbox.civicrm.world.addToGroup(world.group, id);
  return { ...world, wilma: contactId(id) };
}

const fetchWilma = ({ civicrm, group, wilma }: World & { readonly wilma: ContactId }, signal = never()) =>
  civicrm.reader.fetchContacts(groupId(group), [wilma], signal);

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
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'civicrm', kind, times: 2 });
    expect(await fetchWilma(world)).toHaveLength(1);
    expect(world.requests.civicrm).toBe(3);
    expect(world.limiter).toMatchObject({ taken: 0, released: 3 });
  });

  test('maintenance, until it is over', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.maintenance = 'on';
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'TransientError', code: 'CIVICRM_BUSY' });
    expect(world.requests.civicrm).toBe(5);
    world.sandbox.civicrm.world.maintenance = 'off';
    expect(await fetchWilma(world)).toHaveLength(1);
  });

  test('no answer within our time limit: the request may still run there, so its slot stays taken', async () => {
    const world = await startWithWilma({ civicrm: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow', delayMs: 3000 });
    expect(await fetchWilma(world)).toHaveLength(1);
    expect(world.limiter).toMatchObject({ abandoned: 1, released: 1 });
  });

  test('a long wait that is asked for is left to the job', async () => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'unavailable', retryAfter: 600 });
    await expect(fetchWilma(world)).rejects.toMatchObject({ name: 'TransientError', retryAfterMs: 600_000 });
    expect(world.requests.civicrm).toBe(1);
  });

  test('nobody at the address, in the end, is said so', async () => {
    const world = await startWithWilma({ civicrm: { url: await nobodyListens() } });
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'TransientError', code: 'CIVICRM_UNREACHABLE' });
    expect(String(error)).toContain('(ECONNREFUSED)');
    expect(world.requests.civicrm).toBe(5);
  });
});

describe('what needs somebody to act is said once', () => {
  async function expectFault(
    world: Awaited<ReturnType<typeof startWithWilma>>,
    code: string,
    saying: RegExp,
  ) {
    const error = await rejection(fetchWilma(world));
    expect(error).toMatchObject({ name: 'FaultError', code });
    expect(String(error)).toMatch(saying);
    expect(world.requests.civicrm).toBe(1);
    expectToHide(error, [world.sandbox.civicrm.apiKey, ADDRESS]);
  }

  test.each([
    ['html-200', /web page/],
    ['empty-200', /empty answer/],
    ['forbidden-html', /answers 403/],
  ] as const)('%s', async (kind, saying) => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'civicrm', kind });
    await expectFault(world, 'CIVICRM_BAD_ANSWER', saying);
  });

  test('a wrong key', async () => {
    await expectFault(
      await startWithWilma({ civicrm: { apiKey: 'nosuchkey' } }),
      'CIVICRM_KEY_REFUSED',
      /key of a contact/,
    );
  });

  test('a key whose user may not use keys', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke('authenticate with api key');
    await expectFault(world, 'CIVICRM_KEY_REFUSED', /authenticate with api key/);
  });

  test('a redirect', async () => {
    const url = await serveInstead((_, response) => {
      response.writeHead(301, { Location: 'https://www.oakfield-trust.test/' }).end();
    });
    await expectFault(await startWithWilma({ civicrm: { url } }), 'CIVICRM_BAD_ANSWER', /redirects/);
  });

  test('another call’s answer: the body got lost on the way', async () => {
    const url = await serveInstead((_, response) => {
      const all = { values: [{ id: 1 }], entity: 'Contact', action: 'get', count: 1 };
      const body = JSON.stringify({ clock: all, contacts: all, emails: all, rows: all });
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
    });
    await expectFault(
      await startWithWilma({ civicrm: { url } }),
      'CIVICRM_BAD_ANSWER',
      /lacks|something else/,
    );
  });

  test('an action that is refused: in JSON, so it is not asked again', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.version = '5.79.0';
    const error = await rejection(world.civicrm.reader.fetchMergedTo([world.wilma], never()));
    expect(error).toMatchObject({ name: 'FaultError', code: 'CIVICRM_REFUSED' });
    expect(world.requests.civicrm).toBe(1);
  });
});

describe('an empty answer to a stranger is no answer', () => {
  test('where a proxy strips the key', async () => {
    const world = await startWithWilma();
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
    await expect(reader.fetchContacts(groupId(group), [wilma], never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'CIVICRM_RIGHTS_MISSING',
    });
  });

  test('where the right to see contacts is gone', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
    const owners = world.civicrm.reader.fetchOwners(groupId(world.group), [ADDRESS], never());
    await expect(owners).rejects.toMatchObject({ name: 'FaultError', code: 'CIVICRM_RIGHTS_MISSING' });
  });

  test('where access is gone altogether', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke('access CiviCRM');
    await expect(fetchWilma(world)).rejects.toMatchObject({ code: 'CIVICRM_RIGHTS_MISSING' });
  });
});

describe('rights', () => {
  const probe = async ({ civicrm, group }: World) =>
    (await civicrm.reader.probe(groupId(group), never())).rights;

  test('in full', async () => {
    expect(Object.values(await probe(await startWithWilma()))).toEqual(Array(6).fill(true));
  });

  test.each([
    [['edit all contacts'], { mayEditContacts: false }],
    [['add contacts'], { mayAddContacts: false }],
  ] as const)('without %j', async (permissions, missing) => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke(...permissions);
    const rights = await probe(world);
    expect(rights).toMatchObject({ seesContacts: true, ...missing });
    expect(Object.values(rights).filter((has) => !has)).toHaveLength(1);
    expect(world.requests.civicrm).toBe(1);
  });

  test('without sight of contacts', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
    expect(await probe(world)).toMatchObject({
      isSignedIn: true,
      seesContacts: false,
      seesHistory: true,
      mayEditContacts: false,
      mayAddContacts: false,
    });
  });

  test('without sight of the trash: told by whoever is trashed and in the group', async () => {
    const world = await startWithWilma();
    const fred = world.sandbox.civicrm.world.createContact({ firstName: 'Fred' });
    world.sandbox.civicrm.world.addToGroup(world.group, fred);
    world.sandbox.civicrm.world.trashContact(fred);
    expect(await probe(world)).toMatchObject({ seesTrash: true });
    world.sandbox.civicrm.world.caller('service').revoke('access deleted contacts');
    expect(await probe(world)).toMatchObject({ seesTrash: false, seesContacts: true });
  });

  test('without sight of the trash, and nobody of the group in it: no way to tell', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.caller('service').revoke('access deleted contacts');
    expect(await probe(world)).toMatchObject({ seesTrash: true });
  });

  test('without access at all, but signed in, it takes a second request to say so', async () => {
    const world = await startWithWilma();
    const service = world.sandbox.civicrm.world.caller('service');
    service.revoke('access CiviCRM', 'view all contacts', 'edit all contacts');
    expect(await probe(world)).toMatchObject({ isSignedIn: true, seesContacts: false });
    expect(world.requests.civicrm).toBe(2);
  });

  test('of a stranger are none', async () => {
    const world = await startWithWilma();
    const { url } = world.sandbox.civicrm;
    // A proxy that strips the key.
    const stripping = await serveInstead(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = await fetch(`${url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: {
          'X-Requested-With': 'XMLHttpRequest',
          'Content-Type': request.headers['content-type'] ?? '',
        },
        ...(request.method === 'POST' && { body: Buffer.concat(chunks) }),
      });
      response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
    const { civicrm } = await startGateways({ civicrm: { url: stripping } });
    expect((await civicrm.reader.probe(groupId(world.group), never())).rights).toEqual({
      isSignedIn: false,
      seesContacts: false,
      seesTrash: true,
      seesHistory: true,
      mayEditContacts: false,
      mayAddContacts: false,
    });
    expect(await civicrm.reader.fetchSite(never())).toMatchObject({ contactId: null, version: null });
  });

  test('the version is told to administrators only', async () => {
    const world = await startWithWilma();
    expect((await world.civicrm.reader.fetchSite(never())).version).toBeNull();
    world.sandbox.civicrm.world.caller('service').grant('administer CiviCRM');
    expect((await world.civicrm.reader.fetchSite(never())).version).toBe('6.13.3');
  });
});

describe('groups that cannot be connected', () => {
  const probeGroup = async ({ civicrm, group }: World) =>
    (await civicrm.reader.probe(groupId(group), never())).group;

  test.each<[string, (world: World) => void, object]>([
    ['smart', ({ sandbox, group }) => sandbox.civicrm.world.makeSmart(group, [1]), { isSmart: true }],
    [
      'a parent',
      ({ sandbox, group }) =>
        sandbox.civicrm.world.addChildGroup(group, sandbox.civicrm.world.createGroup('Child')),
      { hasChildren: true },
    ],
    ['disabled', ({ sandbox, group }) => sandbox.civicrm.world.disableGroup(group), { isActive: false }],
  ])('%s', async (_, change, expected) => {
    const world = await startWithWilma();
    change(world);
    expect(await probeGroup(world)).toMatchObject(expected);
  });

  test('deleted', async () => {
    const world = await startWithWilma();
    world.sandbox.civicrm.world.deleteGroup(world.group);
    expect(await probeGroup(world)).toBeNull();
  });
});

describe('requests', () => {
  test.each<[string, number, (world: Awaited<ReturnType<typeof startWithWilma>>) => Promise<unknown>]>([
    ['a probe', 1, ({ civicrm, group }) => civicrm.reader.probe(groupId(group), never())],
    ['a site', 2, ({ civicrm }) => civicrm.reader.fetchSite(never())],
    ['bounds', 1, ({ civicrm, group }) => civicrm.reader.fetchGroupBounds(groupId(group), never())],
    [
      'a page',
      2,
      ({ civicrm, group }) =>
        civicrm.reader.fetchGroupPage(groupId(group), { after: 0, upTo: 1e6, limit: 1000 }, never()),
    ],
    ['contacts', 1, fetchWilma],
    [
      'history',
      1,
      ({ civicrm, group, wilma }) => civicrm.reader.fetchHistory(groupId(group), [wilma], never()),
    ],
    ['owners', 2, ({ civicrm, group }) => civicrm.reader.fetchOwners(groupId(group), [ADDRESS], never())],
    [
      'owners of addresses that nobody holds',
      1,
      ({ civicrm, group }) =>
        civicrm.reader.fetchOwners(groupId(group), ['nobody@oakfield-trust.test'], never()),
    ],
    [
      'changes, where there are none',
      1,
      ({ civicrm, group, sandbox }) =>
        civicrm.reader.fetchChanges(
          groupId(group),
          { historyId: 1e6, modifiedAt: sandbox.clock.now() },
          never(),
        ),
    ],
  ])('%s: %j', async (_, expected, ask) => {
    const world = await startWithWilma();
    await ask(world);
    expect(world.requests.civicrm).toBe(expected);
    expect(world.sandbox.requests.counts().civicrm).toMatchObject({ read: expected, write: 0 });
  });

  test('merges are asked for fifty at a time', async () => {
    const world = await startWithWilma();
    const ids = Array.from({ length: 120 }, (_, index) => contactId(index + 1));
    expect((await world.civicrm.reader.fetchMergedTo(ids, never())).size).toBe(120);
    expect(world.requests.civicrm).toBe(3);
  });
});

describe('reading on to the end', () => {
  async function startWithCrowd(count: number) {
    const world = await startGateways();
    const { world: site } = world.sandbox.civicrm;
    const at = world.sandbox.clock.now() - HOUR_MS;
    const ids = Array.from({ length: count }, (_, index) =>
      site.seedContact({
        createdAt: at,
        // All in one second, as an import leaves them.
        modifiedAt: at,
        values: { contact_type: 'Individual', first_name: `N${index}` },
      }),
    );
    site.seedHistory(
      ids.map((id) => ({ groupId: world.group, contactId: id, status: 'Added', method: 'Admin', at })),
    );
    return { ...world, ids, at };
  }

  test('finds every change, several thousand in one second', async () => {
    const { civicrm, group, ids, at, requests } = await startWithCrowd(2500);
    const changes = await civicrm.reader.fetchChanges(
      groupId(group),
      { historyId: 0, modifiedAt: at },
      never(),
    );
    expect(changes.inGroup.toSorted((a, b) => a - b)).toEqual(ids);
    expect(changes.modified.map(({ contactId: id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
    expect(requests.civicrm).toBe(3);
  });

  test('finds all history of a thousand contacts', async () => {
    const { civicrm, sandbox, group, ids, at } = await startWithCrowd(1000);
    for (const status of ['Removed', 'Added', 'Removed', 'Added', 'Removed']) {
      sandbox.civicrm.world.seedHistory(
        ids.map((id) => ({ groupId: group, contactId: id, status, method: 'Admin', at: at + MINUTE_MS })),
      );
    }
    const histories = await civicrm.reader.fetchHistory(groupId(group), ids.map(contactId), never());
    expect([...histories.values()].map((rows) => rows.length)).toEqual(Array(1000).fill(6));
  });
});

describe('dates across a change of the clocks', () => {
  /** New York, the hour after the clocks went back: 2026-11-01 06:30 UTC, 01:30 for the second time. */
  const JUST_AFTER = Date.parse('2026-11-01T06:30:00Z');
  /** November in New York: five hours behind. */
  const WINTER = Date.parse('2026-11-23T09:00:00Z');

  async function startInNewYork(now: number) {
    const world = await startGateways({ sandbox: { timeZone: 'America/New_York' } });
    world.sandbox.clock.freeze();
    world.sandbox.clock.set(now);
    const { world: site } = world.sandbox.civicrm;
    const seed = (modifiedAt: number) =>
      contactId(
        site.seedContact({ createdAt: modifiedAt, modifiedAt, values: { contact_type: 'Individual' } }),
      );
    const note = (id: ContactId, at: number) =>
      site.seedHistory([{ groupId: world.group, contactId: id, status: 'Added', method: 'Admin', at }]);
    return { ...world, seed, note };
  }

  test('a summer’s date read in winter is the moment it was', async () => {
    const { civicrm, group, seed, note } = await startInNewYork(WINTER);
    const summer = Date.parse('2026-07-01T12:00:00Z');
    const wilma = seed(summer);
    note(wilma, summer);
    const [record] = await civicrm.reader.fetchContacts(groupId(group), [wilma], never());
    expect(record?.modifiedAt).toBe(summer);
    const histories = await civicrm.reader.fetchHistory(groupId(group), [wilma], never());
    expect(histories.get(wilma)?.[0]?.at).toBe(summer);
  });

  test('changes since a summer’s moment are found, and older ones are not', async () => {
    const { civicrm, group, seed } = await startInNewYork(WINTER);
    const since = Date.parse('2026-07-01T12:00:00Z');
    const [before, at, after] = [seed(since - 1000), seed(since), seed(since + 1000)];
    const changes = await civicrm.reader.fetchChanges(
      groupId(group),
      { historyId: 0, modifiedAt: since },
      never(),
    );
    const found = changes.modified.map(({ contactId: id }) => id);
    expect(found).toEqual(expect.arrayContaining([at, after]));
    expect(found).not.toContain(before);
    expect(changes.modified.find(({ contactId: id }) => id === at)?.modifiedAt).toBe(since);
  });

  test.each([
    ['in the hour after', JUST_AFTER],
    ['on any other day', JUST_AFTER + 3 * DAY_MS],
  ])('the overlap goes back half an hour at least, %s', async (_, now) => {
    const { civicrm, sandbox, group, seed, note } = await startInNewYork(now);
    const wilma = seed(now - DAY_MS);
    for (const minutes of [200, 100, 80, 40, 31, 29, 10, 0]) note(wilma, now - minutes * MINUTE_MS);
    const { newestHistoryId, overlapHistoryId } = await civicrm.reader.probe(groupId(group), never());
    const rows = sandbox.civicrm.world.historyOf(group, wilma);
    expect(newestHistoryId).toBe(rows.at(-1)?.id);
    const overlap = rows.find(({ id }) => id === overlapHistoryId);
    const ageMinutes = (now - (overlap?.date ?? 0)) / MINUTE_MS;
    expect(ageMinutes).toBeGreaterThanOrEqual(30);
    expect(ageMinutes).toBeLessThanOrEqual(200);
  });
});

test('a caller who gives up is told so at once, and while waiting for a slot nothing is sent', async () => {
  const world = await startWithWilma();
  world.sandbox.faults.inject({ system: 'civicrm', kind: 'slow', delayMs: 3000 });
  const controller = new AbortController();
  const reading = fetchWilma(world, controller.signal);
  await expect.poll(() => world.requests.civicrm).toBe(1);
  controller.abort(new Error('shut down'));
  await expect(reading).rejects.toThrow('shut down');
  await expect(fetchWilma(world, controller.signal)).rejects.toThrow('shut down');
  expect(world.requests.civicrm).toBe(1);
});

test('no more calls run at once than there are slots, and no cookie is kept', async () => {
  const world = await startWithWilma();
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
