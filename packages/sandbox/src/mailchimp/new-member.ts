import { UNSUBSCRIBED_BY_ADMIN } from './audience.ts';
import {
  type Actor,
  type AppliedTag,
  type Member,
  type MemberLocation,
  type MemberStatus,
  type MergeValues,
  type StatusChange,
  subscriberHash,
  toSeconds,
} from './member.ts';
import { NOWHERE } from './member-order.ts';

/** What Mailchimp gives a member once and for ever. */
export interface MemberIdentity {
  readonly contactId: string;
  readonly webId: number;
}

/** A member with a past, as scenarios want it. All times are milliseconds since 1970; what is not said is unset. */
export interface MemberSeed {
  readonly email: string;
  /** `subscribed` if not said. */
  readonly status?: MemberStatus;
  readonly statusBeforeArchive?: MemberStatus;
  /** Who unsubscribed them; `person` (an own unsubscription) if not said. */
  readonly unsubscribedBy?: Actor;
  readonly unsubscribeReason?: string;
  /** For the archived and pending: they had left by their own will before. Follows from `unsubscribedBy` for the unsubscribed. */
  readonly hasLeftThemselves?: boolean;
  readonly mergeValues?: MergeValues;
  /** Ids of the interests that are on. */
  readonly interests?: ReadonlySet<string>;
  /** When they filled in a form; members added by API or import have none. */
  readonly signedUpAt?: number;
  readonly optedInAt?: number;
  /** Now if not said. */
  readonly lastChangedAt?: number;
  readonly language?: string;
  readonly vip?: boolean;
  readonly source?: string;
  /** For very old members whose id was made from the address as it was written (reference section 11). */
  readonly hash?: string;
  readonly contactId?: string;
}

const NO_INTERESTS: ReadonlySet<string> = new Set();
const NO_TAGS: readonly AppliedTag[] = [];
const UNKNOWN_LOCATION: MemberLocation = { latitude: 0, longitude: 0 };

/** A member as the seed says; what it does not say is what a member added by API has. */
export function memberFromSeed(seed: MemberSeed, identity: MemberIdentity, now: number): Member {
  const status = seed.status ?? 'subscribed';
  const at = seed.lastChangedAt ?? now;
  const unsubscribedBy =
    status === 'unsubscribed' ? (seed.unsubscribedBy ?? 'person') : (seed.unsubscribedBy ?? null);
  return {
    contactId: seed.contactId ?? identity.contactId,
    webId: identity.webId,
    email: seed.email,
    hash: seed.hash ?? subscriberHash(seed.email),
    status,
    statusBeforeArchive: status === 'archived' ? (seed.statusBeforeArchive ?? 'subscribed') : null,
    unsubscribedBy,
    unsubscribeReason: reasonOf(seed, unsubscribedBy),
    hasLeftThemselves: seed.hasLeftThemselves ?? (status !== 'subscribed' && unsubscribedBy === 'person'),
    mergeValues: seed.mergeValues ?? {},
    interests: seed.interests ?? NO_INTERESTS,
    tags: NO_TAGS,
    timestampSignup: toSeconds(seed.signedUpAt ?? 0),
    timestampOpt: toSeconds(seed.optedInAt ?? 0),
    lastChanged: toSeconds(at),
    ipSignup: '',
    ipOpt: '',
    language: seed.language ?? 'en',
    vip: seed.vip ?? false,
    emailType: 'html',
    location: UNKNOWN_LOCATION,
    source: seed.source ?? 'API - Generic',
    history: historyOf(status, at, unsubscribedBy, seed),
    slot: NOWHERE,
  };
}

/** A member who comes into being now, by an act of somebody: the first line of their history. */
export function newMember(seed: MemberSeed, identity: MemberIdentity, now: number, by: Actor): Member {
  const unsubscribedBy = seed.status === 'unsubscribed' ? { unsubscribedBy: by } : {};
  const member = memberFromSeed({ ...seed, ...unsubscribedBy }, identity, now);
  member.history = [{ at: now, from: 'absent', to: member.status, by }];
  return member;
}

function reasonOf(seed: MemberSeed, by: Actor | null): string {
  if (by === null) return '';
  return by === 'person' ? (seed.unsubscribeReason ?? 'None given') : UNSUBSCRIBED_BY_ADMIN;
}

/** Most members are subscribed and their past is of no use: a hundred thousand empty histories cost nothing. */
const NO_HISTORY: readonly StatusChange[] = [];

function historyOf(
  status: MemberStatus,
  at: number,
  unsubscribedBy: Actor | null,
  seed: MemberSeed,
): readonly StatusChange[] {
  if (status === 'subscribed') return NO_HISTORY;
  const by = status === 'cleaned' ? 'mailchimp' : (unsubscribedBy ?? 'admin');
  const reason = seed.unsubscribeReason === undefined ? {} : { reason: seed.unsubscribeReason };
  return [{ at, from: 'subscribed', to: status, by, ...reason }];
}
