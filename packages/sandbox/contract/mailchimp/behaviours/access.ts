import assert from 'node:assert/strict';
import { KEY, request } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const basic = (key: string) => `Basic ${Buffer.from(`anystring:${key}`).toString('base64')}`;
const TRIGGERED = [
  ['BadRequest', 400],
  ['InvalidAction', 400],
  ['JSONParseException', 400],
  ['InvalidResource', 400],
  ['APIKeyMissing', 401],
  ['APIKeyInvalid', 401],
  ['Forbidden', 403],
  ['UserDisabled', 403],
  ['ResourceNotFound', 404],
  ['MethodNotAllowed', 405],
  ['ResourceNestingTooDeep', 414],
  ['InvalidMethodOverride', 422],
  ['UpgradeRequired', 426],
  ['TooManyRequests', 429],
  ['InternalServerError', 500],
] as const;

/** Sections 1.1, 1.2 and 1.3 as far as they hold for every call. */
export const ACCESS: readonly Behaviour[] = [
  behaviour('1.1 a key has 32 hexadecimal digits and its data centre', async ({ world, account }) => {
    assert.match(world.addKey(account.id), /^[0-9a-f]{32}-[a-z]{2}\d+$/);
  }),
  behaviour('1.1 a key with another data centre gets 401', async ({ base }) => {
    const authorization = basic(KEY.replace('us6', 'us7'));
    const { status, json } = await request(`${base}/ping`, 'GET', undefined, { authorization });
    assert.deepEqual([status, json.title], [401, 'API Key Invalid']);
  }),
  behaviour('1.1 Basic with any user name and Bearer both open the account', async ({ base, account }) => {
    for (const authorization of [basic(KEY), `Bearer ${KEY}`]) {
      const { json } = await request(`${base}/`, 'GET', undefined, { authorization });
      assert.equal(json.account_id, account.id);
    }
  }),
  behaviour('1.1 several keys open one account, which has one id', async ({ call, base, world, account }) => {
    const authorization = basic(world.addKey(account.id));
    const second = await request(`${base}/`, 'GET', undefined, { authorization });
    assert.equal(second.json.account_id, (await call('GET', '/')).json.account_id);
  }),
  behaviour(
    '1.1 a token’s data centre is told by /oauth2/metadata, and a bad token gets 200 with an error',
    async ({ base }) => {
      const url = base.replace('/3.0', '/oauth2/metadata');
      const good = await request(url, 'GET', undefined, { authorization: `OAuth ${KEY}` });
      assert.deepEqual([good.status, good.json.dc], [200, 'us6']);
      const bad = await request(url, 'GET', undefined, { authorization: 'OAuth nonsense' });
      assert.deepEqual([bad.status, bad.json.dc, typeof bad.json.error], [200, undefined, 'string']);
    },
  ),
  behaviour('1.1 a revoked key gets 401', async ({ call, world }) => {
    world.revokeKey(KEY);
    assert.equal((await call('GET', '/ping')).status, 401);
  }),
  behaviour('1.1 GET /ping says that all is well', async ({ call }) => {
    assert.deepEqual((await call('GET', '/ping')).json, { health_status: "Everything's Chimpy!" });
  }),
  behaviour('1.1 X-HTTP-Method-Override is honoured on POST alone, else 422', async ({ base }) => {
    const headers = { authorization: basic(KEY), 'x-http-method-override': 'GET' };
    assert.equal((await request(`${base}/ping`, 'POST', undefined, headers)).status, 200);
    assert.equal((await request(`${base}/ping`, 'GET', undefined, headers)).status, 422);
  }),
  ...TRIGGERED.map(([name, status]) =>
    behaviour(`1.1 X-Trigger-Error: ${name} answers with ${status}`, async ({ call }) => {
      const { status: seen, json } = await call('GET', '/ping', undefined, { 'x-trigger-error': name });
      assert.deepEqual([seen, json.title.replaceAll(' ', '')], [status, name]);
    }),
  ),
  behaviour('1.1 booleans are true or 1 in any case, and anything else is false', async ({ list }) => {
    const counts = async (value: string) =>
      (await list('GET', `?include_total_contacts=${value}`)).json.stats.total_contacts;
    for (const yes of ['true', 'TRUE', '1']) assert.equal(await counts(yes), 0);
    for (const no of ['false', '0', 'yes']) assert.equal(await counts(no), undefined);
  }),
  behaviour(
    '1.2 an answer is JSON in UTF-8, with the link of its schema and links of its own',
    async ({ list }) => {
      const { headers, json } = await list('GET', '/members');
      assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
      assert.match(headers.get('link') ?? '', /^<.+>; rel="describedBy"$/);
      assert.equal(json._links[0].rel, 'self');
    },
  ),
  behaviour('1.2 204 has no body and yet the content type of JSON', async ({ list, world, audience }) => {
    world.seedMember(audience.id, { email: 'wilma@flintstone.org' });
    const { status, text, headers } = await list('DELETE', '/members/wilma@flintstone.org');
    assert.deepEqual(
      [status, text, headers.get('content-type')],
      [204, '', 'application/json; charset=utf-8'],
    );
  }),
  behaviour('1.2 an error is a problem document whose instance is the request id', async ({ call }) => {
    const { headers, json } = await call('GET', '/lists/nosuch');
    assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(json.instance, headers.get('x-request-id'));
    assert.match(json.instance, /^[0-9a-f-]{36}$/);
    assert.equal(json.type, 'https://mailchimp.com/developer/marketing/docs/errors/');
  }),
  behaviour('1.2 two titles have no type', async ({ list, world, audience }) => {
    const email = 'wilma@flintstone.org';
    world.seedMember(audience.id, { email });
    const exists = await list('POST', '/members', { email_address: email, status: 'subscribed' });
    world.people.unsubscribeSelf(audience.id, email);
    const compliance = await list('PUT', `/members/${email}`, { status: 'subscribed' });
    assert.deepEqual(
      [exists, compliance].map(({ json }) => [json.title, json.type]),
      [
        ['Member Exists', undefined],
        ['Member In Compliance State', undefined],
      ],
    );
  }),
  behaviour('1.3 no credentials get 401 API Key Missing', async ({ base }) => {
    const { status, json } = await request(`${base}/ping`, 'GET');
    assert.deepEqual([status, json.title], [401, 'API Key Missing']);
  }),
  behaviour('1.3 a suspended account gets 403 User Disabled', async ({ call, world, account }) => {
    world.suspendAccount(account.id);
    const { status, json } = await call('GET', '/ping');
    assert.deepEqual(
      [status, json.title, json.detail],
      [403, 'User Disabled', 'This account has been deactivated.'],
    );
  }),
  behaviour('1.3 an unknown object gets 404', async ({ call, list }) => {
    for (const path of [
      '/members/nobody@people.org',
      '/merge-fields/99',
      '/segments/1',
      '/webhooks/x',
      '/interest-categories/x',
    ]) {
      assert.equal((await list('GET', path)).status, 404);
    }
    assert.equal((await call('GET', '/batches/x')).status, 404);
    assert.equal((await call('GET', '/batch-webhooks/x')).status, 404);
  }),
  behaviour('1.3 a wrong verb gets 405 and what is allowed', async ({ call }) => {
    const { status, headers } = await call('PATCH', '/ping');
    assert.deepEqual([status, headers.get('allow')], [405, 'GET']);
  }),
];
