import { type ExtraData, extraPath } from '../domain/extra-data.ts';
import type {
  Ask,
  Base,
  CivicrmFacts,
  ContactFlag,
  ContactState,
  GroupStatus,
  Link,
  MailchimpFacts,
  MailchimpStatus,
  MemberStatus,
  OwnWrite,
  Side,
} from '../domain/facts.ts';
import { contactId, mailchimpContactId, memberId, type RunId, runId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { ContactProfile, MemberProfile, ProfileBase } from '../domain/profile.ts';
import type { Refusal, RefusalReason } from '../domain/refusal.ts';

/**
 * A row of `members` as PostgreSQL returns it. Read by hand-written SQL: the mapped names of the client cost more than the query does where a thousand rows are read
 * at a time.
 */
export interface MemberRow {
  readonly id: number;
  readonly connection_id: number;
  readonly address_key: string;
  readonly mailchimp_contact_id: string | null;
  readonly mailchimp_id: string | null;
  readonly mailchimp_address: string | null;
  readonly mailchimp_status: string | null;
  readonly mailchimp_changed_at: Date | null;
  readonly mailchimp_opted_in_at: Date | null;
  readonly unsubscribe_reason: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly ever_subscribed: boolean;
  readonly status_before: string | null;
  readonly left_by_own_will: boolean;
  readonly own_write_status: string | null;
  readonly own_write_removal_method: string | null;
  readonly forgotten: boolean;
  readonly in_compliance_state: boolean;
  readonly late_write: string | null;
  readonly moved_from: string | null;
  readonly parted_by: string | null;
  readonly contact_id: number | null;
  readonly is_covered: boolean;
  readonly contact_state: string | null;
  readonly group_status: string | null;
  readonly contact_addresses: readonly string[];
  readonly has_held_address: boolean;
  readonly contact_flags: readonly string[];
  readonly base_side: string | null;
  readonly base_at: Date | null;
  readonly base_opted_in_at: Date | null;
  readonly base_history_id: number;
  readonly base_by_trash: boolean;
  readonly sync_status: string;
  readonly decided_in: number | null;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly refusal_fingerprint: string;
  readonly retry_at: Date | null;
  readonly retries: number;
  readonly asked_at: Date | null;
  readonly asked_history_id: number;
  readonly rejected_fingerprint: string | null;
  readonly mailchimp_profile: MemberProfile | null;
  readonly contact_profile: ContactProfile | null;
  readonly extra_data: ExtraData | null;
  readonly base_profile: ProfileBase | null;
  /** Who is at the contact's best address (`atBest`); left out: not asked for. */
  readonly at_best?: NonNullable<Link['atBest']> | null;
}

/** A link with what our row knows besides the facts. */
export interface LinkRow {
  readonly link: Link;
  /** Hash of the address at Mailchimp; empty where there is no member. */
  readonly mailchimpId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly syncStatus: SyncStatus;
  /** The run that last decided about it. */
  readonly decidedIn: RunId | null;
  readonly retries: number;
  readonly rejectedFingerprint: string | null;
}

/** Our row as the rules see it. `isSubmitted`: an update for it is submitted and not settled. */
export function toLinkRow(row: MemberRow, isSubmitted: boolean): LinkRow {
  return {
    link: {
      id: memberId(row.id),
      mailchimp: toMailchimpFacts(row),
      civicrm: toCivicrmFacts(row),
      base: toBase(row),
      ...(row.base_profile !== null && { profileBase: row.base_profile }),
      isSubmitted,
      ask: toAsk(row),
      refusal: toRefusal(row),
      partedBy: toPartedBy(row),
      ...(row.at_best && { atBest: row.at_best }),
      ...(row.rejected_fingerprint !== null && { hasRejection: true }),
    },
    mailchimpId: row.mailchimp_id ?? '',
    firstName: row.first_name,
    lastName: row.last_name,
    syncStatus: row.sync_status as SyncStatus,
    decidedIn: row.decided_in === null ? null : runId(row.decided_in),
    retries: row.retries,
    rejectedFingerprint: row.rejected_fingerprint,
  };
}

/** M; null where nobody is there and nothing is remembered of the address. */
export function toMailchimpFacts(row: MemberRow): MailchimpFacts | null {
  const isRemembered = row.forgotten || row.in_compliance_state || row.left_by_own_will;
  if (row.mailchimp_contact_id === null && !isRemembered) return null;
  return {
    contactId: row.mailchimp_contact_id === null ? null : mailchimpContactId(row.mailchimp_contact_id),
    address: row.mailchimp_address ?? row.address_key,
    status: (row.mailchimp_status ?? 'absent') as MemberStatus,
    changedAt: row.mailchimp_changed_at?.getTime() ?? null,
    optedInAt: row.mailchimp_opted_in_at?.getTime() ?? null,
    everSubscribed: row.ever_subscribed,
    unsubscribeReason: row.unsubscribe_reason,
    statusBefore: row.status_before as MemberStatus | null,
    leftByOwnWill: row.left_by_own_will,
    ownWrite: toOwnWrite(row),
    forgotten: row.forgotten,
    inComplianceState: row.in_compliance_state,
    lateWrite: row.late_write as Side | null,
    ...(row.mailchimp_profile !== null && { profile: row.mailchimp_profile }),
  };
}

function toOwnWrite(row: MemberRow): OwnWrite | null {
  if (row.own_write_status === null) return null;
  return { status: row.own_write_status as MailchimpStatus, removalMethod: row.own_write_removal_method };
}

/** C, without history: that is read when something rests on it. */
function toCivicrmFacts(row: MemberRow): CivicrmFacts | null {
  if (row.contact_id === null) return null;
  return {
    contactId: contactId(row.contact_id),
    state: (row.contact_state ?? 'live') as ContactState,
    group: (row.group_status ?? 'none') as GroupStatus,
    history: null,
    addresses: row.contact_addresses,
    hasHeldAddress: row.has_held_address,
    flags: row.contact_flags as readonly ContactFlag[],
    ...toContactProfile(row),
  };
}

function toContactProfile(row: MemberRow): Pick<CivicrmFacts, 'profile'> {
  const { contact_profile: read, extra_data: extra } = row;
  if (read === null && extra === null) return {};
  return { profile: withExtra(read ?? { groups: {}, fields: {}, tags: {} }, extra) };
}

/** A developer's own data counts as what CiviCRM says. */
function withExtra(profile: ContactProfile, extra: ExtraData | null): ContactProfile {
  if (extra === null) return profile;
  const own = Object.entries(extra.fields).map(([tag, value]) => [extraPath(tag), value] as const);
  return {
    ...profile,
    fields: { ...profile.fields, ...Object.fromEntries(own) },
    tags: { ...profile.tags, ...extra.tags },
  };
}

function toBase(row: MemberRow): Base | null {
  if (row.base_side === null) return null;
  return {
    side: row.base_side as Side,
    agreedAt: row.base_at?.getTime() ?? 0,
    optedInAt: row.base_opted_in_at?.getTime() ?? null,
    historyId: row.base_history_id,
    byTrash: row.base_by_trash,
  };
}

const toAsk = (row: MemberRow): Ask | null =>
  row.asked_at === null ? null : { at: row.asked_at.getTime(), historyId: row.asked_history_id };

function toRefusal(row: MemberRow): Refusal | null {
  if (row.reason === null) return null;
  return {
    reason: row.reason as RefusalReason,
    fingerprint: row.refusal_fingerprint,
    retryAt: row.retry_at?.getTime() ?? null,
  };
}

/** As of the last look; whoever holds the address by now has come together again. */
function toPartedBy(row: MemberRow): Link['partedBy'] {
  return row.contact_addresses.includes(row.address_key) ? null : (row.parted_by as Link['partedBy']);
}

/** An instant for SQL; null stays null. */
export const toDate = (at: number | null): Date | null => (at === null ? null : new Date(at));
