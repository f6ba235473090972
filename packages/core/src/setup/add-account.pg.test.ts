import { expect, test } from 'vitest';
import { nobodyListens, serveInstead } from '../../testing/gateways-server.ts';
import { refusalOf, startTestSetup, type TestSetup } from '../../testing/test-setup.ts';
import { accountId } from '../domain/ids.ts';
import { getAccount } from '../store/sites.ts';
import { addAccount } from './add-account.ts';
import { checkAccount } from './check-account.ts';

const access = ({ sandbox: { mailchimp } }: TestSetup) => ({
  apiKey: mailchimp.apiKey,
  baseUrl: mailchimp.baseUrl,
  name: null,
});

test('an account is added once Mailchimp accepts its key, under the name that Mailchimp has for it', async () => {
  const setup = await startTestSetup();
  const added = await addAccount(setup.ctx, access(setup));
  expect(added).toMatchObject({ outcome: 'added', baseUrl: setup.sandbox.mailchimp.baseUrl });
  const stored = await getAccount(setup.ctx.store.db, setup.ctx.secrets, added.id);
  expect(stored).toMatchObject({ apiKey: setup.sandbox.mailchimp.apiKey, name: added.name });
  expect(await checkAccount(setup.ctx, added.id)).toMatchObject({
    id: added.id,
    nameAtMailchimp: added.name,
  });
});

test('adding an account again renews it', async () => {
  const setup = await startTestSetup();
  const first = await addAccount(setup.ctx, access(setup));
  const second = await addAccount(setup.ctx, { ...access(setup), name: 'Our newsletter' });
  expect(second).toMatchObject({ id: first.id, outcome: 'renewed', name: 'Our newsletter' });
});

test('a key that cannot be one, or is of another data centre than the base URL, is refused before anybody is asked', async () => {
  const { ctx } = await startTestSetup();
  const add = (apiKey: string, baseUrl: string | null) =>
    refusalOf(ctx, () => addAccount(ctx, { apiKey, baseUrl, name: null }));
  expect(await add('0123456789abcdef', null)).toMatchObject({
    name: 'UsageError',
    code: 'MAILCHIMP_KEY_MALFORMED',
    problems: [expect.stringContaining('data centre, such as -us6')],
  });
  expect(await add('0123456789abcdef-us7', 'https://us6.api.mailchimp.com/3.0')).toMatchObject({
    code: 'MAILCHIMP_KEY_MALFORMED',
    problems: [expect.stringContaining('is of data centre us7, and the base URL is of us6')],
  });
  expect(await add('0123456789abcdef-us7', 'us6.api.mailchimp.com')).toMatchObject({
    code: 'BAD_INPUT',
    problems: [expect.stringContaining('up to and including /3.0')],
  });
});

test('a key that Mailchimp does not know, as one of another data centre is, is a fault', async () => {
  const setup = await startTestSetup();
  const wrong = { ...access(setup), apiKey: setup.sandbox.mailchimp.apiKey.replace(/-us\d+$/, '-us99') };
  expect(await refusalOf(setup.ctx, () => addAccount(setup.ctx, wrong))).toMatchObject({
    name: 'FaultError',
    code: 'MAILCHIMP_KEY_REFUSED',
    problems: [expect.stringContaining('Make a new one')],
  });
});

test('a suspended account, an unreachable host and a web page are told apart', async () => {
  const setup = await startTestSetup();
  const page = await serveInstead((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  });
  const add = (baseUrl: string) =>
    refusalOf(setup.ctx, () => addAccount(setup.ctx, { ...access(setup), baseUrl }));
  setup.sandbox.mailchimp.world.suspendAccount(setup.sandbox.mailchimp.accountId);
  expect(await add(setup.sandbox.mailchimp.baseUrl)).toMatchObject({ code: 'MAILCHIMP_ACCOUNT_DISABLED' });
  expect(await add(`${page}/3.0`)).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_BAD_ANSWER' });
  expect(await add(`${await nobodyListens()}/3.0`)).toMatchObject({
    name: 'TransientError',
    code: 'MAILCHIMP_UNREACHABLE',
  });
});

test('a check finds a key that was revoked, and an account that is not there', async () => {
  const setup = await startTestSetup();
  const { id } = await addAccount(setup.ctx, access(setup));
  setup.sandbox.mailchimp.world.revokeKey(setup.sandbox.mailchimp.apiKey);
  expect(await refusalOf(setup.ctx, () => checkAccount(setup.ctx, id))).toMatchObject({
    code: 'MAILCHIMP_KEY_REFUSED',
  });
  expect(await refusalOf(setup.ctx, () => checkAccount(setup.ctx, accountId(77)))).toMatchObject({
    name: 'UsageError',
    code: 'NOT_FOUND',
  });
});
