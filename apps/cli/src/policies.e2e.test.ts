import { readFileSync } from 'node:fs';
import { CATEGORIES } from '@mcsync/core/domain/plan';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { expect, test } from 'vitest';
import { createInstallation } from '../testing/test-installation.ts';

test('every policy can be changed after the connection was made, is shown, and is refused where it cannot be', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect('--policy', 'removal=archive');
  const changed = await json(
    'connection',
    'set',
    '1',
    ...asked(['flagged=refuse', 'limits.asked=3', 'every=15m']),
  );
  expect(changed).toMatchObject({
    exitCode: 0,
    document: { policies: { removal: 'archive', flagged: 'refuse' } },
  });
  const shown = await mcsync('connection', 'show', '1');
  for (const text of ['removal=archive', 'flagged=refuse', 'limits.asked=3', 'every=15m', 'reconfirm=ask'])
    expect(shown.stdout).toContain(text);

  const wrong = await mcsync(
    'connection',
    'set',
    '1',
    ...asked(['removal=erase', 'colour=red', 'fullCron=often']),
  );
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  for (const words of [
    'Policy removal takes unsubscribe or archive',
    'There is no policy "colour"',
    'fullCron takes',
  ])
    expect(wrong.stderr).toContain(words);
  expect((await json('connection', 'show', '1')).document).toMatchObject({
    policies: { removal: 'archive' },
  });
  expect(await mcsync('connection', 'set', '9', ...asked(['removal=archive']))).toMatchObject({
    exitCode: 2,
  });
});

test('a policy that is changed changes what becomes of somebody who could not be agreed', async () => {
  const { json, mcsync, connect, sandbox, charity } = await createInstallation();
  const { world } = sandbox.civicrm;
  const id = world.createContact({ firstName: 'Wilma', emails: ['wilma@byte.test'], isOptOut: true });
  world.addToGroup(charity.groupId, id);
  await connect('--policy', 'flagged=refuse');
  await mcsync('sync', '1', '--approve', '--inline');
  expect((await json('explain', '1', 'wilma@byte.test')).document).toMatchObject({
    rows: [{ reason: 'flagged' }],
  });
  await mcsync('connection', 'set', '1', '--policy', 'flagged=warn');
  await mcsync('sync', '1', '--inline');
  expect((await json('explain', '1', 'wilma@byte.test')).document).toMatchObject({
    rows: [{ syncStatus: 'ok', warnings: [{ code: 'flagged' }] }],
  });
});

test('the guide tells every policy and every category', () => {
  const guide = readFileSync(new URL('../../../docs/guide/policies.md', import.meta.url), 'utf8');
  const { limits: _, ...policies } = DEFAULT_POLICIES;
  const untold = [...Object.keys(policies), ...CATEGORIES].filter((name) => !guide.includes(`\`${name}\``));
  expect(untold).toEqual([]);
});

const asked = (policies: readonly string[]) => policies.flatMap((policy) => ['--policy', policy]);
