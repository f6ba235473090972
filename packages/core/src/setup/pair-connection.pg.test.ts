import { expect, test } from 'vitest';
import { refusalOf, startTestSetup } from '../../testing/test-setup.ts';
import { groupId } from '../domain/ids.ts';
import { getConnection } from '../store/connections.ts';
import { listInterests } from '../store/pairings.ts';
import { recordRun } from '../store/runs.ts';
import { addAccount } from './add-account.ts';
import { addConnection } from './add-connection.ts';
import { addSite } from './add-site.ts';
import { pairConnection, unpairConnection } from './pair-connection.ts';

async function prepare() {
  const setup = await startTestSetup();
  const { mailchimp, civicrm } = setup.sandbox;
  const account = await addAccount(setup.ctx, { ...mailchimp, name: 'Charity' });
  const site = await addSite(setup.ctx, { ...civicrm, name: null });
  const { id } = await addConnection(setup.ctx, {
    accountId: account.id,
    siteId: site.id,
    audienceId: setup.charity.listId,
    groupId: groupId(setup.charity.groupId),
    interests: [],
    mappings: [],
    policies: [],
  });
  const [walks] = setup.charity.interests;
  if (walks === undefined) throw new Error('a charity has interests');
  const pair = `${walks.interestId}=${walks.groupId}`;
  // It has been synced before, from these cursors.
  const cursors = { mailchimpWatermark: new Date(), historyCursor: 7, contactWatermark: new Date() };
  await setup.ctx.store.db.connection.update({
    where: { id },
    data: { ...cursors, firstSyncedAt: new Date() },
  });
  return { ...setup, id, walks, pair };
}

test('what is paired later is newly paired, and both sides are read whole', async () => {
  const { ctx, id, walks, pair } = await prepare();
  await pairConnection(ctx, id, { interests: [pair], mappings: ['phone_primary.phone=PHONE'] });
  const { pairings, ...cursors } = await getConnection(ctx.store.db, id);
  expect(pairings.interests).toEqual([{ ...walks, phase: 'newly-paired', fault: null }]);
  expect(pairings.mappings.map(({ mergeTag }) => mergeTag)).toEqual(['FNAME', 'LNAME', 'PHONE']);
  expect(cursors).toMatchObject({ mailchimpWatermark: null, historyCursor: null, contactWatermark: null });
  expect(await listInterests(ctx.store.db, id)).toMatchObject([
    { interestName: 'Walks', groupTitle: 'Newsletter: walks', syncedAt: null },
  ]);
});

test('what is paired already, or cannot be, is refused', async () => {
  const { ctx, id, pair, charity } = await prepare();
  await pairConnection(ctx, id, { interests: [pair], mappings: [] });
  const again = { interests: [pair], mappings: ['first_name=FNAME'] };
  const refused = await refusalOf(ctx, () => pairConnection(ctx, id, again));
  expect(refused.problems.join()).toMatch(
    /Interest \w+ is paired already.*Merge tag FNAME is paired already/,
  );
  const wrong = { interests: [], mappings: ['shoe_size=PHONE'] };
  expect(await refusalOf(ctx, () => pairConnection(ctx, id, wrong))).toMatchObject({ code: 'BAD_INPUT' });
  const [, recipes] = charity.interests;
  const taken = { interests: [`${recipes?.interestId}=${pair.split('=')[1]}`], mappings: [] };
  expect(await refusalOf(ctx, () => pairConnection(ctx, id, taken))).toMatchObject({ code: 'GROUP_TAKEN' });
});

test('where nothing is named, nothing is read whole for it', async () => {
  const { ctx, id } = await prepare();
  for (const mappings of [[], ['first_name=FNAME:off']]) {
    const refused = await refusalOf(ctx, () => pairConnection(ctx, id, { interests: [], mappings }));
    expect(refused.problems.join()).toContain('Name at least one interest, field or tag');
  }
  expect((await getConnection(ctx.store.db, id)).historyCursor).toBe(7);
});

test('nothing is paired or unpaired while a run is not over: it would move cursors past what it never read, or write what is not paired any more', async () => {
  const { ctx, id, pair } = await prepare();
  await recordRun(ctx.store, {
    connectionId: id,
    mode: 'incremental',
    purpose: 'sync',
    requestedBy: 'test',
    approval: 'none',
    onlyAddresses: [],
    stopBefore: null,
    deadlineAt: null,
    since: null,
  });
  const refused = await refusalOf(ctx, () => pairConnection(ctx, id, { interests: [pair], mappings: [] }));
  expect(refused).toMatchObject({ code: 'CONNECTION_BUSY' });
  const unpairing = await refusalOf(ctx, () =>
    unpairConnection(ctx, id, { interests: [], mappings: ['LNAME'] }),
  );
  expect(unpairing).toMatchObject({ code: 'CONNECTION_BUSY' });
});

test('what is unpaired is forgotten, and what was not paired is told', async () => {
  const { ctx, id, walks, pair } = await prepare();
  await pairConnection(ctx, id, { interests: [pair], mappings: [] });
  const removed = await unpairConnection(ctx, id, { interests: [walks.interestId], mappings: ['LNAME'] });
  expect(removed).toEqual({ id, removed: 2 });
  const { pairings } = await getConnection(ctx.store.db, id);
  expect(pairings).toMatchObject({ interests: [], mappings: [{ mergeTag: 'FNAME' }] });
  const nothing = { interests: [], mappings: ['LNAME'] };
  expect(await refusalOf(ctx, () => unpairConnection(ctx, id, nothing))).toMatchObject({ code: 'NOT_FOUND' });
});
