import type { Write } from '../../domain/decision.ts';
import { addressKey } from '../../domain/email.ts';
import type { ContactId, GroupId } from '../../domain/ids.ts';
import type { Pairings } from '../../domain/pairings.ts';
import type { NewContact, OwnerRecord } from '../../gateways/civicrm/civicrm.ts';
import { passStep } from '../../step-boundary.ts';
import { claimAddresses, releaseAddresses } from '../../store/address-claims.ts';
import { confirmDecisions } from '../../store/bases.ts';
import { listApproved, listApprovedRanges, recordApplied, recordStale } from '../../store/decisions.ts';
import { type CreatedLink, recordCreated } from '../../store/fresh-links.ts';
import { splitIfFit } from '../check-places.ts';
import { compareAtOnce } from '../compare-at-once.ts';
import { toFetchedContact } from '../fetched-contact.ts';
import type { ApplyContext, Counts, Stage } from '../stage.ts';
import { type Rechecked, recheck } from './recheck.ts';
import { markOf, sourceFor } from './write-mark.ts';
import { writeGroups } from './write-profiles.ts';

const CONTACTS_AT_ONCE = 100;
const KINDS = ['create-contact'] as const;

/**
 * E1: an Individual for every Mailchimp member whom nobody in CiviCRM is, in the group and in those of their interests. Serialised per site and address over all connections; the owners, trashed
 * ones too, are read immediately before, and a contact that an earlier try has made is found by its own `source` first (rules section 3).
 */
