import { expect, test } from 'vitest';
import { createInstallation } from '../testing/test-installation.ts';

test('explain tells what both sides say now, and what the next sync does about it', async () => {
  const { mcsync, json, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  const wilma = world.createContact({ firstName: 'Wilma', emails: ['wilma@byte.test'] });
  world.addToGroup(charity.groupId, wilma);
  await connect();

  const before = await mcsync('explain', '1', 'wilma@byte.test');
  expect(before.exitCode).toBe(0);
  for (const words of [
    'knows nobody by this. Nobody at Mailchimp has such an address.',
    `Contact ${wilma} is in the group.`,
    'The connection was never synced',
    'The next sync plans to subscribe wilma@byte.test with FNAME to “Wilma” (R4c',
  ])
    expect(before.stdout).toContain(words);

  await mcsync('sync', '1', '--approve', '--inline');
  const agreed = await json('explain', '1', 'wilma@byte.test');
  expect(agreed.document).toMatchObject({
    now: {
      mailchimp: [{ status: 'subscribed' }],
      civicrm: [{ contactId: wilma, group: 'Added' }],
      problems: [],
    },
    explanation: null,
    next: { wanted: [{ kind: 'agreed', rule: 'R1' }] },
  });

  sandbox.mailchimp.world.people.unsubscribeSelf(charity.listId, 'wilma@byte.test', {
    reason: 'Too much mail',
  });
  const left = await mcsync('explain', '1', 'wilma@byte.test');
  expect(left.stdout).toContain('wilma@byte.test is unsubscribed');
  expect(left.stdout).toContain('gave as reason "Too much mail"');
  expect(left.stdout).toContain(`The next sync plans to remove contact ${wilma} from the group (R4a`);
});

test('explain finds somebody by any address of theirs, by the contact’s number and by Mailchimp’s contact_id', async () => {
  const { json, mcsync, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  const emails = [
    'wilma@byte.test',
    { email: 'work@byte.test' },
    { email: 'held@byte.test', onHold: 1 as const },
  ];
  const wilma = world.createContact({ firstName: 'Wilma', emails });
  world.addToGroup(charity.groupId, wilma);
  await connect();
  await mcsync('sync', '1', '--approve', '--inline');
  const member = sandbox.mailchimp.world.findMember(charity.listId, 'wilma@byte.test');
  for (const name of [
    'WILMA@byte.test',
    'work@byte.test',
    'held@byte.test',
    String(wilma),
    member?.contactId ?? '',
  ]) {
    const { document } = await json('explain', '1', name);
    expect(document).toMatchObject({ rows: [{ civicrm: { contactId: wilma }, syncStatus: 'ok' }] });
  }
});

test('explain tells why somebody is not there', async () => {
  const { json, mcsync, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  await connect();
  await mcsync('sync', '1', '--approve', '--inline');
  const outside = world.createContact({ firstName: 'Out', emails: ['outside@byte.test'] });
  const trashed = world.createContact({ firstName: 'Gone', emails: ['trashed@byte.test'] });
  world.trashContact(trashed);
  sandbox.mailchimp.world.people.signUp(charity.listId, { email: 'fresh@byte.test' });
  const explanations = {
    'nobody@byte.test': 'There is no such person on either side',
    'outside@byte.test': `Contact ${outside} is in CiviCRM, but not in the group`,
    'trashed@byte.test': `Only contact ${trashed} is there, in CiviCRM’s trash`,
    'fresh@byte.test': 'Somebody who came after the last sync is seen by the next one',
    '999999': 'There is no such person on either side',
  };
  for (const [name, words] of Object.entries(explanations)) {
    expect(await json('explain', '1', name)).toMatchObject({
      exitCode: 0,
      document: { rows: [], explanation: expect.stringContaining(words) },
    });
  }
  expect((await mcsync('explain', '1', 'fresh@byte.test')).stdout).toContain(
    'The next sync plans to create a contact for fresh@byte.test, in the group',
  );
  expect((await mcsync('explain', '1', 'nobody@byte.test')).stdout).toContain(
    'Nothing: neither side has anybody to keep the same.',
  );
});

test('explain goes on with what is on record where a side cannot be asked, and tells of holds, pauses and asks', async () => {
  const { json, mcsync, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  const wilma = world.createContact({ firstName: 'Wilma', emails: ['wilma@byte.test'] });
  world.addToGroup(charity.groupId, wilma);
  await connect();
  await mcsync('sync', '1', '--inline');
  expect((await mcsync('explain', '1', 'wilma@byte.test')).stdout).toContain(
    'A change for them waits for approval: "mcsync approve 1"',
  );
  await mcsync('connection', 'pause', '1');
  await mcsync('stop');
  sandbox.mailchimp.world.revokeKey(sandbox.mailchimp.apiKey);
  const { document } = await json('explain', '1', 'wilma@byte.test');
  expect(document).toMatchObject({
    now: { mailchimp: null, civicrm: [{ contactId: wilma }], problems: [expect.any(String)] },
    rows: [{ civicrm: { contactId: wilma } }],
    next: {
      wanted: null,
      words: expect.arrayContaining([
        expect.stringContaining('All writing is stopped'),
        expect.stringContaining('The connection is paused'),
        expect.stringContaining('cannot be told'),
      ]),
    },
  });
});

test('explain foretells what the next sync does to interests, fields and tags, in the names that people know', async () => {
  const { mcsync, json, connect, sandbox, charity } = await createInstallation(10);
  const { world } = sandbox.civicrm;
  const { people, audience } = {
    people: sandbox.mailchimp.world.people,
    audience: sandbox.mailchimp.world.audience(charity.listId),
  };
  const category = audience.interests.addCategory('Outdoors', 'checkboxes');
  const hiking = audience.interests.add(category.id, 'Hiking').id;
  const hikers = world.createGroup('Hikers');
  const add = (name: string, lastName: string) => {
    const id = world.createContact({ firstName: name, lastName, emails: [`${name}@byte.test`] });
    world.addToGroup(charity.groupId, id);
    return id;
  };
  const wilma = add('wilma', 'Flintstone');
  world.tagContact(wilma, 'Donor');
  people.signUp(charity.listId, { email: 'wilma@byte.test', mergeValues: { LNAME: 'Slate' } });
  await connect('--interest', `${hiking}=${hikers}`, '--map', 'tag:Donor');
  const saysNext = async (name: string) => {
    const { stdout } = await mcsync('explain', '1', `${name}@byte.test`);
    return stdout.slice(stdout.indexOf('What happens next'));
  };
  expect(await saysNext('wilma')).toContain(
    'The next sync plans to change at Mailchimp FNAME to “wilma”, tag Donor on (5:',
  );
  expect(await saysNext('wilma')).toContain(
    'Field LNAME is left as it is: it has another value on each side, and the two were never agreed.',
  );
  const run = await json('sync', '1', '--approve', '--inline');
  expect(run.exitCode).toBe(0);

  people.editProfile(charity.listId, 'wilma@byte.test', { interests: { [hiking]: true } });
  world.editContact(wilma, { firstName: 'Wilma' });
  world.untagContact(wilma, 'Donor');
  const fred = add('fred', 'Flintstone');
  world.addToGroup(hikers, fred);
  const foretold = await json('explain', '1', 'wilma@byte.test');
  expect(await saysNext('wilma')).toContain(
    `The next sync plans to add contact ${wilma} to interest group “Hikers”, then change at Mailchimp FNAME to “Wilma”, tag Donor off (4:`,
  );
  expect(await saysNext('fred')).toContain(
    'The next sync plans to subscribe fred@byte.test with interest “Hiking” on, FNAME to “fred”, LNAME to “Flintstone” (R4c:',
  );
  await mcsync('sync', '1', '--approve', '--inline');
  const after = await json('explain', '1', 'wilma@byte.test');
  const { next } = foretold.document as { next: { wanted: readonly { writes: unknown }[] } };
  expect(after.document).toMatchObject({
    rows: [{ decisions: [{ state: 'applied', writes: next.wanted[0]?.writes }, {}] }],
    next: { wanted: [{ kind: 'agreed', rule: 'R1', writes: [] }] },
  });
});
