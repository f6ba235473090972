import type { MailchimpStatus } from './facts.ts';
import type { MailchimpValue, MemberProfile } from './profile.ts';

/**
 * One call that changes one Mailchimp member, as data: it can be sent by itself or as an operation of a batch. `key` is the member's `contact_id`, or the hash of
 * the address where there is no member yet and for `delete-permanent` (mailchimp-api.md 3.4).
 */
export type MemberCall =
  | { readonly kind: 'put'; readonly key: string; readonly body: PutBody }
  | { readonly kind: 'patch'; readonly key: string; readonly body: PatchBody }
  /** Answered without a body (204); `key` is the hash, a `contact_id` is not documented to do. Names not mentioned stay. */
  | { readonly kind: 'tags'; readonly key: string; readonly body: TagsBody }
  | { readonly kind: 'archive'; readonly key: string }
  | { readonly kind: 'delete-permanent'; readonly key: string };

/** `status_if_new` leaves one who is there after all alone; `status` brings back (mailchimp-api.md 4.1). */
export interface PutBody extends ProfileBody {
  readonly email_address: string;
  readonly status?: 'subscribed' | 'pending';
  readonly status_if_new?: 'subscribed' | 'pending';
}

/** Only what is named changes. An address can be changed of somebody subscribed (mailchimp-api.md 4.3). */
export interface PatchBody extends ProfileBody {
  readonly status?: MailchimpStatus;
  readonly email_address?: string;
}

/** What is not mentioned stays as it is; the empty string clears a field of any type (mailchimp-api.md 4.1). */
interface ProfileBody {
  readonly interests?: Readonly<Record<string, boolean>>;
  readonly merge_fields?: Readonly<Record<string, MailchimpValue>>;
}

export interface TagsBody {
  readonly tags: readonly { readonly name: string; readonly status: 'active' | 'inactive' }[];
  /** Starts no automations (mailchimp-api.md 8.3). */
  readonly is_syncing: true;
}

/** What came of one call: Mailchimp's answer in our words. Trouble with one member is a value, never an exception. */
export type CallOutcome =
  /** Done; `member` is what Mailchimp says now, null where it answers without a body (204). */
  | { readonly kind: 'done'; readonly httpStatus: number; readonly member: MemberRecord | null }
  /** Mailchimp refused this one; `title` and `detail` are its words. */
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly title: string; readonly detail: string }
  /** Nothing happened and the same may work later (429, 5xx of a batch's operation). */
  | { readonly kind: 'transient'; readonly httpStatus: number | null; readonly title: string }
  /** Nobody knows whether it took effect: time-out, reset, an answer that is none. */
  | { readonly kind: 'unknown'; readonly httpStatus: number | null };

/** One Mailchimp member as just read. */
export interface MemberRecord {
  readonly contactId: string;
  /** Hash of the address. */
  readonly id: string;
  readonly address: string;
  /** `unknown` for a status that this version does not know. */
  readonly status: MailchimpStatus | 'unknown';
  /** Milliseconds; null where Mailchimp gives none. */
  readonly changedAt: number | null;
  readonly optedInAt: number | null;
  /** `timestamp_signup`: when they signed up by a form of Mailchimp's; null for who never did. */
  readonly signedUpAt: number | null;
  readonly unsubscribeReason: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Interests, merge fields and tags, as far as they are paired. */
  readonly profile?: MemberProfile;
}