export const createContacts: Stage<ApplyContext, { readonly from: number; readonly to: number }> = {
  name: 'create-contacts',
  split: async (ctx) =>
    splitIfFit(ctx, await listApprovedRanges(ctx.store.db, ctx.run.id, KINDS, CONTACTS_AT_ONCE)),
  async work(ctx, range) {
    const { store, run, connection } = ctx;
    const standing = await recheck(ctx, await listApproved(store.db, run.id, KINDS, range));
    const wanted = standing.map(toWanted(ctx.installationId));
    const held = await claimAddresses(store.db, connection.siteId, wanted.map(toClaim));
    passStep('addresses-claimed');
    try {
      return await create(
        ctx,
        wanted.filter(({ row }) => held.has(row.link.id)),
        wanted,
      );
    } finally {
      await releaseAddresses(store.db, connection.siteId, [...held]);
    }
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

/** Somebody to be created. */
interface Wanted extends Rechecked {
  readonly contact: NewContact;
}

const toWanted =
  (installationId: string) =>
  (one: Rechecked): Wanted => ({
    ...one,
    contact: {
      source: sourceFor(installationId, one.row.link.id),
      firstName: one.row.firstName,
      lastName: one.row.lastName,
      address: addressKey(one.row.link.mailchimp?.address ?? ''),
    },
  });

const toClaim = ({ row, contact }: Wanted) => ({ memberId: row.link.id, addressKey: contact.address });

async function create(
  ctx: ApplyContext,
  claimed: readonly Wanted[],
  all: readonly Wanted[],
): Promise<Counts> {
  const { store, lease, connection, civicrmWriter, signal } = ctx;
  const made = await findMade(ctx, claimed);
  const free = await withoutOwners(
    ctx,
    claimed.filter(({ contact }) => !made.has(contact.source)),
  );
  const created = await civicrmWriter.createContacts(
    free.map(({ contact }) => contact),
    signal,
  );
  passStep('contacts-created');
  const ids = new Map([...made, ...created]);
  const { failed } = await civicrmWriter.addToGroup(
    connection.groupId,
    [...ids.values()],
    markOf(ctx),
    signal,
  );
  const joined = await writeGroups(ctx, claimed.flatMap(groupWrites(ids, connection.pairings)));
  passStep('contacts-grouped');
  const refused = new Set(failed.map(({ contactId }) => contactId));
  const links = await linksFor(ctx, claimed, ids);
  const done = links.filter(({ contact }) => !refused.has(contact.contactId));
  const doneMembers = new Set(done.map(({ memberId }) => memberId));
  const [applied, stale] = partition(all, ({ row }) => doneMembers.has(row.link.id));
  await store.fenced(lease, async (tx) => {
    await recordCreated(tx, connection.id, links);
    await recordApplied(
      tx,
      applied.map(({ decision }) => decision.id),
    );
    const confirmed = applied.map(({ decision }) => decision.id);
    await confirmDecisions(tx, confirmed);
    await compareAtOnce(tx, ctx, confirmed);
    await recordStale(
      tx,
      stale.map(({ decision }) => decision.id),
    );
  });
  passStep('creation-recorded');
  const addedToInterestGroups = joined.reduce((sum, { result }) => sum + result.written.length, 0);
  return { created: done.length, addedToInterestGroups };
}

/** The interest groups of a new contact, as far as their interests are still on. */
const groupWrites =
  (ids: ReadonlyMap<string, ContactId>, { interests }: Pairings) =>
  ({ contact, row, decision }: Wanted): readonly Write[] => {
    const contactId = ids.get(contact.source);
    if (contactId === undefined) return [];
    const isOn = (groupId: GroupId) => {
      const pair = interests.find((one) => one.groupId === groupId);
      return pair?.fault === null && row.link.mailchimp?.profile?.interests[pair.interestId] === true;
    };
    return decision.writes.flatMap((write) =>
      write.kind === 'create-contact'
        ? (write.groups ?? [])
            .filter(isOn)
            .map((groupId) => ({ kind: 'add-to-interest-group' as const, contactId, groupId }))
        : [],
    );
  };

/** What an earlier try has made: by its own `source`, and only if it also holds the address. */
async function findMade(
  { civicrm, connection, signal }: ApplyContext,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, ContactId>> {
  if (wanted.length === 0) return new Map();
  const found = await civicrm.fetchBySource(
    connection.groupId,
    wanted.map(({ contact }) => contact.source),
    signal,
  );
  const addresses = new Map(wanted.map(({ contact }) => [contact.source, contact.address]));
  return new Map(
    found
      .filter((record) => record.state === 'live')
      .filter((record) =>
        record.addresses.some(({ address }) => addressKey(address) === addresses.get(record.source)),
      )
      .map((record) => [record.source, record.contactId]),
  );
}

/** Whom nobody has become since the plan. A trashed holder stops it too, unless it is the known-deleted one who joined afresh (E12b). */
async function withoutOwners(
  { civicrm, connection, signal }: ApplyContext,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  if (wanted.length === 0) return [];
  const owners = await civicrm.fetchOwners(
    connection.groupId,
    wanted.map(({ contact }) => contact.address),
    signal,
  );
  return wanted.filter(
    ({ contact, row }) =>
      !owners.some((owner) => stopsCreating(owner, contact.address, row.link.civicrm !== null)),
  );
}

function stopsCreating(owner: OwnerRecord, address: string, isKnownDeleted: boolean): boolean {
  return owner.held.includes(address) && (owner.state === 'live' || !isKnownDeleted);
}

async function linksFor(
  { civicrm, connection, signal }: ApplyContext,
  wanted: readonly Wanted[],
  ids: ReadonlyMap<string, ContactId>,
): Promise<readonly CreatedLink[]> {
  if (ids.size === 0) return [];
  const records = await civicrm.fetchContacts(connection.groupId, [...ids.values()], signal);
  const byId = new Map(records.map((record) => [record.contactId, toFetchedContact(record, false)]));
  return wanted.flatMap(({ contact, row }) => {
    const id = ids.get(contact.source);
    const made = id === undefined ? undefined : byId.get(id);
    return made === undefined ? [] : [{ memberId: row.link.id, contact: made }];
  });
}

function partition<Item>(
  items: readonly Item[],
  belongs: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
