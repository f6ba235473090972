import { expect, test } from 'vitest';
import { createInstallation, type TestInstallation } from '../testing/test-installation.ts';

/** Some people who are in on both sides, and agreed. */
async function agreed(...names: readonly string[]) {
  const installation = await createInstallation();
  const { sandbox, charity, connect, mcsync } = installation;
  const { world } = sandbox.civicrm;
  const ids = names.map((name) => {
    const id = world.createContact({ firstName: name, emails: [`${name}@byte.test`] });
    world.addToGroup(charity.groupId, id);
    return id;
  });
  await connect();
  await mcsync('sync', '1', '--approve', '--inline');
  const people = names.map((name, at) => ({ address: `${name}@byte.test`, id: ids[at] ?? 0 }));
  return { ...installation, people, world };
}
type Scene = Awaited<ReturnType<typeof agreed>>;

const lookAt = ({ sandbox, charity, world, people }: Scene) =>
  people.map(({ address, id }) => [
    sandbox.mailchimp.world.findMember(charity.listId, address)?.status ?? 'absent',
    world.statusOf(charity.groupId, id),
  ]);

async function runOf(result: Awaited<ReturnType<TestInstallation['json']>>): Promise<string> {
  const { run } = result.document as { run: { id: number } }; // as every command that starts a run says it
  return String(run.id);
}

test('undo puts back on both sides what a run changed, once that is approved, and the next sync leaves it so', async () => {
  const scene = await agreed('wilma', 'fred', 'betty');
  const { json, mcsync, sandbox, charity, world, people } = scene;
  const [wilma, fred, betty] = people;
  sandbox.mailchimp.world.people.adminUnsubscribe(charity.listId, wilma?.address ?? '');
  world.removeFromGroup(charity.groupId, fred?.id ?? 0);
  const joined = world.createContact({ firstName: 'Barney', emails: ['barney@byte.test'] });
  world.addToGroup(charity.groupId, joined);
  sandbox.mailchimp.world.people.signUp(charity.listId, { email: 'pebbles@byte.test' });
  const run = await runOf(await json('sync', '1', '--approve', '--inline'));
  expect(lookAt(scene)).toEqual([
    ['unsubscribed', 'Removed'],
    ['unsubscribed', 'Removed'],
    ['subscribed', 'Added'],
  ]);

  const planned = await json('undo', run);
  expect(planned).toMatchObject({
    exitCode: 3,
    document: { undoes: Number(run), putBack: 4, stays: { 'contact-kept': 1 } },
  });
  expect(lookAt(scene)[0]).toEqual(['unsubscribed', 'Removed']);
  const undoing = await runOf(planned);
  expect((await mcsync('sync', '1', '--inline')).exitCode).toBe(0);
  expect((await mcsync('approve', undoing, '--inline')).exitCode).toBe(0);

  const back = [
    ['unsubscribed', 'Added'],
    ['subscribed', 'Removed'],
    ['subscribed', 'Added'],
  ];
  const statusAt = (address: string) => sandbox.mailchimp.world.findMember(charity.listId, address)?.status;
  expect(lookAt(scene)).toEqual(back);
  expect(statusAt('barney@byte.test')).toBe('unsubscribed');
  const pebbles = world.findHolders('pebbles@byte.test').map((id) => world.statusOf(charity.groupId, id));
  expect(pebbles).toEqual(['Removed']);

  for (const mode of [[], ['--full']]) {
    const next = await json('sync', '1', '--inline', ...mode);
    expect(next).toMatchObject({
      exitCode: 0,
      document: {
        counts: { subscribed: 0, unsubscribed: 0, addedToGroup: 0, removedFromGroup: 0, pending: 0 },
      },
    });
  }
  expect(lookAt(scene)).toEqual(back);
  expect((await mcsync('explain', '1', wilma?.address ?? '')).stdout).toContain('plan-rejected');

  // What changes from now on goes by the rules again.
  world.removeFromGroup(charity.groupId, betty?.id ?? 0);
  world.removeFromGroup(charity.groupId, wilma?.id ?? 0);
  await mcsync('sync', '1', '--inline');
  expect(lookAt(scene)[2]).toEqual(['unsubscribed', 'Removed']);
  expect((await json('explain', '1', wilma?.address ?? '')).document).toMatchObject({
    rows: [{ syncStatus: 'ok' }],
  });
});

test('undo leaves what somebody changed since, who left by their own will, and what cannot be put back; and says so', async () => {
  const scene = await agreed('wilma', 'fred');
  const { json, mcsync, world, charity, people } = scene;
  const [wilma, fred] = people;
  world.unsubscribeByMail(charity.groupId, wilma?.id ?? 0);
  world.removeFromGroup(charity.groupId, fred?.id ?? 0);
  const run = await runOf(await json('sync', '1', '--approve', '--inline'));
  world.addToGroup(charity.groupId, fred?.id ?? 0);
  await mcsync('sync', '1', '--approve', '--inline');
  const planned = await json('undo', run);
  expect(planned).toMatchObject({
    exitCode: 0,
    document: { putBack: 0, stays: { 'own-will': 1, 'changed-since': 1 }, run: { state: 'done' } },
  });
  const { stdout } = await mcsync('undo', run);
  expect(stdout).toContain('1 person stays out, because they left by their own will');
  expect(stdout).toContain('1 change stays, because somebody or a later run has changed it since');
  expect(lookAt(scene)).toEqual([
    ['unsubscribed', 'Removed'],
    ['subscribed', 'Added'],
  ]);
});

test('undo is looked at again when it is approved: who has changed meanwhile is left alone; and it may be rejected', async () => {
  const scene = await agreed('wilma', 'fred');
  const { json, mcsync, world, charity, people } = scene;
  for (const { id } of people) world.removeFromGroup(charity.groupId, id);
  const run = await runOf(await json('sync', '1', '--approve', '--inline'));
  const first = await runOf(await json('undo', run));
  expect((await mcsync('reject', first)).exitCode).toBe(0);
  const second = await runOf(await json('undo', run));
  world.addToGroup(charity.groupId, people[0]?.id ?? 0);
  await mcsync('approve', second, '--inline');
  expect(lookAt(scene)).toEqual([
    ['unsubscribed', 'Added'],
    ['subscribed', 'Removed'],
  ]);
  await mcsync('sync', '1', '--approve', '--inline');
  expect(lookAt(scene)).toEqual([
    ['subscribed', 'Added'],
    ['subscribed', 'Removed'],
  ]);
});

test('undo of what was only a plan, or is not there, is refused in words', async () => {
  const { mcsync, json } = await agreed('wilma');
  const plan = await runOf(await json('plan', '1'));
  expect(await mcsync('undo', plan)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('only made a plan'),
  });
  expect(await mcsync('undo', '99')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('There is no run 99'),
  });
});
