import { audienceId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { findAdministratorByEmail } from '@mcsync/core/store/administrators';
import { recordConnection } from '@mcsync/core/store/connections';
import { recordRun, recordRunState } from '@mcsync/core/store/runs';
import { createSecrets } from '@mcsync/core/store/secrets';
import { recordAccount, recordSite } from '@mcsync/core/store/sites';
import type { Store } from '@mcsync/core/store/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProgram } from '../../testing/api-program.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { WILMA } from '../../testing/start-dashboard.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openApiDocument } from './open-api.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const program = () => openProgram(stores);

/** A connection with three people, of whom one is refused, and a held run; ids as they come. */
async function furnish({ db, ...store }: Store, group: number) {
  const secrets = createSecrets('a secret that is long enough for this');
  const account = { name: 'A', baseUrl: 'https://us6.api.mailchimp.com/3.0', mailchimpAccountId: 'a1' };
  const accountId = await recordAccount(db, secrets, { ...account, apiKey: 'key-of-mailchimp' });
  const site = { name: 'Site', url: 'https://crm.example.org', version: '6.13.3' };
  const siteId = await recordSite(db, secrets, { ...site, apiKey: 'key-of-civicrm' });
  const { id } = await recordConnection(db, {
    ...{ accountId, siteId, audienceName: 'News', groupTitle: 'Members', policies: DEFAULT_POLICIES },
    ...{ audienceId: audienceId(`list-${group}`), groupId: groupId(group), interests: [], mappings: [] },
  });
  const people = ['ann', 'bob', 'cid'].map((name, at) => ({
    connectionId: id,
    addressKey: `${name}@example.org`,
    firstName: name,
    contactId: at + 1,
    contactState: 'live',
    groupStatus: 'Added',
    mailchimpContactId: name,
    mailchimpAddress: `${name}@example.org`,
    mailchimpStatus: at === 2 ? 'cleaned' : 'subscribed',
    syncStatus: at === 2 ? 'fail' : 'ok',
    ...(at === 2 && { reason: 'cleaned', rule: 'R4d' }),
  }));
  const members = await db.member.createManyAndReturn({ data: people });
  const asked = {
    mode: 'full',
    purpose: 'sync',
    requestedBy: 'test',
    approval: 'none',
    since: null,
  } as const;
  const more = { onlyAddresses: [], stopBefore: null, deadlineAt: null };
  const started = await recordRun({ db, ...store }, { ...asked, ...more, connectionId: id });
  if (started.kind === 'busy') throw new Error('busy');
  await store.transaction((tx) => recordRunState(tx, started.run, 'held'));
  return { id, run: started.run.id, members };
}

test('every resource that only reads answers as its description says', async () => {
  const { call, store } = await program();
  const { id, run, members } = await furnish(store, 1);
  const values: Record<string, string> = {
    connection: String(id),
    member: String(members[2]?.id),
    run: String(run),
    queue: 'stages',
  };
  const reading = ENDPOINTS.filter(
    ({ method, path }) => method === 'get' && !/\/(groups|audiences|pairable)$/.test(path),
  );
  expect(reading.length).toBeGreaterThan(15);
  for (const { path } of reading) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
    const { status, body } = await call('GET', filled);
    expect({ path, status, body }).toMatchObject({ path, status: 200 });
    expect(JSON.stringify(body)).not.toMatch(/key-of-|password|argon2/i);
  }
});

test('people are searched, filtered and read page by page', async () => {
  const { call, store } = await program();
  const { id } = await furnish(store, 2);
  const first = await call('GET', `/connections/${id}/people?limit=2`);
  const names = ({ people }: { people: { firstName: string }[] }) => people.map(({ firstName }) => firstName);
  expect(names(first.body)).toEqual(['ann', 'bob']);
  const second = await call('GET', `/connections/${id}/people?limit=2&after=${first.body.next}`);
  expect([names(second.body), second.body.next]).toEqual([['cid'], null]);
  expect(names((await call('GET', `/connections/${id}/people?reason=cleaned`)).body)).toEqual(['cid']);
  expect(names((await call('GET', `/connections/${id}/people?text=BO`)).body)).toEqual(['bob']);
  expect(names((await call('GET', `/connections/${id}/people?text=1`)).body)).toEqual(['ann']);
});

test('everybody who fits is exported as a file, and who did so is kept', async () => {
  const { call, store } = await program();
  const { id, run } = await furnish(store, 6);
  const people = await call('GET', `/connections/${id}/people.csv?reason=cleaned`);
  expect(people).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' });
  const [header, ...rows] = people.body.trim().split('\n');
  expect(header).toContain('address,first name');
  expect(rows).toEqual([expect.stringContaining('cid@example.org')]);
  expect((await call('GET', `/runs/${run}/plan.csv`)).body).toContain('address,first name');
  expect((await call('GET', `/connections/${id}/people.csv?sync=never`)).status).toBe(422);
  const { body } = await call('GET', `/acts?connection=${id}`);
  expect(body.acts).toMatchObject([
    { who: WILMA.email, kind: 'people-exported', runId: run },
    { who: WILMA.email, kind: 'people-exported', runId: null },
  ]);
});

