import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openProgram } from '../../testing/api-program.ts';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { WILMA } from '../../testing/start-dashboard.ts';

const FRED = { email: 'fred@example.org', password: 'another long password' };
let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
beforeEach(async () => {
  await stores.store.db.administrator.deleteMany();
  await stores.store.db.invitation.deleteMany();
  await stores.store.db.act.deleteMany();
});
afterAll(() => stores.close());

/** A program of Wilma's, and Fred, who has accepted her invitation. */
async function withFred(role: 'viewer' | 'administrator') {
  const program = await openProgram(stores);
  const invited = await program.call('POST', '/invitations', { email: 'Fred@Example.org', role });
  expect(invited).toMatchObject({ status: 201, body: { email: FRED.email, role, invitedBy: WILMA.email } });
  const { pathname: link } = new URL(invited.body.url);
  const { password } = FRED;
  const fred = new Client(program.url);
  expect(await fred.send(link, link, { password, repeated: password })).toMatchObject({ location: '/' });
  const { text } = await fred.send('/account', '/account/make-token', { name: 'his' });
  const hisToken = /mcsync_[\w-]{43}/.exec(text)?.[0] ?? '';
  const { body } = await program.call('GET', '/users');
  const { id } = body.users.find(({ email }: { email: string }) => email === FRED.email);
  return { ...program, fred, hisToken, id };
}

test('somebody is invited, given another role, signed out and removed by a program', async () => {
  const { call, fred, hisToken, id, store } = await withFred('viewer');
  expect((await call('GET', '/users', undefined, hisToken)).status).toBe(403);
  expect((await call('PUT', `/users/${id}/role`, { role: 'administrator' })).status).toBe(200);
  expect((await call('GET', '/users', undefined, hisToken)).status).toBe(200);
  expect((await call('POST', `/users/${id}/sign-out`)).status).toBe(200);
  expect((await fred.get('/')).location).toBe('/sign-in');
  expect((await call('GET', '/me', undefined, hisToken)).status).toBe(200);
  expect((await call('DELETE', `/users/${id}`)).status).toBe(200);
  expect((await call('GET', '/me', undefined, hisToken)).status).toBe(401);
  expect((await call('DELETE', `/users/${id}`)).status).toBe(404);
  const acts = await store.db.act.findMany({ where: { who: WILMA.email }, orderBy: { id: 'asc' } });
  expect(acts.map(({ kind, note }) => [kind, note])).toEqual([
    ['token-made', 'reports'],
    ['user-invited', `${FRED.email} as viewer`],
    ['user-role-changed', `${FRED.email}: administrator`],
    ['user-signed-out', FRED.email],
    ['user-removed', FRED.email],
  ]);
});

test('an invitation is listed without its secret, and withdrawn', async () => {
  const { call, url, store } = await openProgram(stores);
  const { body } = await call('POST', '/invitations', { email: FRED.email, role: 'viewer' });
  const listed = await call('GET', '/invitations');
  expect(listed.body.invitations).toMatchObject([{ id: body.id, email: FRED.email }]);
  const secret = body.url.split('/').at(-1);
  expect(JSON.stringify([listed.body, await store.db.invitation.findMany()])).not.toContain(secret);
  expect((await call('DELETE', `/invitations/${body.id}`)).status).toBe(200);
  expect((await new Client(url).get(new URL(body.url).pathname)).status).toBe(404);
  expect((await call('DELETE', `/invitations/${body.id}`)).status).toBe(404);
});

test('the last administrator stays, whoever may sign in already is not invited, nor who has no address', async () => {
  const { call, store } = await openProgram(stores);
  const { id = 0 } = (await store.db.administrator.findFirst()) ?? {};
  const refused = { status: 409, type: expect.stringContaining('problem+json') };
  expect(await call('PUT', `/users/${id}/role`, { role: 'viewer' })).toMatchObject(refused);
  const removal = await call('DELETE', `/users/${id}`);
  expect(removal).toMatchObject(refused);
  expect(removal.body.problems[0]).toContain('nobody who can change anything');
  expect(await store.db.administrator.count()).toBe(1);
  for (const email of [WILMA.email, 'nobody'])
    expect(await call('POST', '/invitations', { email, role: 'viewer' })).toMatchObject(refused);
  expect((await call('POST', '/invitations', { email: FRED.email, role: 'king' })).status).toBe(422);
});

test('a viewer manages their own tokens, browsers and password, and nobody else’s', async () => {
  const { call, fred, hisToken, url, store } = await withFred('viewer');
  const own = (method: string, path: string, body?: object) => call(method, `/me${path}`, body, hisToken);
  const made = await own('POST', '/tokens', { name: 'another' });
  expect((await call('GET', '/me', undefined, made.body.token)).body.email).toBe(FRED.email);
  const { body } = await own('GET', '/tokens');
  expect(body.tokens.map(({ name }: { name: string }) => name)).toEqual(['another', 'his']);
  expect((await own('DELETE', `/tokens/${made.body.id}`)).status).toBe(200);
  expect((await call('GET', '/me', undefined, made.body.token)).status).toBe(401);
  const wilmas = await store.db.apiToken.findFirst({ where: { name: 'reports' } });
  expect((await own('DELETE', `/tokens/${wilmas?.id}`)).status).toBe(404);

  const second = new Client(url);
  await second.signIn(FRED);
  const sessions = (await own('GET', '/sessions')).body.sessions;
  expect(sessions).toHaveLength(2);
  const theirs = await store.db.session.findFirst({ where: { administrator: { email: WILMA.email } } });
  expect((await own('DELETE', `/sessions/${theirs?.id}`)).status).toBe(404);
  expect((await own('DELETE', `/sessions/${sessions[0].id}`)).status).toBe(200);
  expect((await own('GET', '/sessions')).body.sessions).toHaveLength(1);
  expect((await own('DELETE', '/sessions')).status).toBe(200);
  expect((await fred.get('/')).location).toBe('/sign-in');

  const wrong = await own('PUT', '/password', { present: 'a guess', password: 'short' });
  expect(wrong).toMatchObject({ status: 409 });
  expect(wrong.body.problems).toHaveLength(2);
  const another = 'one more long password';
  expect((await own('PUT', '/password', { present: FRED.password, password: another })).status).toBe(200);
  expect((await second.signIn({ ...FRED, password: another })).location).toBe('/');
});

test('a password cannot be guessed by a program that got hold of a token', async () => {
  const { call } = await openProgram(stores);
  const guess = (present: string) =>
    call('PUT', '/me/password', { present, password: 'whatever it is to be' });
  for (let count = 0; count < 10; count++) expect((await guess(`guess ${count}`)).status).toBe(409);
  expect((await guess(WILMA.password)).status).toBe(429);
});
