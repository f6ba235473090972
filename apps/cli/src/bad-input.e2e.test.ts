import { nobodyListens, serveInstead } from '@mcsync/core/testing/gateways-server';
import { expect, test } from 'vitest';
import { createInstallation, placeOf, type TestInstallation } from '../testing/test-installation.ts';

/** One command that must fail: with this exit code and code, in words that say what to do. */
interface BadInput {
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly code: string;
  readonly says: string | RegExp;
}

/** Runs it twice, for people and for programs; nothing may be stored meanwhile. */
async function expectRefusal(
  installation: TestInstallation,
  { args, exitCode, code, says }: BadInput,
): Promise<void> {
  const { mcsync, json, contents } = installation;
  const before = await contents();
  const told = await mcsync(...args);
  expect(told, args.join(' ')).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(says) });
  // One sentence or more, and no stack.
  expect(told.stderr).toMatch(/^✗ \S.*[.?!)]\n/);
  expect(told.stderr).not.toMatch(/\n\s+at /);
  const answer = await json(...args);
  expect(answer, args.join(' ')).toMatchObject({
    exitCode,
    document: { error: { code, message: expect.stringMatching(says), problems: expect.any(Array) } },
  });
  expect(await contents()).toBe(before);
}

const web = () =>
  serveInstead((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Welcome</html>');
  });

