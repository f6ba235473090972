import type { ContactState, GroupStatus, Link, MemberStatus } from './facts.ts';
import type { ContactId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { ContactProfile, MemberProfile } from './profile.ts';

/** What a planned write rests on, on each side; null: the side had no part in it. */
export interface RestsOn {
  readonly mailchimp: {
    readonly status: MemberStatus;
    readonly optedInAt: Instant | null;
    readonly address?: string;
  } | null;
  readonly civicrm: PlannedContact | null;
}

export interface PlannedContact {
  readonly state: ContactState;
  readonly group: GroupStatus;
  /** Newest row of the group's history that is not ours; null where the plan did not rest on history. */
  readonly historyId: number | null;
  /** Usable addresses, best first. */
  readonly addresses: readonly string[];
}

/** What is kept with a decision: what it rests on, to be compared before writing, and what explains it. */
export interface PlannedFacts extends RestsOn {
  /** Newest history row that the decision has seen: what a base that moves with it remembers. */
  readonly historyId: number;
  /** Who took the member out, as far as we know (rules 2.3). */
  readonly leftBy: string | null;
  /** C.date in ISO; null where undated or not read. */
  readonly groupSince: string | null;
  readonly mailchimpChangedAt: string | null;
  readonly base: Link['base'];
  /** Whose the member was, and whose it is now (A4); only of a re-linking, which writes nothing. */
  readonly relink?: { readonly from: ContactId; readonly to: ContactId };
  /** Interests, fields and tags, of decisions that write them. */
  readonly profile?: { readonly mailchimp: MemberProfile | null; readonly civicrm: ContactProfile | null };
}
