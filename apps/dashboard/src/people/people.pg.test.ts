import { audienceId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { recordConnection } from '@mcsync/core/store/connections';
import { createSecrets } from '@mcsync/core/store/secrets';
import { recordAccount, recordSite } from '@mcsync/core/store/sites';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { openStores, type TestStores } from '../../testing/open-stores.ts';
import { startDashboard, WILMA } from '../../testing/start-dashboard.ts';

let stores: TestStores;
let connection = 0;
const MANY = 2345;

beforeAll(async () => {
  stores = await openStores();
  const { db } = stores.store;
  const secrets = createSecrets('a secret that is long enough for this');
  const account = { name: 'A', baseUrl: 'https://us6.api.mailchimp.com/3.0', mailchimpAccountId: 'a1' };
  const accountId = await recordAccount(db, secrets, { ...account, apiKey: 'key' });
  const site = { name: 'Site', url: 'https://crm.example.org', version: null };
  const siteId = await recordSite(db, secrets, { ...site, apiKey: 'key' });
  const { id } = await recordConnection(db, {
    ...{ accountId, siteId, audienceName: 'News', groupTitle: 'Members', policies: DEFAULT_POLICIES },
    ...{ audienceId: audienceId('list'), groupId: groupId(1), interests: [], mappings: [] },
  });
  connection = id;
  const data = Array.from({ length: MANY }, (_, at) => ({
    connectionId: id,
    addressKey: `person-${String(at).padStart(4, '0')}@example.org`,
    contactId: at + 1,
    groupStatus: at % 10 === 0 ? 'Removed' : 'Added',
    mailchimpStatus: at % 100 === 0 ? 'unsubscribed' : 'subscribed',
    mailchimpContactId: `m${at}`,
    firstName: at === 7 ? '=HYPERLINK("https://evil.example")' : 'Ann',
    syncStatus: at % 500 === 0 ? 'fail' : 'ok',
    reason: at % 500 === 0 ? 'on-hold' : null,
  }));
  await db.member.createMany({ data });
});
afterAll(() => stores.close());

async function signedIn(): Promise<Client> {
  const client = new Client((await startDashboard(stores)).url);
  await client.signIn(WILMA);
  return client;
}

test('from page to page everybody comes once, in the order of their addresses', async () => {
  const client = await signedIn();
  const seen: string[] = [];
  for (let path: string | undefined = `/connections/${connection}/people`; path !== undefined; ) {
    const { text } = await client.get(path);
    seen.push(...[...text.matchAll(/people\/\d+">(person-\d+)@/g)].map(([, name = '']) => name));
    path = /<a href="([^"]+)">Next 50</.exec(text)?.[1]?.replaceAll('&amp;', '&');
  }
  expect(seen).toHaveLength(MANY);
  expect(seen).toEqual(seen.toSorted());
});

test('filters go together, and what does not fit any is said', async () => {
  const client = await signedIn();
  const count = async (query: string) => {
    const { text } = await client.get(`/connections/${connection}/people?${query}`);
    return text.includes('Nobody fits') ? 0 : [...text.matchAll(/people\/\d+">person/g)].length;
  };
  expect(await count('sync=fail&reason=on-hold')).toBe(5);
  expect(await count('mailchimp=unsubscribed&civicrm=Removed')).toBe(24);
  expect(await count('text=person-00&mailchimp=unsubscribed')).toBe(1);
  expect(await count('text=%25')).toBe(0);
  expect(await count('civicrm=nobody')).toBe(0);
});

test('an export streams everybody who fits, and no spreadsheet takes a name for a formula', async () => {
  const client = await signedIn();
  const { text, headers } = await client.get(`/connections/${connection}/people.csv`);
  expect(headers.get('content-type')).toContain('text/csv');
  expect(headers.get('content-disposition')).toContain(`people-${connection}.csv`);
  expect(text.trim().split('\n')).toHaveLength(MANY + 1);
  expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
  const some = await client.get(`/connections/${connection}/people.csv?reason=on-hold`);
  expect(some.text.trim().split('\n')).toHaveLength(6);
  const acts = await stores.store.db.act.findMany({ where: { kind: 'people-exported' } });
  expect(acts).toHaveLength(2);
});

test('a person of another connection, or nobody, is not there', async () => {
  const client = await signedIn();
  for (const path of ['people/999999', 'people/abc', 'people/0'])
    expect((await client.get(`/connections/${connection}/${path}`)).status).toBe(404);
});

test('a person is shown with both sides and links to where they are looked at', async () => {
  const client = await signedIn();
  const member = await stores.store.db.member.findFirstOrThrow({ where: { reason: 'on-hold' } });
  const { text } = await client.get(`/connections/${connection}/people/${member.id}`);
  expect(text).toContain(`https://crm.example.org/civicrm/contact/view?reset=1&amp;cid=${member.contactId}`);
  expect(text).toContain('https://us6.admin.mailchimp.com/');
  expect(text).toContain('All addresses of the contact are on hold in CiviCRM.');
  expect(text).toContain('Take the hold off in CiviCRM if the address works again');
});
