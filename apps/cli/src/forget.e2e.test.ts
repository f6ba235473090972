import { expect, test } from 'vitest';
import { createInstallation } from '../testing/test-installation.ts';

test('forget erases somebody from all our records, and leaves the fact of what was decided', async () => {
  const installation = await createInstallation();
  const { mcsync, json, connect, contents, sandbox, charity } = installation;
  const { world } = sandbox.civicrm;
  const person = {
    firstName: 'Forgetmenot',
    lastName: 'Byte',
    emails: ['wilma@byte.test', { email: 'work@byte.test' }],
  };
  const wilma = world.createContact(person);
  world.addToGroup(charity.groupId, wilma);
  const fred = world.createContact({ firstName: 'Fred', emails: ['fred@byte.test'] });
  world.addToGroup(charity.groupId, fred);
  await connect();
  await mcsync('sync', '1', '--approve', '--inline', '--only', 'wilma@byte.test', '--only', 'fred@byte.test');
  sandbox.mailchimp.world.people.editProfile(charity.listId, 'wilma@byte.test', {
    mergeValues: { FNAME: 'Forgetmenot' },
  });
  sandbox.mailchimp.world.people.unsubscribeSelf(charity.listId, 'wilma@byte.test', {
    reason: 'Wilma was here',
  });
  // Everybody is read: what changed in this very second is left to the run after, otherwise.
  await mcsync('sync', '1', '--full', '--approve', '--inline');
  const member = sandbox.mailchimp.world.findMember(charity.listId, 'wilma@byte.test');
  expect(await contents()).toContain('wilma@byte.test');
  const before = await json('status', '1');

  expect(await json('forget', 'Work@byte.test')).toMatchObject({
    exitCode: 0,
    document: { connections: [{ connectionId: 1, rows: 1, decisions: expect.any(Number) }] },
  });
  const left = await contents();
  for (const trace of ['wilma@byte', 'work@byte', 'Forgetmenot', 'Wilma was here', member?.contactId ?? ''])
    expect(left).not.toContain(trace);
  expect(left).toContain('fred@byte.test');

  // The audit keeps that somebody was subscribed and removed, in which run and by which rule.
  const after = await json('status', '1');
  expect(after.document).toMatchObject({
    connections: [{ latest: (before.document as Status).connections[0]?.latest }],
  });
  expect((await mcsync('explain', '1', 'fred@byte.test')).stdout).toContain('subscribe fred@byte.test');
  expect(world.statusOf(charity.groupId, wilma)).toBe('Removed');
  expect(await mcsync('forget', 'wilma@byte.test')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('hold nobody with this address'),
  });

  // And the next sync sees a new person, by the same rules.
  expect((await json('sync', '1', '--full', '--inline')).exitCode).toBe(0);
  expect((await json('explain', '1', 'wilma@byte.test')).document).toMatchObject({
    rows: [{ rule: { id: 'R2' } }],
  });
});

interface Status {
  readonly connections: readonly { readonly latest: unknown }[];
}

test('forget waits for what is under way', async () => {
  const { mcsync, connect, sandbox, charity } = await createInstallation();
  const id = sandbox.civicrm.world.createContact({ firstName: 'Wilma', emails: ['wilma@byte.test'] });
  sandbox.civicrm.world.addToGroup(charity.groupId, id);
  await connect();
  // Mailchimp takes nothing for now: what is queued stays so.
  sandbox.faults.inject({ system: 'mailchimp', kind: 'rate-limit', method: 'PUT', times: 1000 });
  sandbox.faults.inject({
    system: 'mailchimp',
    kind: 'rate-limit',
    method: 'POST',
    path: '/batches',
    times: 1000,
  });
  await mcsync('sync', '1', '--approve', '--inline', '--max-time', '12');
  expect(await mcsync('forget', 'wilma@byte.test')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('A change for them is under way'),
  });
  expect((await mcsync('explain', '1', 'wilma@byte.test')).stdout).toContain('wilma@byte.test');
});
