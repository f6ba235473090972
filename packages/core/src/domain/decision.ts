import type { Side } from './facts.ts';
import type { ContactId, GroupId, MailchimpContactId, MemberId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Category } from './plan.ts';
import type { CivicrmValue, FieldNote, PendingAgreement, ProfileBase, ProfileWrite } from './profile.ts';
import type { RefusalReason } from './refusal.ts';

/** Ids of sync-rules.md. `1` unknown status, `1.1` links, `2.3` refusals, `3` matching, `undo` somebody's taking back of a run, `unlisted` a cell that the page does not list. */
export const RULE_IDS = [
  'R1',
  'R2',
  'R3a',
  'R3b',
  'R3c',
  'R3d',
  'R3e',
  'R4a',
  'R4b',
  'R4c',
  'R4d',
  'R4e',
  'R4f',
  'R4g',
  'R5',
  'R6a',
  'R6b',
  'R6c',
  'A1',
  'A2',
  'A3',
  'A4',
  'A5',
  'E11',
  'E12',
  'E12b',
  'E13',
  'E28',
  '1',
  '1.1',
  '2.1',
  '2.3',
  '3',
  'undo',
  '4',
  '5',
  'unlisted',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** Something an administrator should know about a person; it changes nothing by itself. */
export type Warning =
  | 'unconfirmed'
  | 'unknown-group-status'
  | 'unlisted-cell'
  | 'flagged'
  | 'joined-afresh'
  | 'no-email'
  | 'address-conflict'
  | 'given-up-removal'
  | 'value-differs'
  | 'value-refused'
  | 'interest-undated'
  | 'interest-unconfirmed'
  | 'put-back'
  | 'cleaned';

/** How somebody is subscribed (rules 2.3): `if-new` leaves one who is there after all alone; `pending` lets Mailchimp ask. */
export type SubscribeHow = 'if-new' | 'subscribed' | 'pending';

/** How somebody is removed at Mailchimp (rules 2.2). `withdraw` takes back an ask of ours; `erase` is for ever (policy `eraseAtMailchimp`). */
export type RemoveHow = 'unsubscribe' | 'archive' | 'withdraw' | 'erase';

/** One change of the outside world. */
export type Write =
  | {
      readonly kind: 'subscribe';
      readonly how: SubscribeHow;
      readonly address: string;
      /** The Mailchimp member at that address; null where there is none. */
      readonly target: MailchimpContactId | null;
      readonly contactId: ContactId;
      /** An ask by 2.3 or by policy; it is recorded on the link before it is sent. */
      readonly isAsk: boolean;
      /** Interests, merge fields and tags that go with it. */
      readonly profile?: ProfileWrite;
    }
  | {
      readonly kind: 'remove-at-mailchimp';
      readonly how: RemoveHow;
      readonly target: MailchimpContactId;
      /** `method` of the CiviCRM removal that this carries out (rules 2.3, "by us"). */
      readonly removalMethod: string | null;
    }
  | { readonly kind: 'add-to-group'; readonly contactId: ContactId }
  | { readonly kind: 'remove-from-group'; readonly contactId: ContactId }
  | {
      readonly kind: 'create-contact';
      readonly target: MailchimpContactId;
      readonly address: string;
      /** Of interests that are on at Mailchimp; left out: none. */
      readonly groups?: readonly GroupId[];
    }
  | { readonly kind: 'put-on-hold'; readonly contactId: ContactId; readonly address: string }
  /** A1: as the contact's bulk-mail address; the others stay. */
  | { readonly kind: 'add-address'; readonly contactId: ContactId; readonly address: string }
  /** Of an undoing. */
  | { readonly kind: 'take-off-hold'; readonly contactId: ContactId; readonly address: string }
  /** Of an undoing; the best address before it gets its mark for bulk mail back. */
  | {
      readonly kind: 'remove-address';
      readonly contactId: ContactId;
      readonly address: string;
      readonly bestBefore: string | null;
    }
  /** A2: the Mailchimp member gets another address and stays the same member. */
  | {
      readonly kind: 'change-address';
      readonly target: MailchimpContactId;
      readonly contactId: ContactId;
      readonly address: string;
    }
  | { readonly kind: 'update-member'; readonly target: MailchimpContactId; readonly profile: ProfileWrite }
  | {
      readonly kind: 'add-to-interest-group' | 'remove-from-interest-group';
      readonly contactId: ContactId;
      readonly groupId: GroupId;
    }
  | {
      readonly kind: 'write-fields';
      readonly contactId: ContactId;
      /** By path. */
      readonly values: Readonly<Record<string, CivicrmValue>>;
    };

/** Writes that Mailchimp makes, through an update; CiviCRM makes the others at once, and before these. */
export const MAILCHIMP_KINDS = [
  'subscribe',
  'remove-at-mailchimp',
  'change-address',
  'update-member',
] as const satisfies readonly Write['kind'][];

export type MailchimpWrite = Extract<Write, { kind: (typeof MAILCHIMP_KINDS)[number] }>;

export const isForMailchimp = (write: Write): write is MailchimpWrite =>
  MAILCHIMP_KINDS.some((kind) => kind === write.kind);

/**
 * Facts that have to be read before the rules can speak: `history`, the contact's group row and history, directly; `member`, one Mailchimp member, singly, after
 * which it is stored as found, `gone` or never seen (R4g does not ask twice); `owners`, who else holds the address; `interest-history`, the
 * contact's history with the interest groups.
 */
export type Wanted = 'history' | 'member' | 'owners' | 'interest-history';

interface Ruled {
  /** The rule whose line in the table fitted. */
  readonly rule: RuleId;
  /** The rule whose outcome was taken, where that is another one (2.1, R3d, R4d, …). */
  readonly as?: RuleId;
  readonly warnings?: readonly Warning[];
  /** What an administrator should know about single fields (rules section 5). */
  readonly notes?: readonly FieldNote[];
}

/** Interests, fields and tags on which both sides agree as they are: their base moves at once. */
interface Agreeing {
  readonly agree?: ProfileBase;
}

/** Both sides agree: the base moves to `side` at once. */
export interface Agreed extends Ruled, Agreeing {
  readonly kind: 'agreed';
  readonly side: Side;
  /** Out because the contact is trashed or erased, and nobody else. */
  readonly byTrash?: true;
}
/** Nothing is written now, and nothing is wrong. */
export interface Wait extends Ruled {
  readonly kind: 'wait';
  readonly why:
    | 'submitted'
    | 'asked'
    | 'not-our-ask'
    | 'unconfirmed'
    | 'unlisted'
    | 'yields'
    | 'stands-by'
    | 'rejected-plan'
    | 'relink';
}
/** What happens to a link when the writes of its decision are confirmed, or refused. */
interface Moving {
  /** Null: an ask moves no base (R6a). */
  readonly side: Side | null;
  /** Out because the contact is trashed or erased (E11, E12). */
  readonly byTrash?: true;
  /** What a refusal by Mailchimp would rest on (2.3); of subscriptions and changes of address (A2). */
  readonly ifRefused?: string;
}
/** Something is to be written; the base moves to `side` when the last write is confirmed that is about the subscription. */
export interface Change extends Ruled, Moving, Agreeing {
  readonly kind: 'change';
  readonly category: Category;
  /** Others that it counts in too: it is held where one of them is. */
  readonly more?: readonly Category[];
  readonly writes: readonly [Write, ...Write[]];
  /** What of interests, fields and tags agrees when the writes are confirmed. */
  readonly pending?: PendingAgreement;
  /** Both sides agree that they are in, and only interests, fields, tags or an address are to be written: that base moves at once. */
  readonly isAgreed?: true;
}
/** Another link of the same decision carries the writes; this one's base moves with it. */
export interface Follow extends Ruled, Moving {
  readonly kind: 'follow';
  readonly lead: MemberId;
}
/** Nothing can be agreed until somebody acts. With `mirrorRefusals` the refused is also removed from the group. */
export interface Refuse extends Ruled {
  readonly kind: 'refuse';
  readonly reason: RefusalReason;
  readonly fingerprint: string;
  readonly retryAt: Instant | null;
  readonly writes: readonly Write[];
}
/** What the rules want for one link: a value, never an act. */
export type Decision = Agreed | Wait | Change | Follow | Refuse;
