import type { AccountId, ConnectionId, GroupId, SiteId } from '@mcsync/core/domain/ids';
import { dropConnection, pauseConnection, resumeConnection } from '@mcsync/core/queue/run-control';
import { addConnection } from '@mcsync/core/setup/add-connection';
import { changePolicies } from '@mcsync/core/setup/change-policies';
import { pairConnection, unpairConnection } from '@mcsync/core/setup/pair-connection';
import { type Connection, getConnection, listConnections } from '@mcsync/core/store/connections';
import { listInterests, type PairedInterest } from '@mcsync/core/store/pairings';
import type { Command } from 'commander';
import pc from 'picocolors';
import { asText, gather, toAccountId, toConnectionId, toGroupId, toSiteId } from '../arguments.ts';
import {
  connectionJson,
  interestWords,
  mappingWords,
  pairOf,
  policyTexts,
  stateWords,
} from '../connection-words.ts';
import { columns, counted, indented, moment, number } from '../format.ts';
import { done, type Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addConnectionCommands(program: Command, run: Run): void {
  const connection = program
    .command('connection')
    .description(
      'an audience and a group that are kept the same: add, set, list, show, pair, unpair, pause, resume, remove',
    );
  addAdding(connection, run);
  connection
    .command('list')
    .description('list all connections')
    .action(() => run(list));
  const ofOne = (
    name: string,
    description: string,
    work: (session: Session, id: ConnectionId) => Promise<Outcome>,
  ) =>
    connection
      .command(name)
      .description(description)
      .argument('<id>', 'id of the connection', toConnectionId)
      .action((id: ConnectionId) => run((session) => work(session, id)));
  addSetting(connection, run);
  ofOne('show', 'show a connection with its policies, interests and field mappings', show);
  addPairing(connection, run);
  ofOne('pause', 'stop plans, live sync and sending; what is at Mailchimp is still settled', pause);
  ofOne('resume', 'let a connection run again that was paused or had stopped itself', resume);
  ofOne(
    'remove',
    'remove a connection with everything we know of its people; changes nothing on either side',
    remove,
  );
}

interface AddOptions {
  readonly account: AccountId;
  readonly site: SiteId;
  readonly audience: string;
  readonly group: GroupId;
  readonly interest?: readonly string[];
  readonly map?: readonly string[];
  readonly policy?: readonly string[];
}

function addAdding(connection: Command, run: Run): void {
  connection
    .command('add')
    .description('connect an audience with a group, once both are known to be there, fit and free')
    .requiredOption('--account <id>', 'the Mailchimp account', toAccountId)
    .requiredOption('--site <id>', 'the CiviCRM site', toSiteId)
    .requiredOption('--audience <listid>', 'the audience’s id: Audience, Settings, "Audience ID"')
    .requiredOption('--group <groupid>', 'the number of the CiviCRM group', toGroupId)
    .option(
      '--interest <interestid=groupid>',
      'an interest and its group; may come several times',
      gather(asText),
    )
    .option(
      '--map <fieldpath=mergetag[:direction]>',
      'a CiviCRM field and its merge field, or tag:NAME; may come several times',
      gather(asText),
    )
    .option('--policy <name=value>', 'how this connection wants it; may come several times', gather(asText))
    .action((options: AddOptions) => run((session) => add(session, options)));
}

function addSetting(connection: Command, run: Run): void {
  connection
    .command('set')
    .description('change how a connection wants it; what is not named stays as it is')
    .argument('<id>', 'id of the connection', toConnectionId)
    .requiredOption(
      '--policy <name=value>',
      'may come several times; docs/guide/policies.md lists them',
      gather(asText),
    )
    .action((id: ConnectionId, { policy }: { readonly policy: readonly string[] }) =>
      run((session) => set(session, id, policy)),
    );
}

async function set(session: Session, id: ConnectionId, settings: readonly string[]): Promise<Outcome> {
  const { store } = await session.service();
  const connection = await store.transaction((tx) => changePolicies(tx, id, settings, 'stay'));
  const json = { ...connectionJson(connection), policies: connection.policies };
  return done(json, [
    `Connection ${id} from now on:`,
    ...indented(policyTexts(connection.policies)),
    'The next sync goes by that.',
  ]);
}

interface PairOptions {
  readonly interest?: readonly string[];
  readonly map?: readonly string[];
}

function addPairing(connection: Command, run: Run): void {
  connection
    .command('pair')
    .description('pair more interests, fields and tags; a new interest’s first sync waits for approval')
    .argument('<id>', 'id of the connection', toConnectionId)
    .option('--interest <interestid=groupid>', 'an interest and its group', gather(asText))
    .option(
      '--map <fieldpath=mergetag[:direction]>',
      'a field and its merge field, or tag:NAME',
      gather(asText),
    )
    .action((id: ConnectionId, options: PairOptions) => run((session) => pair(session, id, options)));
  connection
    .command('unpair')
    .description('stop keeping interests, fields or tags the same; changes nothing on either side')
    .argument('<id>', 'id of the connection', toConnectionId)
    .option('--interest <interestid>', 'the interest', gather(asText))
    .option('--map <mergetag>', 'the merge tag, or tag:NAME', gather(asText))
    .action((id: ConnectionId, options: PairOptions) => run((session) => unpair(session, id, options)));
}

async function pair(
  session: Session,
  id: ConnectionId,
  { interest = [], map = [] }: PairOptions,
): Promise<Outcome> {
  const paired = await pairConnection(await session.setup(), id, { interests: interest, mappings: map });
  return done(paired, [
    `${pc.green('✓')} Paired ${counted(paired.interests, 'interest', 'interests')} and ${counted(paired.mappings, 'field or tag', 'fields and tags')}. The next sync reads both sides whole.`,
  ]);
}

async function unpair(
  session: Session,
  id: ConnectionId,
  { interest = [], map = [] }: PairOptions,
): Promise<Outcome> {
  const gone = await unpairConnection(await session.setup(), id, { interests: interest, mappings: map });
  return done(gone, [`${pc.green('✓')} Unpaired. Nothing was changed on either side.`]);
}

async function add(session: Session, options: AddOptions): Promise<Outcome> {
  const added = await addConnection(await session.setup(), {
    accountId: options.account,
    siteId: options.site,
    audienceId: options.audience,
    groupId: options.group,
    interests: options.interest ?? [],
    mappings: options.map ?? [],
    policies: options.policy ?? [],
  });
  const { id, audience, group } = added;
  return done(added, [
    `${pc.green('✓')} Added connection ${id}: audience "${audience.name}" (${number(audience.subscribed)} subscribed) ⇄ group "${group.title}" (${counted(group.added, 'person', 'people')}).`,
    `"mcsync plan ${id}" shows what a first sync would do.`,
  ]);
}

async function list(session: Session): Promise<Outcome> {
  const { store } = await session.service();
  const connections = await listConnections(store.db);
  const header = ['id', 'audience ⇄ group', 'state', 'synced'].map((title) => pc.dim(title));
  const rows = connections.map((one) => [String(one.id), pairOf(one), stateWords(one), moment(one.syncedAt)]);
  const none = ['No connection yet. "mcsync connection add" adds one.'];
  return done(connections.map(connectionJson), rows.length === 0 ? none : columns([header, ...rows]));
}

async function show(session: Session, id: ConnectionId): Promise<Outcome> {
  const { store } = await session.service();
  const connection = await getConnection(store.db, id);
  const interests = await listInterests(store.db, id);
  const { mappings, tags } = connection.pairings;
  const json = { ...connectionJson(connection), policies: connection.policies, interests, mappings, tags };
  return done(json, showLines(connection, interests));
}

function showLines(connection: Connection, interests: readonly PairedInterest[]): readonly string[] {
  const { mappings, tags } = connection.pairings;
  const facts = [
    ['audience', `${connection.audienceName} (${connection.audienceId}, account ${connection.accountId})`],
    ['group', `${connection.groupTitle} (${connection.groupId}, site ${connection.siteId})`],
    ['state', stateWords(connection)],
    ['first synced', moment(connection.firstSyncedAt)],
    ['last synced', moment(connection.syncedAt)],
    ['last in full', moment(connection.fullSyncedAt)],
    ...interests.map((interest) => ['interest', interestWords(interest)]),
    ...mappings.map((mapping) => ['field', mappingWords(mapping)]),
    ...tags.map((name) => ['tag', name]),
    ...policyTexts(connection.policies).map((text) => ['policy', text]),
  ];
  const rows = facts.map(([title = '', value = '']) => [pc.dim(title), value]);
  return [`Connection ${connection.id}: ${pairOf(connection)}`, ...indented(columns(rows))];
}

async function pause(session: Session, id: ConnectionId): Promise<Outcome> {
  const { store } = await session.service();
  await pauseConnection(store, id);
  return done({ id, state: 'paused' }, [
    `Connection ${id} is paused. What is at Mailchimp is still settled. "mcsync connection resume ${id}" lets it run again.`,
  ]);
}

async function resume(session: Session, id: ConnectionId): Promise<Outcome> {
  const { store } = await session.service();
  await resumeConnection(store, id);
  return done({ id, state: 'active' }, [`Connection ${id} may run again.`]);
}

async function remove(session: Session, id: ConnectionId): Promise<Outcome> {
  const { store } = await session.service();
  await dropConnection(store, id);
  return done({ id, state: 'removed' }, [
    `Connection ${id} is removed, with everything that was known of its people. Nothing was changed on either side.`,
  ]);
}
