import { audienceId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { getConnection, recordConnection, recordFault } from '@mcsync/core/store/connections';
import { recordWriting } from '@mcsync/core/store/installation';
import { recordStageStarted } from '@mcsync/core/store/run-stages';
import { recordMeasured, recordRun, recordRunState } from '@mcsync/core/store/runs';
import { createSecrets } from '@mcsync/core/store/secrets';
import { recordAccount, recordSite } from '@mcsync/core/store/sites';
import type { Store } from '@mcsync/core/store/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { startDashboard, WILMA } from '../../testing/start-dashboard.ts';

let stores: TestStores;

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

async function signedIn(): Promise<Client> {
  const { url } = await startDashboard(stores);
  const client = new Client(url);
  await client.signIn(WILMA);
  return client;
}

/** A connection with this audience's name; no other has it. */
async function connect({ db }: Store, audienceName: string, group: number) {
  const secrets = createSecrets('a secret that is long enough for this');
  const account = { name: 'Account', baseUrl: 'https://us6.api.mailchimp.com/3.0', mailchimpAccountId: 'a1' };
  const accountId = await recordAccount(db, secrets, { ...account, apiKey: 'sealed-key-of-mailchimp' });
  const site = { name: 'Site', url: 'https://crm.example.org', version: null };
  const siteId = await recordSite(db, secrets, { ...site, apiKey: 'sealed-key-of-civicrm' });
  return await recordConnection(db, {
    accountId,
    siteId,
    audienceId: audienceId(`list-${group}`),
    audienceName,
    groupId: groupId(group),
    groupTitle: 'Members',
    policies: DEFAULT_POLICIES,
    interests: [],
    mappings: [],
  });
}

/** The first one stays queued, the others are at Mailchimp. */
async function queueUpdate({ db }: Store, connectionId: number, memberId: number, index: number) {
  const decision = { kind: 'change', rule: 'R4c', facts: {}, fingerprint: '', state: 'applied' };
  const { id: decisionId } = await db.decision.create({ data: { connectionId, memberId, ...decision } });
  const update = { kind: 'subscribe', calls: [], state: index === 0 ? 'queued' : 'submitted' };
  await db.update.create({ data: { connectionId, memberId, decisionId, ...update } });
}

async function startRun(store: Store, connectionId: Awaited<ReturnType<typeof connect>>['id']) {
  const started = await recordRun(store, {
    connectionId,
    mode: 'full',
    purpose: 'sync',
    requestedBy: 'cli',
    approval: 'none',
    onlyAddresses: [],
    stopBefore: null,
    deadlineAt: null,
    since: null,
  });
  if (started.kind === 'busy') throw new Error('busy');
  return started.run;
}

test('where nothing is connected it says how to begin', async () => {
  const { text } = await (await signedIn()).get('/');
  expect(text).toContain('Nothing is connected yet');
  expect(text).toContain('href="/set-up"');
});

test('a connection is shown with its fault, its members by sync status and its open updates', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Faulted <News> & Views', 1);
  await recordFault(store.db, id, { code: 'GROUP_IS_SMART', message: 'Pick a group filled by hand.' });
  const people = ['ok', 'ok', 'ok', 'todo', 'live', 'live', 'fail'].map((syncStatus, index) => ({
    connectionId: id,
    addressKey: `person-${index}@example.org`,
    contactId: index,
    syncStatus,
    ...(syncStatus === 'fail' && { reason: 'rejected' }),
  }));
  const members = await store.db.member.createManyAndReturn({ data: people });
  const live = members.filter(({ syncStatus }) => syncStatus === 'live');
  for (const [index, { id: memberId }] of live.entries()) await queueUpdate(store, id, memberId, index);
  const { text } = await (await signedIn()).get('/');
  expect(text).toContain('Faulted &lt;News> &amp; Views ⇄ Members');
  expect(text).toContain('<span class="state bad">fault</span>');
  expect(text).toContain('Pick a group filled by hand.');
  const figures = [
    ['agreed', 3],
    ['to be looked at', 1],
    ['under way', 2],
    ['cannot agree', 1],
    ['changes waiting for Mailchimp', 2],
  ] as const;
  for (const [name, count] of figures)
    expect(text).toMatch(new RegExp(`<dt>${name}</dt><dd>(<a href="[^"]+">)?${count}<`));
  expect(text).not.toMatch(/person-\d@example\.org|sealed-key/);
});

test('a run is shown with the progress of its stages while it runs', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Running', 2);
  const run = await startRun(store, id);
  await store.transaction((tx) => recordStageStarted(tx, run.id, 'probe'));
  const { text } = await (await signedIn()).get('/');
  expect(text).toContain(`<a href="/runs/${run.id}">Run ${run.id}</a> is making its plan`);
  expect(text).toContain('<span class="state busy">running</span>');
  expect(text).toMatch(
    /<li class="running"><span class="name" title="probe">Checking both sides<\/span><progress aria-label="Checking both sides: running"><\/progress>/,
  );
  expect(text.indexOf('Reading Mailchimp')).toBeLessThan(text.indexOf('Drawing up the plan'));
});