test('accounts: every wrong key and place is refused in words', async () => {
  const installation = await createInstallation();
  const { apiKey, baseUrl } = installation.sandbox.mailchimp;
  const add = (key: string, ...more: readonly string[]) => ['account', 'add', '--api-key', key, ...more];
  const [page, nobody] = [await web(), await nobodyListens()];
  const inputs: readonly BadInput[] = [
    {
      args: add('0123-456'),
      exitCode: 2,
      code: 'MAILCHIMP_KEY_MALFORMED',
      says: /data centre, such as -us6/,
    },
    {
      args: add(`wrong${apiKey}`, '--base-url', baseUrl),
      exitCode: 1,
      code: 'MAILCHIMP_KEY_REFUSED',
      says: /Make a new one/,
    },
    {
      args: add(apiKey.replace(/-us\d+/, '-us99'), '--base-url', baseUrl),
      exitCode: 1,
      code: 'MAILCHIMP_KEY_REFUSED',
      says: /with the data centre at its end/,
    },
    {
      args: add('0123-us7', '--base-url', 'https://us6.api.mailchimp.com/3.0'),
      exitCode: 2,
      code: 'MAILCHIMP_KEY_MALFORMED',
      says: /Leave the base URL out/,
    },
    {
      args: add(apiKey, '--base-url', 'us6'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /up to and including \/3\.0/,
    },
    {
      args: add(apiKey, '--base-url', `${page}/3.0`),
      exitCode: 1,
      code: 'MAILCHIMP_BAD_ANSWER',
      says: /A web page came back/,
    },
    {
      args: add(apiKey, '--base-url', `${nobody}/3.0`),
      exitCode: 1,
      code: 'MAILCHIMP_UNREACHABLE',
      says: /could not be reached/,
    },
    { args: ['account', 'add'], exitCode: 2, code: 'BAD_INPUT', says: /--api-key <key>' not specified/ },
    { args: ['account', 'check', '5'], exitCode: 2, code: 'NOT_FOUND', says: /There is no account 5/ },
    {
      args: ['account', 'check', 'first'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /It must be a number from 1/,
    },
  ];
  for (const input of inputs) await expectRefusal(installation, input);
});

test('sites: every wrong key and place, missing right and old version is refused in words', async () => {
  const installation = await createInstallation();
  const { url, apiKey, world } = installation.sandbox.civicrm;
  const add = (at: string, key: string) => ['site', 'add', '--url', at, '--api-key', key];
  const [page, nobody] = [await web(), await nobodyListens()];
  const inputs: readonly BadInput[] = [
    { args: add('example.org', apiKey), exitCode: 2, code: 'BAD_INPUT', says: /must be a web address/ },
    {
      args: add(url, 'wrong'),
      exitCode: 1,
      code: 'CIVICRM_KEY_REFUSED',
      says: /key of a contact on this site/,
    },
    { args: add(page, apiKey), exitCode: 1, code: 'CIVICRM_BAD_ANSWER', says: /Check the site’s address/ },
    { args: add(nobody, apiKey), exitCode: 1, code: 'CIVICRM_UNREACHABLE', says: /could not be reached/ },
    { args: ['site', 'check', '5'], exitCode: 2, code: 'NOT_FOUND', says: /There is no site 5/ },
  ];
  for (const input of inputs) await expectRefusal(installation, input);
  world.caller('service').revoke('edit all contacts', 'add contacts');
  const rights = /"edit all contacts".*\n?.*"add contacts"/;
  await expectRefusal(installation, {
    args: add(url, apiKey),
    exitCode: 1,
    code: 'CIVICRM_RIGHTS_MISSING',
    says: rights,
  });
  world.caller('service').grant('edit all contacts', 'add contacts');
  world.version = '5.78.1';
  await expectRefusal(installation, {
    args: add(url, apiKey),
    exitCode: 1,
    code: 'CIVICRM_TOO_OLD',
    says: /Update it first/,
  });
});

test('connections: every unfit, taken or missing audience and group is refused in words', async () => {
  const installation = await createInstallation();
  await installation.connect();
  const { world } = installation.sandbox.civicrm;
  const spare = installation.sandbox.mailchimp.world.addAudience(installation.sandbox.mailchimp.accountId, {
    name: 'Spare',
  }).id;
  const add = (audience: string, group: number, ...more: readonly string[]) => [
    ...[
      'connection',
      'add',
      '--account',
      '1',
      '--site',
      '1',
      '--audience',
      audience,
      '--group',
      String(group),
      ...more,
    ],
  ];
  const free = world.createGroup('Free');
  const smart = world.createGroup('Smart');
  world.makeSmart(smart);
  const parent = world.createGroup('Parent');
  world.addChildGroup(parent, free);
  const disabled = world.createGroup('Disabled');
  world.disableGroup(disabled);
  const inputs: readonly BadInput[] = [
    {
      args: ['connection', 'add', ...placeOf(installation.charity)],
      exitCode: 2,
      code: 'AUDIENCE_TAKEN',
      says: /is connected already: connection 1/,
    },
    {
      args: add(spare, installation.charity.groupId),
      exitCode: 2,
      code: 'GROUP_TAKEN',
      says: /is connected already: it serves connection 1/,
    },
    {
      args: add('0000000000', free),
      exitCode: 2,
      code: 'MAILCHIMP_AUDIENCE_MISSING',
      says: /There is no audience 0000000000/,
    },
    { args: add('newsletter', free), exitCode: 2, code: 'BAD_INPUT', says: /ten hexadecimal digits/ },
    { args: add(spare, 4711), exitCode: 2, code: 'GROUP_MISSING', says: /no group with this id/ },
    {
      args: add(spare, smart),
      exitCode: 2,
      code: 'GROUP_IS_SMART',
      says: /Pick a group that is filled by hand/,
    },
    {
      args: add(spare, parent),
      exitCode: 2,
      code: 'GROUP_HAS_CHILDREN',
      says: /Pick a group without child groups/,
    },
    { args: add(spare, disabled), exitCode: 2, code: 'GROUP_INACTIVE', says: /Enable it there/ },
    {
      args: add(spare, free, '--policy', 'removal=explode'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /takes unsubscribe or archive/,
    },
    {
      args: add(spare, free, '--policy', 'every=soon'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /an interval of at least a minute/,
    },
    {
      args: add(spare, free, '--policy', 'fullCron=0 3 * *'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /a cron line of five fields/,
    },
    {
      args: add(spare, free, '--map', 'city'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /The field mapping "city" must be/,
    },
    {
      args: add(spare, free, '--interest', 'news=1'),
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /The interest pair "news=1" must be/,
    },
    {
      args: add(spare, free).map((arg, at) => (at === 3 ? '9' : arg)),
      exitCode: 2,
      code: 'NOT_FOUND',
      says: /There is no account 9/,
    },
    { args: ['connection', 'show', '9'], exitCode: 2, code: 'NOT_FOUND', says: /There is no connection 9/ },
  ];
  for (const input of inputs) await expectRefusal(installation, input);
});

test('commands: every contradiction and everything that is not there is refused in words', async () => {
  const installation = await createInstallation();
  await expectRefusal(installation, {
    args: ['sync'],
    exitCode: 2,
    code: 'NOT_FOUND',
    says: /There is no connection yet/,
  });
  await installation.connect();
  const inputs: readonly BadInput[] = [
    { args: ['sync', '7'], exitCode: 2, code: 'NOT_FOUND', says: /There is no connection 7/ },
    {
      args: ['sync', '1', '--full', '--since', '2026-01-01'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /contradict each other/,
    },
    { args: ['sync', '1', '--group', '2'], exitCode: 2, code: 'BAD_INPUT', says: /not by both/ },
    {
      args: ['sync', '--group', '99'],
      exitCode: 2,
      code: 'NOT_FOUND',
      says: /No connection has the group 99/,
    },
    {
      args: ['sync', '1', '--since', 'yesterday'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /a moment such as 2026-11-20/,
    },
    {
      args: ['sync', '1', '--since', '2999-01-01'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /must be in the past/,
    },
    {
      args: ['sync', '1', '--max-time', 'long'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /a number of seconds/,
    },
    {
      args: ['sync', '1', '--stop-before', 'lunch'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /must be one of probe, fetch-mailchimp/,
    },
    {
      args: ['sync', '1', '--only', 'wilma'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /must be an e-mail address/,
    },
    {
      args: ['plan', '1', '--full', '--since', '2026-01-01'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /contradict each other/,
    },
    { args: ['approve', '4'], exitCode: 2, code: 'NOT_FOUND', says: /There is no run 4/ },
    {
      args: ['explain', '1', 'nobody'],
      exitCode: 2,
      code: 'BAD_INPUT',
      says: /an e-mail address, the number of a CiviCRM contact/,
    },
    { args: ['snyc'], exitCode: 2, code: 'BAD_INPUT', says: /Did you mean sync/ },
    { args: ['plan', '1', '--loudly'], exitCode: 2, code: 'BAD_INPUT', says: /Unknown option '--loudly'/ },
  ];
  for (const input of inputs) await expectRefusal(installation, input);
});

test('an environment that is not set up right is told whole, before anything is opened', async () => {
  const { environment } = await createInstallation();
  const { runInProcess } = await import('../testing/run-in-process.ts');
  const wrong = { ...environment, APP_SECRET: 'short', SYNC_EVERY: 'often' };
  const told = await runInProcess(['status'], { environment: wrong });
  expect(told).toMatchObject({ exitCode: 2, stdout: '' });
  expect(told.stderr).toContain('APP_SECRET must have at least 32 bytes');
  expect(told.stderr).toContain('SYNC_EVERY must be an interval');
});
