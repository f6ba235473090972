import { createHash } from 'node:crypto';

export type MemberStatus =
  | 'subscribed'
  | 'unsubscribed'
  | 'cleaned'
  | 'pending'
  | 'transactional'
  | 'archived';

/** Who did something: the person, somebody of the organisation at Mailchimp's pages, the API, or Mailchimp itself (bounces). */
export type Actor = 'person' | 'admin' | 'api' | 'mailchimp';

export interface AddressValue {
  readonly addr1: string;
  readonly addr2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: string;
}

export type MergeValue = string | number | AddressValue;
export type MergeValues = Readonly<Record<string, MergeValue>>;

export interface MemberLocation {
  readonly latitude: number;
  readonly longitude: number;
}

export interface StatusChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: MemberStatus | 'absent';
  readonly to: MemberStatus;
  readonly by: Actor;
  readonly reason?: string;
  readonly campaignId?: string;
}

export interface AppliedTag {
  readonly id: number;
  /** Whole seconds since 1970. */
  readonly addedAt: number;
}

/**
 * One member of an audience as the sandbox keeps it; what the API shows is made on the way out (render-member.ts).
 * Times are whole seconds since 1970, as Mailchimp knows no finer ones; 0 is "never".
 */
export interface Member {
  readonly contactId: string;
  readonly webId: number;
  email: string;
  /** MD5 of the lower-cased address: the member's `id`, which changes with the address. */
  hash: string;
  status: MemberStatus;
  statusBeforeArchive: MemberStatus | null;
  unsubscribedBy: Actor | null;
  /** What the person or Mailchimp gave as the reason; `''` where nobody unsubscribed. */
  unsubscribeReason: string;
  /** They left by their own will and have not come back by it: outlasts archiving and a withdrawn ask. Not shown by the API. */
  hasLeftThemselves: boolean;
  /** Only the values that are set; the others read as `''`. */
  mergeValues: MergeValues;
  /** Ids of the interests that are on. */
  interests: ReadonlySet<string>;
  tags: readonly AppliedTag[];
  timestampSignup: number;
  timestampOpt: number;
  lastChanged: number;
  ipSignup: string;
  ipOpt: string;
  language: string;
  vip: boolean;
  emailType: string;
  location: MemberLocation;
  source: string;
  /** What happened to the status, oldest first. For the activity feed and for tests; the API never shows it. */
  history: readonly StatusChange[];
  /** Where the order of the audience keeps it; its business alone. */
  slot: number;
}

/** PHP lower-cases ASCII alone, so `Ö@x.org` and `ö@x.org` are two members. */
export const lowerCased = (email: string): string => email.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());

/** `{subscriber_hash}`: MD5 of the lower-cased address (reference 3.4). */
export const subscriberHash = (email: string): string =>
  createHash('md5').update(lowerCased(email)).digest('hex');

/** The address across all of Mailchimp: 10 hex digits that change with the address and are the same in every audience. */
export const uniqueEmailId = (hash: string): string => hash.slice(-10);

/** Milliseconds → the whole seconds that Mailchimp keeps. */
export const toSeconds = (ms: number): number => Math.floor(ms / 1000);
