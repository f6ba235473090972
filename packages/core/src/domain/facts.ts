import type { ContactId, MailchimpContactId, MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { ContactProfile, MemberProfile, ProfileBase } from './profile.ts';
import type { Refusal } from './refusal.ts';

/** In or out: the one question of rules section 2. */
export type Side = 'in' | 'out';

/** A member's status as Mailchimp spells it (mailchimp-api.md 3.4). */
export type MailchimpStatus =
  | 'subscribed'
  | 'pending'
  | 'unsubscribed'
  | 'cleaned'
  | 'transactional'
  | 'archived';

/**
 * What Mailchimp says of one member (rules section 1). `absent`: not found by the last look. `gone`: seen subscribed by us before, now 404 while the
 * audience is there. `unknown`: a status this version does not know; a fault of that member, never `out`.
 */
export type MemberStatus = MailchimpStatus | 'absent' | 'gone' | 'unknown';

/** Whether Mailchimp has somebody, in or out: neither `absent` nor `gone`. */
export const isThere = ({ status }: { readonly status: MemberStatus }): boolean =>
  status !== 'absent' && status !== 'gone';

/** Our own last settled write to a member, as long as no other status has been seen since (rules 2.3, "by us"). */
export interface OwnWrite {
  /** The status that our write made. */
  readonly status: MailchimpStatus;
  /** `method` of the CiviCRM removal that our write carried out; null where there was none. */
  readonly removalMethod: string | null;
}

/** M: what Mailchimp says of one member. */
export interface MailchimpFacts {
  /** Null while we have only been told the address. */
  readonly contactId: MailchimpContactId | null;
  /** As Mailchimp spells it. */
  readonly address: string;
  readonly status: MemberStatus;
  /** `M.date` = `last_changed`: moves with any edit. */
  readonly changedAt: Instant | null;
  /** `M.opt` = `timestamp_opt`. */
  readonly optedInAt: Instant | null;
  /** Whether we have ever seen this member subscribed. */
  readonly everSubscribed: boolean;
  /** `unsubscribe_reason`; empty where Mailchimp gives none. */
  readonly unsubscribeReason: string;
  /** The last status we saw before the present one; null where we have seen no other. */
  readonly statusBefore: MemberStatus | null;
  /** They have left by their own will and were not seen subscribed since, whatever happened to the row in between (I2). */
  readonly leftByOwnWill: boolean;
  readonly ownWrite: OwnWrite | null;
  /** Mailchimp has said "Forgotten Email Not Subscribed" of this address. */
  readonly forgotten: boolean;
  /** Mailchimp has refused us with "Member In Compliance State", and we have not seen them subscribed since. */
  readonly inComplianceState: boolean;
  /**
   * An update of ours that was given up may have made them what they are: it asked for just that, and they became so within 7 days (E28). `in`: it has, nothing speaks for
   * their own will. `out`: nobody can tell; it counts as theirs.
   */
  readonly lateWrite: Side | null;
  /** Interests, merge fields and tags, as far as they are paired. Left out: not read. */
  readonly profile?: MemberProfile;
  /** How many live contacts hold the address, whatever group. Left out: not read, because nothing rests on it. */
  readonly holders?: number;
}

/** Who took a member out of the audience (rules 2.3). Whatever is not provably us or an administrator counts as the person. */
export type Leaver = 'person' | 'administrator' | 'us';

/** Whether a contact is there (rules section 1). A link to one that is `trashed` or `erased` is known-deleted: nobody is created for it but by E12b. */
export type ContactState = 'live' | 'trashed' | 'erased' | 'merged';

/**
 * A contact's row in the subscription group. `Deleted`: no row, and the newest history row says so. `none`: no row, and none says so. `unknown`: a text that
 * is none of CiviCRM's (it stores any, civicrm-recorded.md 0.7).
 */
export type GroupStatus = 'Added' | 'Removed' | 'Deleted' | 'Pending' | 'none' | 'unknown';

/** One row of CiviCRM's subscription history for one contact and the subscription group. */
export interface HistoryRow {
  /** Ascending: the order in which CiviCRM wrote them. Dates tie, ids do not. */
  readonly id: number;
  readonly at: Instant;
  /** As CiviCRM spells it; any text. */
  readonly status: string;
  /** `Admin`, `Email`, `Web`, `API`, …; null where CiviCRM has none. */
  readonly method: string | null;
  /** Whether our own write made this row (its `tracking` names us; rules E25). */
  readonly byUs: boolean;
}

/** Marks that never by themselves change the group (rules 2.7). */
export type ContactFlag = 'opted-out' | 'do-not-email' | 'deceased';

/** C: what CiviCRM says of one contact. */
export interface CivicrmFacts {
  readonly contactId: ContactId;
  readonly state: ContactState;
  readonly group: GroupStatus;
  /** Of this contact and this group, ascending; null where it was not read because nothing rests on it. */
  readonly history: readonly HistoryRow[] | null;
  /** Usable addresses, best first (rules 2.4): not on hold, not empty. */
  readonly addresses: readonly string[];
  /** Whether an address is there that is on hold. */
  readonly hasHeldAddress: boolean;
  readonly flags: readonly ContactFlag[];
  /** Interest groups, fields and tags, as far as they are paired. Left out: not read. */
  readonly profile?: ContactProfile;
  /** History with the interest groups, by the group's id; ascending. Left out: not read, because nothing rests on it. */
  readonly interestHistory?: Readonly<Record<string, readonly HistoryRow[]>>;
}

/** B: what both sides last agreed on one link (rules section 1). */
export interface Base {
  readonly side: Side;
  readonly agreedAt: Instant;
  /** `M.opt` as it was then. */
  readonly optedInAt: Instant | null;
  /** Newest history row of this contact and group then; 0 where there was none. Rows with a higher id came after the base. */
  readonly historyId: number;
  /** Out because the contact was trashed or erased, and nothing else (rules E11). */
  readonly byTrash: boolean;
}

/** An ask (`pending`) that was sent: recorded before it is sent, repeated only after a new `Added` act (rules 2.3). */
export interface Ask {
  readonly at: Instant;
  /** Newest history row of the contact and group when the ask was decided; 0 where there was none. */
  readonly historyId: number;
}

/** One link with its facts: a Mailchimp member × a contact; either may be missing (rules 1.1). */
export interface Link {
  readonly id: MemberId;
  /** Null: nobody at Mailchimp has the contact's best address. */
  readonly mailchimp: MailchimpFacts | null;
  /** Null: nobody in CiviCRM is matched with the member. */
  readonly civicrm: CivicrmFacts | null;
  readonly base: Base | null;
  /** B of interests, fields and tags (rules sections 4 and 5). Left out: never agreed. */
  readonly profileBase?: ProfileBase;
  /** An update for this link is submitted and not settled (R5). */
  readonly isSubmitted: boolean;
  readonly ask: Ask | null;
  readonly refusal: Refusal | null;
  /** Somebody has rejected a decision about them, or taken a run back (rules section 8): an adding of ours may be their wish. */
  readonly hasRejection?: true;
  /** Which side moved away from the address that both had (section 6); null: the contact holds the member's address, or there is nothing to hold. */
  readonly partedBy: 'mailchimp' | 'civicrm' | null;
  /** Of a parted link: who is at the contact's best address at Mailchimp, whoever they are linked with. Left out: nobody, or it was not asked. */
  readonly atBest?: Pick<MailchimpFacts, 'status' | 'forgotten'>;
}
