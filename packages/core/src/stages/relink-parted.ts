import { judgeParting, type Parting } from '../decide/part-address.ts';
import type { ContactId } from '../domain/ids.ts';
import type { OwnerRecord } from '../gateways/civicrm/civicrm.ts';
import { recordFetchedContacts } from '../store/fetched-contacts.ts';
import type { MemberRange } from '../store/linking.ts';
import { listParted, type PartedRow, recordPartings, recordRelinks } from '../store/parted-links.ts';
import { toFetchedContact } from './fetched-contact.ts';
import { toOwner } from './owner.ts';
import type { Counts, PlanContext } from './stage.ts';

/**
 * Section 6, before A1–A3: whose contact does not hold the member's address any more. CiviCRM is asked who does; a member whom another live contact has now is linked with
 * that one (A4). Of the others it is put on record which side moved. A4 goes by CiviCRM alone, so that pieces done side by side come to the same as all at once.
 */
export async function relinkParted(ctx: PlanContext, range: MemberRange): Promise<Counts> {
  const { store, connection, run, lease, civicrm, signal } = ctx;
  const rows = await listParted(store.db, connection.id, range);
  if (rows.length === 0) return {};
  const addresses = [...new Set(rows.map(({ addressKey }) => addressKey))];
  const holders = await civicrm.fetchOwners(connection.groupId, addresses, signal);
  const merged = await fetchMerged(ctx, holders);
  const judged = rows.map((row) => ({ row, parting: judge(row, holders, merged) }));
  const relinks = judged.flatMap(({ row, parting }) =>
    parting.kind === 'relink' ? [{ memberId: row.memberId, to: parting.to }] : [],
  );
  const relinked = await store.fenced(lease, async (tx) => {
    await recordFetchedContacts(
      tx,
      run.id,
      holders.map((holder) => toFetchedContact(holder, false)),
    );
    await recordPartings(
      tx,
      judged.map(({ row, parting }) => ({ memberId: row.memberId, by: sideOf(parting) })),
    );
    return await recordRelinks(tx, connection.id, run.id, relinks);
  });
  if (relinked > 0)
    await ctx.tell('info', `${relinked} addresses belong to other contacts now; their members follow (A4)`);
  return { relinked };
}

/** Into whom the trashed holders were merged, as far as CiviCRM tells. */
async function fetchMerged(
  { civicrm, signal }: PlanContext,
  holders: readonly OwnerRecord[],
): Promise<ReadonlyMap<ContactId, ContactId | null>> {
  const trashed = holders.filter(({ state }) => state === 'trashed').map(({ contactId }) => contactId);
  return trashed.length === 0 ? new Map() : await civicrm.fetchMergedTo(trashed, signal);
}

function judge(
  { contactId, addressKey, hasMoved }: PartedRow,
  holders: readonly OwnerRecord[],
  merged: ReadonlyMap<ContactId, ContactId | null>,
): Parting {
  const own = holders.filter(({ held }) => held.includes(addressKey));
  const losers = own.map((holder) => holder.contactId).filter((id) => merged.get(id) === contactId);
  return judgeParting({ contactId, hasMoved, holders: own.map(toOwner), mergedInto: new Set(losers) });
}

const sideOf = (parting: Parting): 'mailchimp' | 'civicrm' | null =>
  parting.kind === 'parted' ? parting.by : null;
