import { expect, test } from 'vitest';
import { refusalOf, startTestSetup, type TestSetup } from '../../testing/test-setup.ts';
import { accountId, groupId, siteId } from '../domain/ids.ts';
import { listConnections } from '../store/connections.ts';
import { listInterests } from '../store/pairings.ts';
import { addAccount } from './add-account.ts';
import { addConnection, type ConnectionRequest } from './add-connection.ts';
import { addSite } from './add-site.ts';

/** An account and a site that are set up, and a request for a connection of theirs that nothing is wrong with. */
async function prepare(): Promise<TestSetup & { readonly request: ConnectionRequest }> {
  const setup = await startTestSetup();
  const { mailchimp, civicrm } = setup.sandbox;
  const account = await addAccount(setup.ctx, { ...mailchimp, name: 'Charity' });
  const site = await addSite(setup.ctx, { ...civicrm, name: null });
  const request = {
    accountId: account.id,
    siteId: site.id,
    audienceId: setup.charity.listId,
    groupId: groupId(setup.charity.groupId),
    interests: [],
    mappings: [],
    policies: [],
  };
  return { ...setup, request };
}

const refusal = ({ ctx, request }: Awaited<ReturnType<typeof prepare>>, change: Partial<ConnectionRequest>) =>
  refusalOf(ctx, () => addConnection(ctx, { ...request, ...change }));

test('a connection is added with what both sides call it, its interests, mappings and policies', async () => {
  const { ctx, sandbox, charity, request } = await prepare();
  const [walks] = charity.interests;
  const audience = sandbox.mailchimp.world.audience(charity.listId);
  audience.addMergeField({ tag: 'CITY', name: 'City', type: 'text' });
  audience.addMergeField({ tag: 'NICK', name: 'Nickname', type: 'text' });
  sandbox.civicrm.world.ensureTag('Donor');
  sandbox.civicrm.world.addCustomField({ group: 'Supporter', name: 'member_since', dataType: 'Date' });
  const added = await addConnection(ctx, {
    ...request,
    interests: [`${walks?.interestId}=${walks?.groupId}`],
    mappings: [
      'address_primary.city=CITY',
      'nick_name=NICK:both:mailchimp-wins:clears',
      'Supporter.member_since=PHONE',
      'last_name=LNAME:off',
      'tag:donor',
    ],
    policies: ['removal=archive', 'limits.subscribed=20', 'every=15m', 'fullCron=0 4 * * *'],
  });
  expect(added).toMatchObject({ audience: { name: 'Newsletter' }, group: { title: 'Newsletter' } });
  const members = [...sandbox.mailchimp.world.audience(request.audienceId).members()];
  expect(added.audience.subscribed).toBe(members.filter(({ status }) => status === 'subscribed').length);
  const [connection] = await listConnections(ctx.store.db);
  expect(connection).toMatchObject({ id: added.id, audienceName: 'Newsletter', state: 'active' });
  expect(connection?.policies).toMatchObject({ removal: 'archive', every: '15m', fullCron: '0 4 * * *' });
  const usual = { direction: 'civicrm-to-mailchimp', conflict: 'civicrm', empty: 'keeps' };
  expect(connection?.pairings).toMatchObject({
    interests: [{ ...walks, phase: 'running', fault: null }],
    mappings: [
      { ...usual, fieldPath: 'first_name', mergeTag: 'FNAME', direction: 'both' },
      { ...usual, fieldPath: 'address_primary.city', mergeTag: 'CITY' },
      { fieldPath: 'nick_name', mergeTag: 'NICK', direction: 'both', conflict: 'mailchimp', empty: 'clears' },
      { ...usual, fieldPath: 'Supporter.member_since', mergeTag: 'PHONE', dataType: 'Date' },
    ],
    tags: ['Donor'],
  });
  expect(await listInterests(ctx.store.db, added.id)).toMatchObject([
    { interestName: 'Walks', groupTitle: 'Newsletter: walks' },
  ]);
});

test('everything that is wrong with what was typed is told at once, together with what is wrong at the other ends', async () => {
  const prepared = await prepare();
  const { name, problems } = await refusal(prepared, {
    audienceId: '0000000000',
    groupId: groupId(4711),
    policies: ['removal=explode', 'colour=red', 'limits.people=3', 'every=3s', 'fullCron=at night'],
    mappings: ['first_name', 'nick_name=TOOLONGAMERGETAG', 'last_name=EMAIL', 'city=CITY:sideways'],
    interests: ['abc=1', '9143cf3bd1=4711'],
  });
  expect(name).toBe('UsageError');
  const told = problems.join('\n');
  for (const words of [
    'There is no audience 0000000000 in the Mailchimp account "Charity"',
    'CiviCRM has no group with this id',
    'Policy removal takes unsubscribe or archive, not "explode"',
    'There is no policy "colour"',
    'There is no category "people" to limit',
    'Policy every takes an interval of at least a minute',
    'Policy fullCron takes a cron line',
    'The field mapping "first_name" must be',
    'The field mapping "nick_name=TOOLONGAMERGETAG" must be',
    'The merge tag EMAIL is the address itself',
    'The field mapping "city=CITY:sideways" goes',
    'The interest pair "abc=1" must be',
    'Group 4711 is the subscription group',
  ])
    expect(told).toContain(words);
});

