import { chooseAddresses } from '../../decide/choose-address.ts';
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
import { toFetchedContact } from '../fetched-contact.ts';
import type { PlanContext, Stage } from '../stage.ts';

const ROWS_AT_ONCE = 1000;

/**
 * Whose contact is each Mailchimp member (rules section 3)? Whoever has an owner in the group, among the contacts just read, needs no request: an owner who is Added
 * comes first whoever else holds the address. CiviCRM is asked about the other subscribed ones, a thousand at a time; whoever is out and has nobody in the
 * group may wait.
 */
export const populateMissingContactIds: Stage<PlanContext, MemberRange> = {
  name: 'populate-missing-contact-ids',
  split: ({ store, connection, run }) => listUnmatchedRanges(store.db, connection.id, run.id, ROWS_AT_ONCE),
  async work(ctx, range) {
    const { store, connection, run, lease } = ctx;
    const unmatched = await listUnmatched(store.db, connection.id, run.id, range);
    const [staged, unknown] = partition(unmatched);
    const owners = await fetchOwners(ctx, unknown);
    const matches = [
      ...staged.flatMap((member) => match(member, member.owners.map(fromStaged))),
      ...unknown.flatMap((member) => match(member, ownersOf(member, owners))),
    ];
    const matched = await store.fenced(lease, async (tx) => {
      await recordFetchedContacts(
        tx,
        run.id,
        owners.map((owner) => toFetchedContact(owner, false)),
      );
      return await recordMatches(tx, connection.id, run.id, matches);
    });
    return { matched, asked: unknown.length };
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

/** Those with an owner in the group, and those whom CiviCRM has to be asked about. The rest is out, and stays without a contact. */
function partition(unmatched: readonly Unmatched[]): readonly [readonly Unmatched[], readonly Unmatched[]] {
  const hasAdded = ({ owners }: Unmatched) => owners.some((owner) => owner.isAdded && owner.state === 'live');
  return [
    unmatched.filter(hasAdded),
    unmatched.filter((member) => !hasAdded(member) && member.isSubscribed && member.addressKey !== ''),
  ];
}

async function fetchOwners(
  { civicrm, connection, signal }: PlanContext,
  members: readonly Unmatched[],
): Promise<readonly OwnerRecord[]> {
  if (members.length === 0) return [];
  return await civicrm.fetchOwners(
    connection.groupId,
    [...new Set(members.map((member) => member.addressKey))],
    signal,
  );
}

function match(member: Unmatched, owners: readonly Owner[]): readonly RecordedMatch[] {
  const found = matchContact(owners);
  return found.kind === 'nobody' ? [] : [{ memberId: member.id, contactId: found.contactId }];
}

/** Whoever is in the group has history with it. */
const fromStaged = (owner: StagedOwner): Owner => ({ ...owner, hasHistory: owner.isAdded });

const ownersOf = (member: Unmatched, owners: readonly OwnerRecord[]): readonly Owner[] =>
  owners.filter(({ held }) => held.includes(member.addressKey)).map(fromRecord);

const fromRecord = (record: OwnerRecord): Owner => ({
  contactId: record.contactId,
  state: record.state,
  isIndividual: record.isIndividual,
  isAdded: record.group === 'Added',
  hasHistory: record.hasHistory,
  flags: record.flags,
  hasHeldAddress: chooseAddresses(record.addresses).hasHeldAddress,
});