test('a held run says what it would do, and how to answer', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Held', 3);
  const run = await startRun(store, id);
  const verdict = { writtenLastDay: 0, allowed: 5, why: 'over-limit' } as const;
  await store.transaction(async (tx) => {
    await recordMeasured(tx, run.id, {
      plan: [
        { ...verdict, category: 'removed-at-mailchimp', people: 1234, verdict: 'held' },
        { ...verdict, category: 'subscribed', people: 2, verdict: 'safe', why: 'within-limit' },
      ],
    });
    await recordRunState(tx, run, 'held');
  });
  const { text } = await (await signedIn()).get('/');
  expect(text).toContain('<span class="state attention">awaiting approval</span>');
  expect(text).toContain(`Held ⇄ Members: Run ${run.id} waits for approval.`);
  expect(text).toContain(`<a class="action" href="/runs/${run.id}/review">`);
});

test('a run that failed says why, in words made for it', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Failed', 4);
  const run = await startRun(store, id);
  const error = { code: 'CIVICRM_UNREACHABLE', message: 'CiviCRM could not be reached.' };
  await store.transaction((tx) => recordRunState(tx, run, 'failed', error));
  expect((await (await signedIn()).get('/')).text).toContain('CiviCRM could not be reached.');
});

test('it cannot be overlooked that all writing is stopped, and one button allows it again', async () => {
  await recordWriting(stores.store.db, 'stopped');
  const client = await signedIn();
  expect((await client.get('/')).text).toContain('All writing to both systems was stopped');
  await client.send('/', '/writing', { writing: 'allowed' });
  expect((await client.get('/')).text).not.toContain('was stopped');
});

test('a connection is paused, resumed and synced by buttons, and it is kept who did so', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'By buttons', 5);
  const client = await signedIn();
  const press = (action: string, fields = {}) => client.send('/', `/connections/${id}/${action}`, fields);
  expect((await press('pause')).location).toBe(`/connections/${id}?said=paused`);
  const refused = await press('sync', { mode: 'full' });
  expect(refused).toMatchObject({ status: 409, text: expect.stringContaining('is paused') });
  await press('resume');
  expect((await press('sync', { mode: 'full' })).location).toBe(`/connections/${id}?said=sync-started`);
  const busy = await press('plan');
  expect(busy).toMatchObject({ status: 409, text: expect.stringContaining('holds the connection') });
  await press('abort');
  const acts = await store.db.act.findMany({ where: { connectionId: id }, orderBy: { id: 'asc' } });
  expect(acts.map(({ kind }) => kind)).toEqual([
    'connection-paused',
    'connection-resumed',
    'sync-started',
    'run-aborted',
  ]);
  expect(new Set(acts.map(({ who }) => who))).toEqual(new Set([WILMA.email]));
  const { text } = await client.get('/activity');
  expect(text).toContain('started a sync');
});

test('whoever watches is told of every change as it happens', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Watched', 6);
  const client = await signedIn();
  const events = await client.listen('/events');
  await events.until((text) => text.includes(`event: connection-${id}`));
  const run = await startRun(store, id);
  await events.until((text) => text.includes(`/runs/${run.id}`) && text.includes('is making its plan'));
  await store.transaction((tx) => recordRunState(tx, run, 'aborted'));
  await events.end();
});

test('policies that cannot be read are told, all at once, on the form as it was filled in; and are changed by those that can', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Policies', 90);
  const client = await signedIn();
  const [page, action] = [`/connections/${id}/settings`, `/connections/${id}/policies`];
  const typed = { removal: 'archive', every: 'often', 'limits.subscribed': 'many' };
  const wrong = await client.send(page, action, typed);
  expect(wrong.status).toBe(422);
  const [, alert = ''] = /role="alert"[^>]*>(.*?)<\/div>/.exec(wrong.text) ?? [];
  expect(alert.match(/<p>/g)).toHaveLength(2);
  expect(wrong.text).toMatch(/<option value="archive" selected/);
  expect((await getConnection(store.db, id)).policies).toEqual(DEFAULT_POLICIES);
  const right = await client.send(page, action, { ...typed, every: '2h', 'limits.subscribed': '7%' });
  expect(right.location).toBe(`${page}?said=policies-changed`);
  const { text } = await client.get(page);
  expect(text).toMatch(/name="limits.subscribed" type="text" value="7%"/);
  expect(text).toMatch(/<option value="archive" selected/);
});
