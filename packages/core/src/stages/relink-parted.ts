import { judgeParting, type Parting } from '../decide/part-address.ts';
import type { Link } from '../domain/facts.ts';
import type { ContactId } from '../domain/ids.ts';
import type { OwnerRecord } from '../gateways/civicrm/civicrm.ts';
import { listLinks } from '../store/components.ts';
import { recordFetchedContacts } from '../store/fetched-contacts.ts';
import type { MemberRange } from '../store/linking.ts';
import {
  listParted,
  type PartedRow,
  type RelinkRecord,
  recordPartings,
  recordRelinkDecisions,
  recordRelinks,
} from '../store/parted-links.ts';
import type { Run } from '../store/runs.ts';
import { toFetchedContact } from './fetched-contact.ts';
import { toOwner } from './owner.ts';
import { plannedFacts } from './planned-facts.ts';
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
  const before = new Map(
    (
      await listLinks(
        store.db,
        relinks.map(({ memberId }) => memberId),
      )
    ).map(({ link }) => [link.id, link]),
  );
  const records = relinks.flatMap(({ memberId, to }) => toRecord(before.get(memberId), to, run));
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
    await recordRelinks(tx, connection.id, run.id, relinks);
    return await recordRelinkDecisions(tx, connection.id, run.id, records);
  });
  if (relinked > 0)
    await ctx.tell('info', `${relinked} addresses belong to other contacts now; their members follow (A4)`);
  return { relinked };
}

/** The link as it was; nothing of one that has been re-linked meanwhile. */
function toRecord(link: Link | undefined, to: ContactId, { historyNewest }: Run): readonly RelinkRecord[] {
  const mailchimpContactId = link?.mailchimp?.contactId ?? null;
  const from = link?.civicrm?.contactId;
  if (link === undefined || mailchimpContactId === null || from === undefined || from === to) return [];
  return [{ mailchimpContactId, facts: { ...plannedFacts(link, historyNewest ?? 0), relink: { from, to } } }];
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
