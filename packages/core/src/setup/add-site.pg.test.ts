import { expect, test } from 'vitest';
import { nobodyListens, serveInstead } from '../../testing/gateways-server.ts';
import { refusalOf, startTestSetup, type TestSetup } from '../../testing/test-setup.ts';
import { listSites } from '../store/sites.ts';
import { addSite } from './add-site.ts';
import { checkSite } from './check-site.ts';

const access = ({ sandbox: { civicrm } }: TestSetup) => ({
  url: civicrm.url,
  apiKey: civicrm.apiKey,
  name: null,
});

test('a site is added once its key has every right, under the host’s name and without what we add to the URL', async () => {
  const setup = await startTestSetup();
  const url = `${setup.sandbox.civicrm.url}/civicrm/ajax/api4/`;
  const added = await addSite(setup.ctx, { ...access(setup), url });
  expect(added).toMatchObject({ outcome: 'added', url: setup.sandbox.civicrm.url, warnings: [] });
  expect(added.name).toBe(new URL(url).host);
  expect(await checkSite(setup.ctx, added.id)).toMatchObject({ id: added.id, url: added.url });
});

test('adding a site again renews it', async () => {
  const setup = await startTestSetup();
  const first = await addSite(setup.ctx, access(setup));
  const second = await addSite(setup.ctx, { ...access(setup), url: `${first.url}/`, name: 'The office' });
  expect(second).toMatchObject({ id: first.id, outcome: 'renewed', name: 'The office' });
});

test('everything that cannot be read is told at once', async () => {
  const { ctx } = await startTestSetup();
  const refusal = await refusalOf(ctx, () =>
    addSite(ctx, { url: 'example.org', apiKey: 'two words', name: null }),
  );
  expect(refusal).toMatchObject({
    name: 'UsageError',
    problems: [expect.stringContaining('web address'), expect.stringContaining('one word')],
  });
});

test('a wrong key, an unreachable host and a web page are told apart', async () => {
  const setup = await startTestSetup();
  const page = await serveInstead((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>');
  });
  const add = (change: Partial<{ url: string; apiKey: string }>) =>
    refusalOf(setup.ctx, () => addSite(setup.ctx, { ...access(setup), ...change }));
  expect(await add({ apiKey: 'not-the-key' })).toMatchObject({
    name: 'FaultError',
    code: 'CIVICRM_KEY_REFUSED',
    problems: [expect.stringContaining('key of a contact on this site')],
  });
  expect(await add({ url: page })).toMatchObject({ name: 'FaultError', code: 'CIVICRM_BAD_ANSWER' });
  expect(await add({ url: await nobodyListens() })).toMatchObject({
    name: 'TransientError',
    code: 'CIVICRM_UNREACHABLE',
  });
});

test('every right that is missing is named', async () => {
  const setup = await startTestSetup();
  setup.sandbox.civicrm.world.caller('service').revoke('edit all contacts', 'add contacts');
  const { code, problems } = await refusalOf(setup.ctx, () => addSite(setup.ctx, access(setup)));
  expect(code).toBe('CIVICRM_RIGHTS_MISSING');
  expect(problems.join(' ')).toContain('"edit all contacts"');
  expect(problems.join(' ')).toContain('"add contacts"');
});

test.each([
  ['5.80.2', 'admin'],
  ['5.79.0', 'service'],
] as const)(
  'CiviCRM %s is too old, whether the API user (%s) may ask for the version or not',
  async (civicrmVersion, caller) => {
    const setup = await startTestSetup({ civicrmVersion });
    const { apiKey } = setup.sandbox.civicrm.world.caller(caller);
    const refused = await refusalOf(setup.ctx, () =>
      addSite(setup.ctx, { ...access(setup), apiKey: apiKey ?? '' }),
    );
    expect(refused).toMatchObject({ name: 'FaultError', code: 'CIVICRM_TOO_OLD' });
  },
);

test('a CiviCRM before 6.7 is taken with a warning, and the version is kept', async () => {
  const setup = await startTestSetup({ civicrmVersion: '6.4.1' });
  const apiKey = setup.sandbox.civicrm.world.caller('admin').apiKey ?? '';
  const added = await addSite(setup.ctx, { ...access(setup), apiKey });
  expect(added.warnings).toEqual([expect.stringContaining('older than 6.7')]);
  expect(await listSites(setup.ctx.store.db)).toMatchObject([{ version: '6.4.1' }]);
});

test('a check finds rights that were taken away', async () => {
  const setup = await startTestSetup();
  const { id } = await addSite(setup.ctx, access(setup));
  setup.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
  expect(await refusalOf(setup.ctx, () => checkSite(setup.ctx, id))).toMatchObject({
    code: 'CIVICRM_RIGHTS_MISSING',
    problems: [expect.stringContaining('"view all contacts"')],
  });
});
