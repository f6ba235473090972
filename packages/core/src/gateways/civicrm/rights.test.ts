import { describe, expect, test } from 'vitest';
import {
  type ContactsWorld,
  never,
  startGateways,
  startWithContacts,
} from '../../../testing/gateways-sandbox.ts';
import { serveInstead } from '../../../testing/gateways-server.ts';

describe('rights', () => {
  const probe = async ({ civicrm, group }: ContactsWorld) =>
    (await civicrm.reader.probe(group, never())).rights;

  test('in full', async () => {
    expect(Object.values(await probe(await startWithContacts(1, 'Added')))).toEqual(Array(6).fill(true));
  });

  test.each([
    [['edit all contacts'], { mayEditContacts: false }],
    [['add contacts'], { mayAddContacts: false }],
  ] as const)('without %j', async (permissions, missing) => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke(...permissions);
    const rights = await probe(world);
    expect(rights).toMatchObject({ seesContacts: true, ...missing });
    expect(Object.values(rights).filter((has) => !has)).toHaveLength(1);
    expect(world.requests.civicrm).toBe(1);
  });

  test('without sight of contacts', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
    expect(await probe(world)).toMatchObject({
      isSignedIn: true,
      seesContacts: false,
      seesTrash: false,
      seesHistory: false,
      mayEditContacts: false,
      mayAddContacts: false,
    });
  });

  test('without sight of the trash: told by whoever is trashed and in the group', async () => {
    const world = await startWithContacts(1, 'Added');
    const fred = world.sandbox.civicrm.world.createContact({ firstName: 'Fred' });
    world.sandbox.civicrm.world.addToGroup(world.group, fred);
    world.sandbox.civicrm.world.trashContact(fred);
    expect(await probe(world)).toMatchObject({ seesTrash: true });
    world.sandbox.civicrm.world.caller('service').revoke('access deleted contacts');
    expect(await probe(world)).toMatchObject({ seesTrash: false, seesContacts: true });
  });

  test('without sight of the trash, and nobody of the group in it: no way to tell', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.caller('service').revoke('access deleted contacts');
    expect(await probe(world)).toMatchObject({ seesTrash: true });
  });

  test('without access at all, but signed in, it takes a second request to say so', async () => {
    const world = await startWithContacts(1, 'Added');
    const service = world.sandbox.civicrm.world.caller('service');
    service.revoke('access CiviCRM', 'view all contacts', 'edit all contacts');
    expect(await probe(world)).toMatchObject({ isSignedIn: true, seesContacts: false });
    expect(world.requests.civicrm).toBe(2);
  });

  test('of a stranger are none', async () => {
    const world = await startWithContacts(1, 'Added');
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
    expect((await civicrm.reader.probe(world.group, never())).rights).toEqual({
      isSignedIn: false,
      seesContacts: false,
      seesTrash: false,
      seesHistory: false,
      mayEditContacts: false,
      mayAddContacts: false,
    });
    expect(await civicrm.reader.fetchSite(never())).toMatchObject({ contactId: null, version: null });
  });

  test('the version is told to administrators only', async () => {
    const world = await startWithContacts(1, 'Added');
    expect((await world.civicrm.reader.fetchSite(never())).version).toBeNull();
    world.sandbox.civicrm.world.caller('service').grant('administer CiviCRM');
    expect((await world.civicrm.reader.fetchSite(never())).version).toBe('6.13.3');
  });
});
