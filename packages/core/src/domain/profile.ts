/** A postal address as Mailchimp's merge fields of that type have it; `country` in two letters. */
export interface AddressValue {
  readonly addr1: string;
  readonly addr2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: string;
}

/** The value of a merge field; the empty string is unset, whatever the type (mailchimp-api.md 3.4). */
export type MailchimpValue = string | number | AddressValue;

/** The value of a CiviCRM field as APIv4 gives it; an address is put together by the gateway. Null is unset. */
export type CivicrmValue = string | number | boolean | null | readonly (string | number)[] | AddressValue;

/** What Mailchimp says of a member besides their status: only what the connection pairs. A key that is missing was missing from the answer. */
export interface MemberProfile {
  /** By the interest's id. */
  readonly interests: Readonly<Record<string, boolean>>;
  /** By merge tag. */
  readonly fields: Readonly<Record<string, MailchimpValue>>;
  /** Names in lower case. Mailchimp shows 50 at the most: `some` says that there are more. Null: not asked for. */
  readonly tags: { readonly names: readonly string[]; readonly shown: 'all' | 'some' } | null;
}

/** What CiviCRM says of a contact besides the subscription group: only what the connection pairs. A key that is missing was not read. */
export interface ContactProfile {
  /** Status of the row in each interest group, by the group's id; the empty string where there is none. */
  readonly groups: Readonly<Record<string, string>>;
  /** By the field's path. */
  readonly fields: Readonly<Record<string, CivicrmValue>>;
  /** Whether the contact has each tag, by its name as mapped. */
  readonly tags: Readonly<Record<string, boolean>>;
}

/** What both sides last agreed, one by one (rules sections 4 and 5). What is missing was never agreed. */
export interface ProfileBase {
  readonly interests: Readonly<Record<string, boolean>>;
  /** By merge tag: the pair of values that each side returned. */
  readonly fields: Readonly<Record<string, readonly [MailchimpValue, CivicrmValue]>>;
  readonly tags: Readonly<Record<string, boolean>>;
  /** Left different on purpose: what a run had changed was put back on one side. Left out: nothing. */
  readonly apart?: LeftApart;
}

/** What Mailchimp has while CiviCRM has the opposite; as soon as one of the two changes, this is over. Of fields the base says it: each side has its own half. */
export interface LeftApart {
  readonly interests: Readonly<Record<string, boolean>>;
  readonly tags: Readonly<Record<string, boolean>>;
}

export const NOTHING_AGREED: ProfileBase = { interests: {}, fields: {}, tags: {} };

/** What is to be changed of a member at Mailchimp; only what differs. */
export interface ProfileWrite {
  readonly interests: Readonly<Record<string, boolean>>;
  readonly fields: Readonly<Record<string, MailchimpValue>>;
  readonly tags: Readonly<Record<string, boolean>>;
}

/** What agrees when the writes of a decision are confirmed, by the side that is written to. Of that side's half the value that it returns counts. */
export interface PendingAgreement {
  readonly mailchimp: ProfileBase;
  readonly civicrm: ProfileBase;
}

/** Why a value cannot be given to the other side. */
export type ConversionFault =
  | 'not-a-number'
  | 'not-a-date'
  | 'not-a-choice'
  | 'not-a-zip'
  | 'not-a-phone'
  | 'not-a-url'
  | 'not-yes-or-no'
  | 'incomplete-address';

/** Something about one field of a person that an administrator should know: it differs and nobody knows which is right, or it cannot be given to the other side. */
export interface FieldNote {
  readonly mergeTag: string;
  readonly why: 'differs' | ConversionFault;
}

/** Whether two values that went through JSON say the same, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, theirs] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    mine.length === theirs.size &&
    mine.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)))
  );
}

/** The base with more agreed; what was agreed before of the same things, or left apart, gives way. */
export function agreeOn(base: ProfileBase, more: ProfileBase): ProfileBase {
  const apart = {
    interests: { ...without(base.apart?.interests, more.interests), ...more.apart?.interests },
    tags: { ...without(base.apart?.tags, more.tags), ...more.apart?.tags },
  };
  return {
    interests: { ...base.interests, ...more.interests },
    fields: { ...base.fields, ...more.fields },
    tags: { ...base.tags, ...more.tags },
    ...(Object.keys({ ...apart.interests, ...apart.tags }).length > 0 && { apart }),
  };
}

const without = (
  apart: Readonly<Record<string, boolean>> = {},
  agreed: Readonly<Record<string, boolean>>,
): Readonly<Record<string, boolean>> =>
  Object.fromEntries(Object.entries(apart).filter(([key]) => !(key in agreed)));

/** Whether there is nothing in it. */
export const isBlank = (profile: ProfileBase | ProfileWrite): boolean =>
  [profile.interests, profile.fields, profile.tags].every((part) => Object.keys(part).length === 0);

/** What was read of a contact, with what we know besides: a developer's own data is not in CiviCRM. */
export const keepOwnData = (read: ContactProfile, known: ContactProfile | undefined): ContactProfile => ({
  ...read,
  fields: { ...known?.fields, ...read.fields },
  tags: { ...known?.tags, ...read.tags },
});