test('a field, a merge tag, a tag or an interest that is not there is refused, each by name', async () => {
  const { problems, code } = await refusal(await prepare(), {
    interests: ['9143cf3bd1=1'],
    mappings: [
      'shoe_size=FNAME',
      'nick_name=NICK',
      'address_primary.planet=PHONE',
      'first_name=ADDRESS',
      'tag:Nobody',
    ],
  });
  expect(code).toBe('BAD_INPUT');
  const told = problems.join('\n');
  for (const words of [
    'CiviCRM has no field shoe_size',
    'The audience has no merge tag NICK',
    'CiviCRM has no field address_primary.planet',
    'The merge tag ADDRESS is a whole address. Map address_primary to it.',
    'CiviCRM has no tag "Nobody"',
    'There is no interest 9143cf3bd1 in the audience. Interests: ',
  ])
    expect(told).toContain(words);
});

test('an account and a site that are not there are both told', async () => {
  const { problems, code } = await refusal(await prepare(), { accountId: accountId(8), siteId: siteId(9) });
  expect(code).toBe('NOT_FOUND');
  expect(problems).toEqual([
    'There is no account 8. See "mcsync account list".',
    'There is no site 9. See "mcsync site list".',
  ]);
});

test('an audience’s id that cannot be one is not asked for', async () => {
  const { problems } = await refusal(await prepare(), { audienceId: '../root' });
  expect(problems).toEqual([expect.stringContaining('ten hexadecimal digits')]);
});

test.each([
  ['smart', 'GROUP_IS_SMART', 'Pick a group that is filled by hand'],
  ['parent', 'GROUP_HAS_CHILDREN', 'Pick a group without child groups'],
  ['disabled', 'GROUP_INACTIVE', 'Enable it there'],
  ['deleted', 'GROUP_MISSING', 'Check the id'],
] as const)('a %s group is refused', async (kind, code, words) => {
  const prepared = await prepare();
  const { world } = prepared.sandbox.civicrm;
  const id = world.createGroup('Members');
  if (kind === 'smart') world.makeSmart(id);
  if (kind === 'parent') world.addChildGroup(id, world.createGroup('Branch'));
  if (kind === 'disabled') world.disableGroup(id);
  if (kind === 'deleted') world.deleteGroup(id);
  const refused = await refusal(prepared, { groupId: groupId(id) });
  expect(refused).toMatchObject({ name: 'UsageError', code, problems: [expect.stringContaining(words)] });
  const [walks] = prepared.charity.interests;
  const asInterest = await refusal(prepared, { interests: [`${walks?.interestId}=${id}`] });
  expect(asInterest).toMatchObject({ code, problems: [expect.stringContaining(`Interest group ${id}: `)] });
});

test('rights that were taken away are named', async () => {
  const prepared = await prepare();
  prepared.sandbox.civicrm.world.caller('service').revoke('view all contacts', 'edit all contacts');
  const refused = await refusal(prepared, {});
  expect(refused).toMatchObject({ name: 'FaultError', code: 'CIVICRM_RIGHTS_MISSING' });
  expect(refused.problems.join()).toContain('"view all contacts"');
});

test('an audience and a group have one role each, interest groups too', async () => {
  const prepared = await prepare();
  const { ctx, sandbox, request } = prepared;
  const events = sandbox.civicrm.world.createGroup('Events');
  const other = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'Other' }).id;
  const book = sandbox.mailchimp.world.audience(other).interests;
  const liked = book.add(book.addCategory('Likes', 'checkboxes').id, 'Walks').id;
  const spare = groupId(sandbox.civicrm.world.createGroup('Spare'));
  const [walks] = prepared.charity.interests;
  const { id } = await addConnection(ctx, { ...request, interests: [`${walks?.interestId}=${events}`] });
  expect(await refusal(prepared, { groupId: spare })).toMatchObject({
    code: 'AUDIENCE_TAKEN',
    problems: [expect.stringContaining(`connection ${id} keeps it the same as the group "Newsletter"`)],
  });
  expect(await refusal(prepared, { audienceId: other })).toMatchObject({ code: 'GROUP_TAKEN' });
  expect(await refusal(prepared, { audienceId: other, groupId: groupId(events) })).toMatchObject({
    code: 'GROUP_TAKEN',
    problems: [expect.stringContaining(`serves connection ${id}`)],
  });
  const asInterest = { audienceId: other, groupId: spare, interests: [`${liked}=${request.groupId}`] };
  expect(await refusal(prepared, asInterest)).toMatchObject({ code: 'GROUP_TAKEN' });
});

test('of two who connect the same audience at the same moment one is refused, in words', async () => {
  const { ctx, request } = await prepare();
  const results = await Promise.allSettled([addConnection(ctx, request), addConnection(ctx, request)]);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.map(({ reason }) => reason)).toMatchObject([{ name: 'UsageError', code: 'AUDIENCE_TAKEN' }]);
  expect(await listConnections(ctx.store.db)).toHaveLength(1);
});
