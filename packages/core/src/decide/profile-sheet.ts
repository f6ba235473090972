import type { Agreed, Change, Warning, Write } from '../domain/decision.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import type { MailchimpContactId } from '../domain/ids.ts';
import { invariant } from '../domain/invariant.ts';
import type { Category } from '../domain/plan.ts';
import {
  type CivicrmValue,
  type ContactProfile,
  type FieldNote,
  isBlank,
  type MailchimpValue,
  type MemberProfile,
  type ProfileBase,
} from '../domain/profile.ts';

/** A member who is in, with what was read of them. */
export type InMember = MailchimpFacts & {
  readonly contactId: MailchimpContactId;
  readonly profile: MemberProfile;
};

/** A link whose member is in and whose contact is, or is about to be: the only ones whose interests and fields are reconciled (rules section 4). */
export interface Part {
  readonly link: Link;
  readonly decision: Agreed | Change;
  readonly member: InMember;
  readonly contact: CivicrmFacts & { readonly profile: ContactProfile };
  /** The member's, as it will be (section 6). */
  readonly address: string;
  readonly sheet: Sheet;
}

type Open<Value> = {
  -readonly [Key in keyof Value]: Value[Key] extends object ? Mutable<Value[Key]> : Value[Key];
};
type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** What is found out about one link while its interests, fields and tags are looked at one by one. */
export interface Sheet {
  readonly interests: Record<string, boolean>;
  /** By interest: the row in its group, once it is written. */
  readonly rows: Record<string, 'Added' | 'Removed'>;
  /** By interest: what is agreed when everything is written. */
  readonly bases: Record<string, boolean>;
  readonly fields: Record<string, MailchimpValue>;
  readonly tags: Record<string, boolean>;
  readonly groups: Write[];
  readonly values: Record<string, CivicrmValue>;
  readonly agree: Open<ProfileBase>;
  readonly pendingAtMailchimp: Open<ProfileBase>;
  readonly pendingInCivicrm: Open<ProfileBase>;
  readonly categories: Set<Category>;
  readonly warnings: Set<Warning>;
  readonly notes: FieldNote[];
}

const emptyBase = (): Open<ProfileBase> => ({ interests: {}, fields: {}, tags: {} });

export const emptySheet = (): Sheet => ({
  interests: {},
  rows: {},
  bases: {},
  fields: {},
  tags: {},
  groups: [],
  values: {},
  agree: emptyBase(),
  pendingAtMailchimp: emptyBase(),
  pendingInCivicrm: emptyBase(),
  categories: new Set(),
  warnings: new Set(),
  notes: [],
});

/** The decision with what stands on its sheet. */
export function withSheet({ decision, member, contact, sheet }: Part): Agreed | Change {
  const { agree, notes } = sheet;
  const warnings = [...(decision.warnings ?? []), ...sheet.warnings];
  const told = {
    ...(warnings.length > 0 && { warnings }),
    ...(notes.length > 0 && { notes }),
    ...(!isBlank(agree) && { agree }),
  };
  const writes = writesOf(member, contact, sheet);
  const [first, ...rest] = writes;
  const pending = { mailchimp: sheet.pendingAtMailchimp, civicrm: sheet.pendingInCivicrm };
  if (first === undefined) return { ...decision, ...told };
  if (decision.kind === 'change') {
    const [category, ...more] = [...new Set([decision.category, ...sheet.categories])];
    invariant(category !== undefined, 'a change has a category');
    return {
      ...decision,
      ...told,
      ...(more.length > 0 && { more }),
      pending,
      writes: [...decision.writes, ...writes] as Change['writes'],
    };
  }
  const [category, ...more] = [...sheet.categories];
  invariant(category !== undefined, 'whatever is written counts in a category');
  return {
    kind: 'change',
    rule: isAboutInterests(sheet) ? '4' : '5',
    side: 'in',
    isAgreed: true,
    category,
    ...(more.length > 0 && { more }),
    writes: [first, ...rest],
    pending,
    ...told,
  };
}

const isAboutInterests = ({ interests, groups }: Sheet): boolean =>
  groups.length > 0 || Object.keys(interests).length > 0;

/** CiviCRM's first: they are made at once. */
function writesOf(member: InMember, { contactId }: CivicrmFacts, sheet: Sheet): readonly Write[] {
  const { interests, fields, tags, values, groups } = sheet;
  const profile = { interests, fields, tags };
  return [
    ...groups,
    ...(Object.keys(values).length > 0 ? [{ kind: 'write-fields' as const, contactId, values }] : []),
    ...(isBlank(profile) ? [] : [{ kind: 'update-member' as const, target: member.contactId, profile }]),
  ];
}
