import { expect, test } from 'vitest';
import { createInstallation, type TestInstallation } from '../testing/test-installation.ts';

/** Both worlds and the requests that changed them, as the sandbox knows them. */
function describeWorlds({ sandbox, charity }: TestInstallation) {
  const { civicrm, mailchimp, requests } = sandbox;
  return {
    added: civicrm.world.addedTo(charity.groupId),
    contacts: civicrm.world.tables.contacts.size,
    members: [...mailchimp.world.audience(charity.listId).members()].map(({ email, status }) => [
      email,
      status,
    ]),
    writes: requests.counts().mailchimp.write + requests.counts().civicrm.write,
  };
}

test('from nothing to two sides that agree: add, plan, sync, approve, sync again', async () => {
  const installation = await createInstallation();
  const { mcsync, json, connect, sandbox, charity } = installation;
  await connect();
  const before = describeWorlds(installation);

  const plan = await json('plan', '1');
  expect(plan).toMatchObject({
    exitCode: 0,
    document: {
      run: { id: 1, state: 'done', purpose: 'plan' },
      plan: expect.arrayContaining([
        expect.objectContaining({
          category: 'created',
          people: charity.expected['contact-created'],
          verdict: 'held',
        }),
      ]),
    },
  });
  expect(describeWorlds(installation)).toEqual(before);

  const held = await mcsync('sync', '1', '--inline');
  expect(held).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('"mcsync approve 2"') });
  expect(held.stdout).toContain('a first sync always waits for approval');
  expect(describeWorlds(installation)).toEqual(before);

  const approved = await json('approve', '2', '--inline');
  const { expected } = charity;
  expect(approved).toMatchObject({
    exitCode: 0,
    document: {
      run: { id: 2, state: 'done', connectionId: 1 },
      counts: {
        created: expected['contact-created'],
        addedToGroup: expected['added-to-group'],
        removedFromGroup: expected['removed-from-group'],
        subscribed: expected.subscribed,
        unsubscribed: expected.unsubscribed,
        pending: expected.asked,
        archived: 0,
        held: 0,
        open: 0,
      },
      requests: { mailchimp: expect.any(Number), civicrm: expect.any(Number) },
      tookMs: expect.any(Number),
    },
  });

  sandbox.requests.reset();
  const again = await json('sync', '1', '--full', '--approve', '--inline', '--wait');
  expect(again).toMatchObject({
    exitCode: 0,
    document: {
      run: { state: 'done', mode: 'full' },
      counts: {
        created: 0,
        addedToGroup: 0,
        removedFromGroup: 0,
        subscribed: 0,
        unsubscribed: 0,
        pending: 0,
      },
    },
  });
  expect(describeWorlds(installation).writes).toBe(0);
});

test('--approve does a first sync at once, for every connection where none is named', async () => {
  const { mcsync, connect } = await createInstallation();
  await connect();
  const synced = await mcsync('sync', '--approve', '--inline');
  expect(synced.exitCode).toBe(0);
  expect(synced.stdout).toContain('Run 1 is done: Newsletter ⇄ Newsletter (connection 1)');
  expect(synced.stdout).toContain('contacts created in CiviCRM');
  // Plain lines, because nobody sits at a terminal.
  expect(synced.stderr).toMatch(/Connection 1: Reading Mailchimp: \d+ members/);
});

test('several connections are synced at once, and told in one document', async () => {
  const { json, mcsync, connect, sandbox } = await createInstallation();
  await connect();
  const audience = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'Events' }).id;
  const group = sandbox.civicrm.world.createGroup('Events');
  const place = ['--account', '1', '--site', '1', '--audience', audience, '--group', String(group)];
  expect(await mcsync('connection', 'add', ...place)).toMatchObject({ exitCode: 0 });
  const both = await json('sync', '--approve', '--inline');
  expect(both).toMatchObject({
    exitCode: 0,
    document: {
      runs: [{ run: { connectionId: 1, state: 'done' } }, { run: { connectionId: 2, state: 'done' } }],
    },
  });
  const one = await json('sync', '--group', String(group), '--inline');
  expect(one).toMatchObject({ exitCode: 0, document: { run: { connectionId: 2, state: 'done' } } });
});

test('a pilot decides for everybody and changes only those named', async () => {
  const installation = await createInstallation();
  const { json, connect, sandbox, charity } = installation;
  const { world } = sandbox.civicrm;
  const wilma = world.createContact({ firstName: 'Wilma', lastName: 'Byte', emails: ['wilma@byte.test'] });
  world.addToGroup(charity.groupId, wilma);
  await connect();
  const before = describeWorlds(installation);
  const pilot = await json('sync', '1', '--approve', '--inline', '--only', ' Wilma@Byte.test ');
  expect(pilot).toMatchObject({
    exitCode: 0,
    document: { counts: { subscribed: 1, created: 0, removedFromGroup: 0 } },
  });
  const after = describeWorlds(installation);
  expect(after.members.length).toBe(before.members.length + 1);
  expect(after.added).toEqual(before.added);
});

test('a plan that was rejected is not proposed again', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  await mcsync('sync', '1', '--inline');
  expect(await json('reject', '1')).toMatchObject({
    exitCode: 0,
    document: { run: { id: 1, state: 'rejected' } },
  });
  expect(await mcsync('approve', '1')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Run 1 is rejected, so there is nothing to approve'),
  });
  expect(await json('plan', '1')).toMatchObject({ exitCode: 0, document: { plan: [] } });
});
