import { isAsPlanned } from '../../decide/compare-facts.ts';
import { areProfilesAsPlanned, withoutFaulty } from '../../decide/compare-profiles.ts';
import { newestId, statusWithoutRow } from '../../decide/group-history.ts';
import type { Write } from '../../domain/decision.ts';
import { type ContactId, contactId } from '../../domain/ids.ts';
import { type Instant, MINUTE_MS } from '../../domain/instant.ts';
import type { MemberRecord } from '../../domain/mailchimp-call.ts';
import type { InterestPair } from '../../domain/pairings.ts';
import type { PlannedFacts, RestsOn } from '../../domain/planned-facts.ts';
import type { MemberList } from '../../gateways/mailchimp/mailchimp.ts';
import { passStep } from '../../step-boundary.ts';
import { listLinks } from '../../store/components.ts';
import {
  type ApprovedDecision,
  listFollowers,
  listWritesToContacts,
  recordStale,
} from '../../store/decisions.ts';
import type { FetchedContact } from '../../store/fetched-contacts.ts';
import { recordContacts } from '../../store/fresh-links.ts';
import type { LinkRow } from '../../store/member-rows.ts';
import { erasedContact, toFetchedContact } from '../fetched-contact.ts';
import { observe } from '../observe.ts';
import { plannedMember } from '../planned-facts.ts';
import type { ApplyContext, PlanContext } from '../stage.ts';

const PAGE_SIZE = 1000;
const LISTS: readonly MemberList[] = ['default', 'archived'];

/** A decision that still rests on the facts it was made of, with its link as it is now. */
export interface Rechecked {
  readonly decision: ApprovedDecision;
  readonly row: LinkRow;
}

/**
 * Reads both sides of a chunk again just before it is written (rules section 8). Whatever differs from the plan, for the decision itself or for one that follows it, sends
 * its people to the next run, with what was read stored; but for what this run itself has written to the contact, perhaps for another member of theirs (I1). Four requests
 * a chunk: Mailchimp is asked who changed since the plan's reading ended, CiviCRM about these contacts.
 */
export async function recheck(
  ctx: ApplyContext,
  decisions: readonly ApprovedDecision[],
): Promise<readonly Rechecked[]> {
  if (decisions.length === 0) return [];
  const { store, connection, lease } = ctx;
  const { interests } = connection.pairings;
  const ids = decisions.map(({ id }) => id);
  const followers = await listFollowers(store.db, ids);
  const rests = [...decisions, ...[...followers.values()].flat()];
  const members = rests.map(({ memberId }) => memberId);
  const links = await listLinks(store.db, members);
  const ours = await listWritesToContacts(store.db, ctx.run.id, contactsOf(links));
  const since = (ctx.run.windowBefore?.getTime() ?? 0) - MINUTE_MS;
  const [records, contacts] = await Promise.all([
    fetchMembersSince(ctx, since),
    readContacts(ctx, contactsOf(links)),
  ]);
  const standing = await store.fenced(lease, async (tx) => {
    await observe(tx, connection.id, records, ctx.now());
    const read = [...contacts.values()].map(({ contact }) => contact);
    await recordContacts(tx, connection.id, read);
    const fresh = new Map((await listLinks(tx, members)).map((row) => [row.link.id, row]));
    const isStanding = ({ memberId, facts }: Rests, own: readonly Write[]): boolean => {
      const row = fresh.get(memberId);
      if (row === undefined) return false;
      const contact = row.link.civicrm?.contactId;
      const written = (contact && ours.get(contact)) || [];
      return (
        stands(facts, row, contacts, written) && standsProfile(facts, row, [...own, ...written], interests)
      );
    };
    const standing = decisions.flatMap((decision) => {
      const row = fresh.get(decision.memberId);
      const all = [decision, ...(followers.get(decision.id) ?? [])];
      const isWhole = all.every((one) => isStanding(one, decision.writes));
      return row !== undefined && isWhole ? [{ decision, row }] : [];
    });
    const kept = new Set(standing.map(({ decision }) => decision.id));
    const stale = ids.filter((id) => !kept.has(id));
    await recordStale(tx, stale);
    return standing;
  });
  passStep('rechecked');
  return standing;
}

type Rests = Pick<ApprovedDecision, 'memberId' | 'facts'>;

/** Interests and fields, of a decision that writes them. */
function standsProfile(
  { profile }: PlannedFacts,
  { link: { mailchimp, civicrm } }: LinkRow,
  writes: readonly Write[],
  interests: readonly InterestPair[],
): boolean {
  if (profile === undefined) return true;
  const fresh = { mailchimp: mailchimp?.profile ?? null, civicrm: civicrm?.profile ?? null };
  return areProfilesAsPlanned(profile, withoutFaulty(fresh, interests), writes);
}

/** Who changed at Mailchimp since a moment, in both lists: few since a plan's reading ended, whatever the chunk. */
export async function fetchMembersSince(
  { mailchimp, connection, signal }: PlanContext,
  since: Instant,
): Promise<readonly MemberRecord[]> {
  const members: MemberRecord[] = [];
  for (const list of LISTS) {
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const query = { list, window: { since, before: null } };
      const page = await mailchimp.fetchMembers(
        connection.audienceId,
        query,
        { offset, count: PAGE_SIZE },
        signal,
      );
      members.push(...page.members);
      if (page.members.length < PAGE_SIZE) break;
    }
  }
  return members;
}

interface FreshContact {
  readonly contact: FetchedContact;
  /** Newest row of the group's history that is not ours. */
  readonly historyId: number;
}

async function readContacts(
  { civicrm, connection, signal }: ApplyContext,
  ids: readonly ContactId[],
): Promise<ReadonlyMap<ContactId, FreshContact>> {
  if (ids.length === 0) return new Map();
  const [records, histories] = await Promise.all([
    civicrm.fetchContacts(connection.groupId, ids, signal),
    civicrm.fetchHistory(connection.groupId, ids, signal),
  ]);
  const found = new Map(records.map((record) => [record.contactId, toFetchedContact(record, false)]));
  return new Map(
    ids.map((id) => {
      const history = histories.get(id) ?? [];
      const contact = found.get(id) ?? erasedContact(id);
      const group = contact.group === 'none' ? statusWithoutRow(history) : contact.group;
      return [
        id,
        { contact: { ...contact, group }, historyId: newestId(history.filter((row) => !row.byUs)) },
      ];
    }),
  );
}

const contactsOf = (links: readonly LinkRow[]): readonly ContactId[] =>
  [...new Set(links.flatMap(({ link }) => link.civicrm?.contactId ?? []))].map(contactId);

/** `written`: what this run writes to the contact, or has written. */
function stands(
  facts: RestsOn,
  { link }: LinkRow,
  contacts: ReadonlyMap<ContactId, FreshContact>,
  written: readonly Write[],
): boolean {
  const { mailchimp, civicrm } = link;
  const fresh: RestsOn = {
    mailchimp: mailchimp && plannedMember(mailchimp),
    civicrm: civicrm && {
      state: civicrm.state,
      group: civicrm.group,
      historyId: contacts.get(civicrm.contactId)?.historyId ?? 0,
      addresses: civicrm.addresses,
    },
  };
  return isAsPlanned(facts, fresh, written);
}
