import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Household } from '../../testing/household.ts';
import { LiveHistory, PLAIN_SYNC } from '../../testing/live-history.ts';
import { openSmallInstallation, type SmallInstallation } from '../../testing/small-installation.ts';
import { HOUR_MS } from '../domain/instant.ts';

let installation: SmallInstallation & { close(): Promise<void> };
beforeAll(async () => {
  installation = await openSmallInstallation();
});
afterAll(() => installation.close());

/** Contacts in the group, each with an address of their own; enough for a batch. */
async function begin(addresses: readonly string[]): Promise<LiveHistory & { readonly only: Household }> {
  const { sandbox } = installation;
  const listId = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'News' }).id;
  const groupId = sandbox.civicrm.world.createGroup(`News ${listId}`);
  const contacts = addresses.map((email) =>
    sandbox.civicrm.world.createContact({ firstName: email.slice(0, 1), emails: [email] }),
  );
  for (const contact of contacts) sandbox.civicrm.world.addToGroup(groupId, contact);
  const past = { leftByOwnWill: new Set<number>(), actsThatMayAsk: 0 };
  const only = { sandbox, listId, groupId, interests: [], addresses, contacts, past };
  const history = new LiveHistory(installation, [only], await installation.connect({ listId, groupId }, []));
  return Object.assign(history, { only });
}

/** Whom each row links: address × contact, by the place of the contact. */
async function links(history: LiveHistory, { contacts }: Household): Promise<readonly string[]> {
  const rows = await history.store.db.member.findMany({
    where: { connectionId: history.connection.id },
    orderBy: { contactId: 'asc' },
  });
  return rows.map((row) => `${row.mailchimpAddress} × ${contacts.indexOf(row.contactId ?? 0)}`);
}

test('R5, I2: what is only queued is withdrawn where somebody has left since', async () => {
  const history = await begin(['dan@quarry.test', 'eve@quarry.test']);
  const { listId, groupId, sandbox, contacts } = history.only;
  await history.sync({ ...PLAIN_SYNC, updates: 'queued' });
  sandbox.civicrm.world.unsubscribeByMail(groupId, contacts[0] ?? 0);
  await history.sync({ ...PLAIN_SYNC, updates: 'settled' });
  const { world } = sandbox.mailchimp;
  expect(world.findMember(listId, 'dan@quarry.test')?.status).toBeUndefined();
  expect(world.findMember(listId, 'eve@quarry.test')?.status).toBe('subscribed');
  await history.end();
});

test('A2, A5: whose address goes while they are being subscribed stays linked with their own member, and with nobody else’s', async () => {
  const history = await begin(['ann@quarry.test', 'bob@quarry.test', 'cid@quarry.test']);
  const { only } = history;
  const { world } = only.sandbox.civicrm;
  const [ann = 0, bob = 0, cid = 0] = only.contacts;
  // Nothing of the batch is done before the next run has read everything.
  only.sandbox.mailchimp.world.configure({ batchStepMs: HOUR_MS });
  await history.sync({ ...PLAIN_SYNC, updates: 'sent' });
  only.sandbox.mailchimp.world.configure({ batchStepMs: 20 });
  for (const contact of [ann, bob]) for (const { id } of world.emailsOf(contact)) world.deleteEmail(id);
  for (const { id } of world.emailsOf(cid)) world.editEmail(id, { email: 'new@quarry.test' });
  await history.sync({ ...PLAIN_SYNC, updates: 'settled' });
  expect(await links(history, only)).toEqual([
    'ann@quarry.test × 0',
    'bob@quarry.test × 1',
    'cid@quarry.test × 2',
  ]);
  await history.sync({ ...PLAIN_SYNC, updates: 'settled' });
  // Nobody gets back an address that they gave up; the member of whoever has another one moves there.
  expect(only.contacts.map((contact) => world.emailsOf(contact).map(({ email }) => email))).toEqual([
    [],
    [],
    ['new@quarry.test'],
  ]);
  expect(await links(history, only)).toEqual([
    'ann@quarry.test × 0',
    'bob@quarry.test × 1',
    'new@quarry.test × 2',
  ]);
  await history.end();
});
