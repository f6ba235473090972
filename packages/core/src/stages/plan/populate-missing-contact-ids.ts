import { matchContact, type Owner } from '../../decide/match-contact.ts';
import type { OwnerRecord } from '../../gateways/civicrm/civicrm.ts';
import { recordFetchedContacts } from '../../store/fetched-contacts.ts';
import {
  listUnmatched,
  listUnmatchedRanges,
  type MemberRange,
  type RecordedMatch,
  recordMatches,
  type StagedOwner,
  type Unmatched,
} from '../../store/linking.ts';
import { listPartedRanges } from '../../store/parted-links.ts';
import { listChunkInputs } from '../../store/run-stages.ts';
import { toFetchedContact } from '../fetched-contact.ts';
import { toOwner } from '../owner.ts';
import { relinkParted } from '../relink-parted.ts';
import type { Counts, PlanContext, Stage } from '../stage.ts';

const ROWS_AT_ONCE = 1000;
const PARTED_AT_ONCE = 500;

/**
 * `parted`: whose contact does not hold the member's address (A4). `group`: owners among the contacts just read. `site`: those who are left and are subscribed; CiviCRM is
 * asked about them, gathered from all ranges.
 */
interface Input extends MemberRange {
  readonly pass: 'parted' | 'group' | 'site';
}

/**
 * Whose contact is each Mailchimp member (rules section 3)? Whoever has an owner in the group, among the contacts just read, needs no request: an owner who is Added
 * comes first whoever else holds the address. CiviCRM is asked about the other subscribed ones, a thousand at a time; whoever is out and has nobody in the
 * group may wait.
 */
export const populateMissingContactIds: Stage<PlanContext, Input> = {
  name: 'populate-missing-contact-ids',
  split: async (ctx) => [...(await partedInputs(ctx)), ...(await inputsFor(ctx, 'group'))],
  work: (ctx, input) => WORK[input.pass](ctx, input),
  async join(ctx) {
    const passes = await listChunkInputs<Input>(ctx.store.db, ctx.run.id, 'populate-missing-contact-ids');
    const left = passes.some(({ pass }) => pass === 'site') ? [] : await inputsFor(ctx, 'site');
    return left.length > 0 ? { kind: 'more', inputs: left } : { kind: 'done', counts: {} };
  },
};

const WORK: Readonly<Record<Input['pass'], (ctx: PlanContext, range: MemberRange) => Promise<Counts>>> = {
  parted: relinkParted,
  group: matchInGroup,
  site: matchOnSite,
};

async function partedInputs({ store, connection }: PlanContext): Promise<readonly Input[]> {
  const ranges = await listPartedRanges(store.db, connection.id, PARTED_AT_ONCE);
  return ranges.map((range) => ({ ...range, pass: 'parted' }));
}

async function inputsFor(
  { store, connection, run }: PlanContext,
  pass: 'group' | 'site',
): Promise<readonly Input[]> {
  const who = pass === 'group' ? 'everybody' : 'subscribed';
  const ranges = await listUnmatchedRanges(
    store.db,
    { connectionId: connection.id, runId: run.id, who },
    ROWS_AT_ONCE,
  );
  return ranges.map((range) => ({ ...range, pass }));
}

async function matchInGroup(ctx: PlanContext, range: MemberRange): Promise<Counts> {
  const { store, connection, run, lease } = ctx;
  const unmatched = await listUnmatched(store.db, connection.id, run.id, range);
  const matches = unmatched
    .filter(hasAddedOwner)
    .flatMap((member) => match(member, member.owners.map(fromStaged)));
  const matched = await store.fenced(lease, (tx) => recordMatches(tx, connection.id, run.id, matches));
  return { matched };
}

const hasAddedOwner = ({ owners }: Unmatched): boolean =>
  owners.some((owner) => owner.isAdded && owner.state === 'live');

async function matchOnSite(ctx: PlanContext, range: MemberRange): Promise<Counts> {
  const { store, connection, run, lease, civicrm, signal } = ctx;
  const unmatched = (await listUnmatched(store.db, connection.id, run.id, range)).filter(
    (member) => member.isSubscribed && member.addressKey !== '' && !hasAddedOwner(member),
  );
  if (unmatched.length === 0) return {};
  const addresses = [...new Set(unmatched.map((member) => member.addressKey))];
  const owners = await civicrm.fetchOwners(connection.groupId, addresses, signal);
  const matches = unmatched.flatMap((member) => match(member, ownersOf(member, owners)));
  const matched = await store.fenced(lease, async (tx) => {
    await recordFetchedContacts(
      tx,
      run.id,
      owners.map((owner) => toFetchedContact(owner, false)),
    );
    return await recordMatches(tx, connection.id, run.id, matches);
  });
  return { matched, asked: unmatched.length };
}

function match(member: Unmatched, owners: readonly Owner[]): readonly RecordedMatch[] {
  const found = matchContact(owners);
  return found.kind === 'nobody' ? [] : [{ memberId: member.id, contactId: found.contactId }];
}

/** Whoever is in the group has history with it. */
const fromStaged = (owner: StagedOwner): Owner => ({ ...owner, hasHistory: owner.isAdded });

const ownersOf = (member: Unmatched, owners: readonly OwnerRecord[]): readonly Owner[] =>
  owners.filter(({ held }) => held.includes(member.addressKey)).map(toOwner);
