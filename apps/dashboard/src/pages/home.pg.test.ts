import { audienceId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { recordConnection, recordFault } from '@mcsync/core/store/connections';
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
  expect(text).toContain('npx mcsync connection add');
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
  expect(text).toContain('<span class="state bad">faulted</span>');
  expect(text).toContain('Pick a group filled by hand.');
  const figures = [
    ['agreed', 3],
    ['to be looked at', 1],
    ['under way', 2],
    ['cannot agree', 1],
    ['updates queued', 1],
    ['updates at Mailchimp', 1],
  ] as const;
  for (const [name, count] of figures) expect(text).toContain(`<dt>${name}</dt><dd>${count}</dd>`);
  expect(text).not.toMatch(/person-\d@example\.org|sealed-key/);
});

test('a run is shown with the progress of its stages while it runs', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Running', 2);
  const run = await startRun(store, id);
  await store.transaction((tx) => recordStageStarted(tx, run.id, 'probe'));
  const { text } = await (await signedIn()).get('/?watch');
  expect(text).toContain(`R${run.id}`);
  expect(text).toContain('<span class="state busy">planning</span>');
  expect(text).toMatch(
    /<li class="running"><span class="name">probe<\/span><progress aria-label="probe: running"><\/progress>/,
  );
  expect(text.indexOf('fetch-mailchimp')).toBeLessThan(text.indexOf('draw-up-plan'));
  expect(text).toContain('<meta http-equiv="refresh" content="5"/>');
  expect((await (await signedIn()).get('/')).text).not.toContain('http-equiv');
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
  expect(text).toContain(`npx mcsync approve ${run.id}`);
  expect(text).toMatch(/<li>removed-at-mailchimp: 1,234 <small>\(over-limit\)<\/small><\/li>/);
  expect(text).not.toContain('<li>subscribed');
});

test('a run that failed says why, in words made for it', async () => {
  const { store } = stores;
  const { id } = await connect(store, 'Failed', 4);
  const run = await startRun(store, id);
  const error = { code: 'CIVICRM_UNREACHABLE', message: 'CiviCRM could not be reached.' };
  await store.transaction((tx) => recordRunState(tx, run, 'failed', error));
  expect((await (await signedIn()).get('/')).text).toContain('CiviCRM could not be reached.');
});

test('it cannot be overlooked that all writing is stopped', async () => {
  await recordWriting(stores.store.db, 'stopped');
  expect((await (await signedIn()).get('/')).text).toContain('npx mcsync start');
  await recordWriting(stores.store.db, 'allowed');
  expect((await (await signedIn()).get('/')).text).not.toContain('npx mcsync start');
});
