import { expect, test } from 'vitest';
import { startCli } from '../testing/run-cli.ts';
import { createInstallation } from '../testing/test-installation.ts';

test('explain tells what both sides say, what was agreed, the reason code, what to do and what was decided', async () => {
  const installation = await createInstallation();
  const { mcsync, json, connect, sandbox, charity } = installation;
  const { world } = sandbox.civicrm;
  const join = (email: string, onHold: 0 | 1 = 0) => {
    const id = world.createContact({ firstName: 'Wilma', lastName: 'Byte', emails: [{ email, onHold }] });
    world.addToGroup(charity.groupId, id);
    return id;
  };
  const fine = join('wilma@byte.test');
  join('fred@byte.test');
  const held = join('held@byte.test', 1);
  world.addEmail(held, { email: 'spare@byte.test', onHold: 1 });
  await connect();
  await mcsync('sync', '1', '--approve', '--inline');

  const agreed = await mcsync('explain', '1', 'Wilma@Byte.test');
  expect(agreed.exitCode).toBe(0);
  for (const words of [
    'wilma@byte.test is subscribed',
    'made so by us',
    `contact ${fine} is in the group (Added)`,
    'agreed (ok)',
    'R4c: They are in the group and not at Mailchimp',
    'subscribe wilma@byte.test with FNAME to “Wilma”, LNAME to “Byte” (applied, by cli)',
    'rested on: Mailchimp nobody; CiviCRM Added',
    'at Mailchimp: subscribe: Mailchimp has confirmed it',
  ])
    expect(agreed.stdout).toContain(words);

  const refused = await json('explain', '1', 'spare@byte.test');
  expect(refused).toMatchObject({
    exitCode: 0,
    document: {
      address: 'spare@byte.test',
      rows: [
        {
          syncStatus: 'fail',
          reason: 'on-hold',
          agreed: null,
          civicrm: { contactId: held, group: 'Added', addresses: [], hasHeldAddress: true },
          explanation: expect.stringContaining('Take the hold off in CiviCRM'),
          rule: { id: 'R4c', as: '2.3', words: expect.any(String) },
          decisions: [{ kind: 'refuse', rule: 'R4c', reason: 'on-hold', facts: expect.any(Object) }],
        },
      ],
    },
  });
});

test('explain tells Mailchimp’s own words where it has refused', async () => {
  const { mcsync, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  const id = world.createContact({ firstName: 'No', lastName: 'Reply', emails: ['noreply@byte.test'] });
  world.addToGroup(charity.groupId, id);
  await connect();
  await mcsync('sync', '1', '--approve', '--inline');
  const { stdout } = await mcsync('explain', '1', 'noreply@byte.test');
  expect(stdout).toContain('cannot be agreed (rejected)');
  expect(stdout).toMatch(/Mailchimp's words: ".*looks fake or invalid/);
});

test('status tells how many are where, who cannot be agreed and why, and what waits', async () => {
  const { mcsync, json, connect, charity } = await createInstallation();
  await connect();
  expect((await mcsync('status')).stdout).toContain('Never synced. "mcsync plan 1" shows');
  await mcsync('sync', '1', '--inline');
  const waiting = await mcsync('status', '1');
  expect(waiting.stdout).toContain('waits for approval');
  expect(waiting.stdout).toContain('"mcsync approve 1" or "mcsync reject 1"');
  await mcsync('approve', '1', '--inline');
  const { document } = await json('status');
  expect(document).toMatchObject({
    writing: 'allowed',
    workers: 0,
    connections: [
      {
        id: 1,
        people: {
          subscribed: expect.any(Number),
          refused: {
            'on-hold': charity.expected['refused-on-hold'],
            'in-trash': charity.expected['refused-in-trash'],
          },
          asked: charity.expected.asked + charity.expected.waiting,
        },
        held: null,
        running: null,
        latest: [{ id: 1, state: 'done' }],
      },
    ],
  });
});

test('lists and details never hold a key', async () => {
  const { json, connect, sandbox } = await createInstallation();
  await connect('--policy', 'removal=archive', '--policy', 'limits.created=10%');
  const told = await Promise.all([
    json('site', 'list'),
    json('account', 'list'),
    json('connection', 'show', '1'),
    json('site', 'check', '1'),
    json('account', 'check', '1'),
    json('doctor'),
  ]);
  const text = JSON.stringify(told);
  expect(text).not.toContain(sandbox.mailchimp.apiKey);
  expect(text).not.toContain(sandbox.civicrm.apiKey);
  expect(told[2].document).toMatchObject({
    policies: { removal: 'archive', limits: { created: { kind: 'share', share: 0.1 } } },
  });
});

test('doctor checks everything, and fails where something does not work', async () => {
  const { mcsync, json, connect, sandbox } = await createInstallation();
  await connect();
  const well = await mcsync('doctor');
  expect(well).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Everything that could be checked works.'),
  });
  expect(well.stdout).toContain('no worker is connected');
  sandbox.mailchimp.world.revokeKey(sandbox.mailchimp.apiKey);
  sandbox.civicrm.world.caller('service').revoke('add contacts');
  const ill = await json('doctor');
  expect(ill).toMatchObject({
    exitCode: 1,
    document: {
      ok: false,
      findings: expect.arrayContaining([
        {
          subject: 'account 1',
          level: 'problem',
          message: expect.stringContaining('Mailchimp refuses the API key'),
        },
        { subject: 'site 1', level: 'problem', message: expect.stringContaining('"add contacts"') },
      ]),
    },
  });
});

test('as a process of its own it says one document on standard output, whatever is logged, and reads a key from standard input', async () => {
  const { environment, sandbox } = await createInstallation();
  const args = ['account', 'add', '--api-key', '-', '--base-url', sandbox.mailchimp.baseUrl, '--json'];
  const input = `${sandbox.mailchimp.apiKey}\n`;
  const added = await startCli(args, { ...environment, LOG_LEVEL: 'trace' }, { input }).result;
  expect(JSON.parse(added.stdout)).toMatchObject({ id: 1, outcome: 'added' });
  expect(added.exitCode).toBe(0);
  expect(added.stderr).not.toContain(sandbox.mailchimp.apiKey);
});

test('help and version are no errors', async () => {
  const { mcsync } = await createInstallation();
  expect(await mcsync('--help')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Exit codes:'),
  });
  expect(await mcsync('sync', '--help')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('--stop-before'),
  });
  expect(await mcsync('--version')).toMatchObject({ exitCode: 0, stdout: '0.0.0\n' });
  expect(await mcsync()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Usage: mcsync') });
});