test('a plan is approved or rejected in the name of the token’s owner, with a note', async () => {
  const { call, store } = await program();
  const { id, run } = await furnish(store, 3);
  expect((await call('POST', `/runs/${run}/reject`, { note: 'not now' })).status).toBe(200);
  const acts = await store.db.act.findMany({ where: { connectionId: id } });
  expect(acts).toMatchObject([{ who: WILMA.email, kind: 'run-rejected', runId: run, note: 'not now' }]);
  const again = await call('POST', `/runs/${run}/approve`, {});
  expect(again).toMatchObject({ status: 409, type: 'application/problem+json; charset=utf-8' });
  expect(again.body.problems[0]).toContain('there is nothing to approve');
});

test('what cannot be read is told as a problem document, all of it at once', async () => {
  const { call, store } = await program();
  const { id } = await furnish(store, 4);
  const wrong = await call('POST', `/connections/${id}/sync`, { mode: 'often' });
  expect(wrong).toMatchObject({ status: 422, body: { type: 'urn:mcsync:problem:invalid', status: 422 } });
  const policies = await call('PUT', `/connections/${id}/policies`, { policies: ['removal=burn', 'x=y'] });
  expect(policies.body.problems).toHaveLength(2);
  expect((await call('GET', '/connections/999999')).status).toBe(404);
  expect((await call('GET', '/connections/abc')).status).toBe(404);
  expect((await call('GET', '/nothing')).body.type).toBe('urn:mcsync:problem:not-found');
});

test('without a token, with a wrong one or with one that was revoked nothing is answered', async () => {
  const { call, url, wilma, store, token } = await program();
  expect((await fetch(`${url}/api/v1/overview`)).status).toBe(401);
  expect((await call('GET', '/overview', undefined, 'mcsync_wrong')).status).toBe(401);
  expect(JSON.stringify(await store.db.apiToken.findMany())).not.toContain(token);
  const [kept] = await store.db.apiToken.findMany({ orderBy: { id: 'desc' } });
  expect(kept?.usedAt).toBeNull();
  await call('GET', '/me');
  expect((await store.db.apiToken.findFirst({ where: { id: kept?.id ?? 0 } }))?.usedAt).not.toBeNull();
  await wilma.send('/account', '/account/revoke-token', { id: String(kept?.id) });
  expect((await call('GET', '/me')).status).toBe(401);
});

test('a token of a viewer reads, and changes nothing', async () => {
  const { call, store } = await program();
  const { id } = await furnish(store, 5);
  const wilma = await findAdministratorByEmail(store.db, WILMA.email);
  await store.db.administrator.update({ where: { id: wilma?.id ?? 0 }, data: { role: 'viewer' } });
  const writing = ENDPOINTS.filter(({ method, path }) => method !== 'get' && !path.startsWith('/me/'));
  for (const { method, path } of writing) {
    const filled = path.replaceAll(/\{\w+\}/g, String(id));
    const { status } = await call(method.toUpperCase(), filled, {});
    expect({ path, status }).toEqual({ path, status: 403 });
  }
  expect((await call('GET', `/connections/${id}`)).status).toBe(200);
  await store.db.administrator.update({ where: { id: wilma?.id ?? 0 }, data: { role: 'administrator' } });
});

test('a cookie reads by the API, and changes nothing: it goes along with what other pages send', async () => {
  const { wilma, url } = await program();
  expect((await wilma.get('/api/v1/me')).status).toBe(200);
  const put = await wilma.request('PUT', '/api/v1/writing', {
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ writing: 'stopped' }),
  });
  expect(put.status).toBe(401);
});

test('the OpenAPI document describes every resource once, with a schema for each answer', async () => {
  const { call } = await program();
  const { body } = await call('GET', '/openapi.json');
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  expect(body.openapi).toBe('3.1.0');
  const operations = Object.values<Record<string, { operationId: string; responses: object }>>(
    body.paths,
  ).flatMap((methods) => Object.values(methods));
  expect(operations).toHaveLength(ENDPOINTS.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ENDPOINTS.length);
  expect(JSON.stringify(body)).toContain('"name":"connection","in":"path"');
  for (const { responses } of operations)
    expect(JSON.stringify(responses)).toMatch(/"type":"object"|text\/csv/);
});

test('a page shows every resource', async () => {
  const { wilma } = await program();
  const { text } = await wilma.get('/api');
  for (const { path } of ENDPOINTS) expect(text).toContain(path);
});
