import { connectionId } from '@mcsync/core/domain/ids';
import { recordRun } from '@mcsync/core/store/runs';
import { openStore } from '@mcsync/core/store/store';
import { expect, test } from 'vitest';
import { createInstallation, type TestInstallation } from '../testing/test-installation.ts';

async function synced(...policies: readonly string[]): Promise<TestInstallation> {
  const installation = await createInstallation();
  await installation.connect(...policies.flatMap((policy) => ['--policy', policy]));
  await installation.mcsync('sync', '1', '--approve', '--inline');
  return installation;
}

/** Somebody who joins the group. */
function join({ sandbox, charity }: TestInstallation, address: string): number {
  const id = sandbox.civicrm.world.createContact({ firstName: 'Wilma', emails: [address] });
  sandbox.civicrm.world.addToGroup(charity.groupId, id);
  return id;
}
const statusAt = ({ sandbox, charity }: TestInstallation, address: string) =>
  sandbox.mailchimp.world.findMember(charity.listId, address)?.status ?? 'absent';

test('sync-person brings one person in line, both ways and by the same rules, and leaves everybody else alone', async () => {
  const installation = await synced();
  const { json, sandbox, charity } = installation;
  const { world } = sandbox.civicrm;
  const wilma = join(installation, 'wilma@byte.test');
  join(installation, 'fred@byte.test');

  expect(await json('sync-person', '1', 'Wilma@byte.test')).toMatchObject({
    exitCode: 0,
    document: {
      run: { state: 'done', purpose: 'person' },
      counts: { subscribed: 1, open: 0 },
      rows: [{ syncStatus: 'ok', rule: { id: 'R4c' }, agreed: { side: 'in' } }],
    },
  });
  expect([statusAt(installation, 'wilma@byte.test'), statusAt(installation, 'fred@byte.test')]).toEqual([
    'subscribed',
    'absent',
  ]);

  sandbox.mailchimp.world.people.unsubscribeSelf(charity.listId, 'wilma@byte.test');
  expect(await json('sync-person', '1', 'wilma@byte.test')).toMatchObject({
    document: { counts: { removedFromGroup: 1 }, rows: [{ rule: { id: 'R4a' } }] },
  });
  expect(world.statusOf(charity.groupId, wilma)).toBe('Removed');

  sandbox.mailchimp.world.people.signUp(charity.listId, { email: 'new@byte.test' });
  expect(await json('sync-person', '1', 'new@byte.test')).toMatchObject({
    document: { counts: { created: 1 } },
  });
  const again = await json('sync-person', '1', 'new@byte.test');
  expect(again).toMatchObject({ document: { counts: { created: 0, addedToGroup: 0, subscribed: 0 } } });

  // Of two kinds of change at once: into the group, and a name for Mailchimp.
  const betty = world.createContact({ firstName: 'Betty', emails: ['betty@byte.test'] });
  sandbox.mailchimp.world.people.signUp(charity.listId, { email: 'betty@byte.test' });
  expect(await json('sync-person', '1', 'betty@byte.test')).toMatchObject({
    document: { counts: { addedToGroup: 1, profilesChanged: 1 }, rows: [{ syncStatus: 'ok' }] },
  });
  expect(world.statusOf(charity.groupId, betty)).toBe('Added');

  const rest = await json('sync', '1', '--inline');
  expect(rest).toMatchObject({
    exitCode: 0,
    document: { counts: { subscribed: 1, created: 0, addedToGroup: 0 } },
  });
});

test('sync-person follows contacts that were merged, trashed, or have another address', async () => {
  const installation = await synced();
  const { json, sandbox } = installation;
  const { world } = sandbox.civicrm;
  const wilma = join(installation, 'wilma@byte.test');
  await json('sync-person', '1', 'wilma@byte.test');
  const [email] = world.emailsOf(wilma);
  world.editEmail(email?.id ?? 0, { email: 'moved@byte.test' });
  expect(await json('sync-person', '1', 'moved@byte.test')).toMatchObject({
    document: { rows: [{ rule: { id: 'A2' }, syncStatus: 'ok' }] },
  });
  expect([statusAt(installation, 'wilma@byte.test'), statusAt(installation, 'moved@byte.test')]).toEqual([
    'absent',
    'subscribed',
  ]);
  const keeper = world.createContact({ firstName: 'Keeper' });
  world.mergeContacts(keeper, wilma);
  await json('sync-person', '1', 'moved@byte.test');
  expect(statusAt(installation, 'moved@byte.test')).toBe('subscribed');
  world.trashContact(keeper);
  expect(await json('sync-person', '1', 'moved@byte.test')).toMatchObject({
    document: { counts: { unsubscribed: 1 } },
  });
});

test('sync-person holds what is over a limit, and its plan is approved like any other', async () => {
  const installation = await synced('limits.subscribed=0');
  const { json, mcsync } = installation;
  join(installation, 'wilma@byte.test');
  const held = await json('sync-person', '1', 'wilma@byte.test');
  expect(held).toMatchObject({ exitCode: 3, document: { run: { state: 'held' }, counts: { held: 1 } } });
  expect(statusAt(installation, 'wilma@byte.test')).toBe('absent');
  const { document } = held as { document: { run: { id: number } } };
  expect((await mcsync('approve', String(document.run.id), '--inline')).exitCode).toBe(0);
  expect(statusAt(installation, 'wilma@byte.test')).toBe('subscribed');
});

test('sync-person is refused while the connection is paused, was never synced, or is held by a run', async () => {
  const never = await createInstallation();
  await never.connect();
  expect(await never.mcsync('sync-person', '1', 'wilma@byte.test')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('was never synced'),
  });

  const { mcsync, environment } = await synced();
  const nobody = await mcsync('sync-person', '1', 'nobody@byte.test');
  expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Nobody has this address') });
  await mcsync('connection', 'pause', '1');
  expect(await mcsync('sync-person', '1', 'wilma@byte.test')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is paused'),
  });
  await mcsync('connection', 'resume', '1');
  const store = await openStore({ url: environment['DATABASE_URL'] ?? '', connections: 1 });
  try {
    const started = await recordRun(store, {
      connectionId: connectionId(1),
      mode: 'full',
      purpose: 'sync',
      requestedBy: 'test',
      approval: 'none',
      onlyAddresses: [],
      stopBefore: null,
      deadlineAt: null,
      since: null,
    });
    expect(started.kind).toBe('started');
    expect(await mcsync('sync-person', '1', 'wilma@byte.test')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('holds connection 1'),
    });
  } finally {
    await store.close();
  }
});

test('sync-person stops the connection where a right is missing, before anything is written', async () => {
  const installation = await synced();
  const { mcsync, sandbox } = installation;
  join(installation, 'wilma@byte.test');
  sandbox.civicrm.world.caller('service').revoke('add contacts');
  expect(await mcsync('sync-person', '1', 'wilma@byte.test')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('"add contacts"'),
  });
  expect(statusAt(installation, 'wilma@byte.test')).toBe('absent');
  expect((await mcsync('connection', 'list')).stdout).toContain('stopped by a fault');
});
