import { followMerges } from '../../decide/follow-merges.ts';
import { addressKey } from '../../domain/email.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import { recordFetchedContacts } from '../../store/fetched-contacts.ts';
import { listLostAddresses, listLostContacts, relinkContacts } from '../../store/lost-contacts.ts';
import { toFetchedContact } from '../fetched-contact.ts';
import { type Counts, chunksOf, type PlanContext, type Stage } from '../stage.ts';

/** `getMergedTo` is one call a contact; so many go in one request. */
const TRASHED_AT_ONCE = 50;
const ERASED_AT_ONCE = 500;

interface Input {
  readonly state: 'trashed' | 'erased';
  readonly ids: readonly number[];
}

/**
 * Contacts that are not there any more: E13 before E11 and E12. Rows of a merged contact follow the survivor and keep their base; a vanished contact counts as
 * merged only where a live holder of its address is Added. The others stay linked as trashed or erased, which makes them known-deleted.
 */
export const removeInvalidContactIds: Stage<PlanContext, Input> = {
  name: 'remove-invalid-contact-ids',
  async split({ store, connection }) {
    const trashed = await listLostContacts(store.db, connection.id, 'trashed');
    const erased = await listLostContacts(store.db, connection.id, 'erased');
    return [
      ...chunksOf(trashed, TRASHED_AT_ONCE).map((ids) => ({ state: 'trashed', ids }) as const),
      ...chunksOf(erased, ERASED_AT_ONCE).map((ids) => ({ state: 'erased', ids }) as const),
    ];
  },
  async work(ctx, { state, ids }) {
    const lost = ids.map(contactId);
    const survivors = state === 'trashed' ? await findMergedTo(ctx, lost) : await findHolders(ctx, lost);
    return await follow(ctx, followMerges(survivors));
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

type Survivors = ReadonlyMap<ContactId, ContactId>;

async function findMergedTo(
  { civicrm, signal }: PlanContext,
  trashed: readonly ContactId[],
): Promise<Survivors> {
  const merged = await civicrm.fetchMergedTo(trashed, signal);
  return new Map(
    [...merged].flatMap(([lost, survivor]) => (survivor === null ? [] : [[lost, survivor] as const])),
  );
}

/** An erased loser leaves no trace of a merge: only its address tells. */
async function findHolders(
  { store, connection, civicrm, signal }: PlanContext,
  erased: readonly ContactId[],
): Promise<Survivors> {
  const addresses = await listLostAddresses(store.db, connection.id, erased);
  if (addresses.size === 0) return new Map();
  const owners = await civicrm.fetchOwners(
    connection.groupId,
    [...new Set([...addresses.values()].flat())],
    signal,
  );
  const added = owners
    .filter((owner) => owner.state === 'live' && owner.group === 'Added')
    .toSorted((one, other) => one.contactId - other.contactId);
  return new Map(
    [...addresses].flatMap(([lost, held]) => {
      const survivor = added.find((owner) =>
        held.some((address) => owner.held.includes(addressKey(address))),
      );
      return survivor === undefined ? [] : [[lost, survivor.contactId] as const];
    }),
  );
}

async function follow(ctx: PlanContext, survivors: Survivors): Promise<Counts> {
  if (survivors.size === 0) return {};
  const { civicrm, connection, signal, store, run, lease } = ctx;
  const records = await civicrm.fetchContacts(connection.groupId, [...new Set(survivors.values())], signal);
  const contacts = records.map((record) => toFetchedContact(record, true));
  const merged = await store.fenced(lease, async (tx) => {
    await recordFetchedContacts(tx, run.id, contacts);
    return await relinkContacts(tx, connection.id, run.id, survivors);
  });
  return { merged };
}
