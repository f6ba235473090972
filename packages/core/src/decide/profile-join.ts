import type { Change, Warning, Write } from '../domain/decision.ts';
import { isThere, type Link, type MailchimpFacts } from '../domain/facts.ts';
import type { Mapping, Pairings } from '../domain/pairings.ts';
import {
  type ContactProfile,
  type FieldNote,
  isBlank,
  type MemberProfile,
  NOTHING_AGREED,
  type ProfileBase,
  type ProfileWrite,
} from '../domain/profile.ts';
import type { Component } from './component.ts';
import { memberKey } from './component.ts';
import { mergeField, mergeTag } from './fields.ts';
import { mergeInterest } from './interests.ts';
import type { Context } from './subscription.ts';

type Subscribe = Extract<Write, { kind: 'subscribe' }>;

type CreateContact = Extract<Write, { kind: 'create-contact' }>;

/** Whoever is subscribed, or gets a contact, brings what the other side has of them; of anybody else the decision stands. */
export function withNewcomer(
  link: Link,
  decision: Change,
  component: Component,
  context: Context & { readonly pairings: Pairings },
): Change {
  const [write] = decision.writes;
  if (write.kind === 'subscribe') return withJoining(link, decision, write, component, context);
  return write.kind === 'create-contact' ? withGroups(link, decision, write, context.pairings) : decision;
}

/** E1: nobody knows anything of the new contact, so whatever is on at Mailchimp is on (section 4). */
function withGroups(
  { mailchimp }: Link,
  decision: Change,
  create: CreateContact,
  { interests }: Pairings,
): Change {
  const groups = interests
    .filter(({ fault, phase }) => fault === null && phase !== 'newly-paired')
    .filter(({ interestId }) => mailchimp?.profile?.interests[interestId] === true)
    .map(({ groupId }) => groupId);
  return groups.length === 0
    ? decision
    : { ...decision, more: ['interests-on'], writes: [{ ...create, groups }] };
}

/** Who is written to, as far as Mailchimp knows them already. */
interface Joining {
  readonly contact: ContactProfile;
  /** Null: nobody is there yet, so nothing there has a say. */
  readonly member: { readonly profile: MemberProfile; readonly optedInAt: number | null } | null;
  readonly base: ProfileBase;
}

interface Joined {
  readonly write: ProfileWrite;
  readonly pending: ProfileBase;
  readonly notes: readonly FieldNote[];
}

/** Interests, fields and tags go with the subscription, in one update. Nothing is written to CiviCRM before the person is in. */
function withJoining(
  link: Link,
  decision: Change,
  subscribe: Subscribe,
  component: Component,
  context: Context & { readonly pairings: Pairings },
): Change {
  const contact = link.civicrm?.profile;
  const { pairings } = context;
  if (contact === undefined) return decision;
  const there = component.memberAt(subscribe.address);
  const joining = { contact, member: knownMember(there), base: baseFor(link, there) };
  const parts = [
    joinInterests(joining, pairings, context),
    joinFields(joining, pairings),
    joinTags(joining, pairings),
  ];
  const write = parts.map((part) => part.write).reduce(merge);
  const pending = parts.map((part) => part.pending).reduce(merge);
  const notes = parts.flatMap((part) => part.notes);
  const warnings: readonly Warning[] = [
    ...(decision.warnings ?? []),
    ...(notes.length > 0 ? (['value-refused'] as const) : []),
  ];
  return {
    ...decision,
    writes: [isBlank(write) ? subscribe : { ...subscribe, profile: write }],
    pending: { mailchimp: pending, civicrm: NOTHING_AGREED },
    ...(warnings.length > 0 && { warnings }),
    ...(notes.length > 0 && { notes }),
  };
}

function knownMember(member: MailchimpFacts | undefined): Joining['member'] {
  return member !== undefined && isThere(member) && member.profile !== undefined
    ? { profile: member.profile, optedInAt: member.optedInAt }
    : null;
}

/** What was agreed with another member says nothing of this one. */
function baseFor({ mailchimp, profileBase }: Link, there: MailchimpFacts | undefined): ProfileBase {
  const isSame = mailchimp !== null && there !== undefined && memberKey(mailchimp) === memberKey(there);
  return isSame ? (profileBase ?? NOTHING_AGREED) : NOTHING_AGREED;
}

const merge = <Profile extends ProfileBase | ProfileWrite>(one: Profile, other: Profile): Profile => ({
  ...one,
  interests: { ...one.interests, ...other.interests },
  fields: { ...one.fields, ...other.fields },
  tags: { ...one.tags, ...other.tags },
});

function joinInterests(
  { contact, member, base }: Joining,
  { interests }: Pairings,
  { tolerance }: Context,
): Joined {
  const write: Record<string, boolean> = {};
  const pending: Record<string, boolean> = {};
  for (const { interestId, groupId, fault, phase } of interests) {
    const row = contact.groups[groupId];
    if (row === undefined || fault !== null || phase === 'newly-paired') continue;
    if (member === null) {
      pending[interestId] = row === 'Added';
      if (row === 'Added') write[interestId] = true;
      continue;
    }
    const mailchimp = member.profile.interests[interestId];
    if (mailchimp === undefined) continue;
    const facts = {
      base: base.interests[interestId],
      mailchimp,
      row,
      history: undefined,
      optedInAt: member.optedInAt,
    };
    const outcome = mergeInterest(facts, tolerance);
    if (outcome.kind === 'at-mailchimp') write[interestId] = outcome.value;
    if (outcome.kind === 'at-mailchimp' || outcome.kind === 'agreed') pending[interestId] = outcome.value;
  }
  return {
    write: { interests: write, fields: {}, tags: {} },
    pending: { ...NOTHING_AGREED, interests: pending },
    notes: [],
  };
}

function joinFields({ contact, member, base }: Joining, { mappings, mergeFields }: Pairings): Joined {
  const write: Record<string, ProfileWrite['fields'][string]> = {};
  const pending: Record<string, ProfileBase['fields'][string]> = {};
  const notes: FieldNote[] = [];
  for (const mapping of mappings.filter(carriesToMailchimp)) {
    const { mergeTag: tag, fieldPath } = mapping;
    const field = mergeFields.find((one) => one.tag === tag);
    const civicrm = contact.fields[fieldPath];
    const mailchimp = member === null ? '' : member.profile.fields[tag];
    if (field === undefined || civicrm === undefined || mailchimp === undefined) continue;
    const oneWay = { ...mapping, direction: 'civicrm-to-mailchimp' } as const;
    const outcome = mergeField(oneWay, field, { base: base.fields[tag], mailchimp, civicrm });
    if (outcome.kind === 'refused') notes.push({ mergeTag: tag, why: outcome.why });
    if (outcome.kind === 'agreed') pending[tag] = [mailchimp, civicrm];
    if (outcome.kind !== 'to-mailchimp') continue;
    write[tag] = outcome.value;
    pending[tag] = [outcome.value, civicrm];
  }
  return {
    write: { interests: {}, fields: write, tags: {} },
    pending: { ...NOTHING_AGREED, fields: pending },
    notes,
  };
}

const carriesToMailchimp = ({ direction }: Mapping): boolean => direction !== 'mailchimp-to-civicrm';

const NOBODY_TAGGED = { names: [], shown: 'all' } as const;

function joinTags({ contact, member, base }: Joining, { tags, extraTags }: Pairings): Joined {
  const write: Record<string, boolean> = {};
  const pending: Record<string, boolean> = {};
  const shown = member === null ? NOBODY_TAGGED : member.profile.tags;
  if (shown !== null) {
    for (const name of [...tags, ...extraTags]) {
      const wanted = contact.tags[name];
      if (wanted === undefined) continue;
      const change = mergeTag(name, wanted, shown, base.tags[name]);
      if (change !== null) write[name] = change;
      pending[name] = wanted;
    }
  }
  return {
    write: { interests: {}, fields: {}, tags: write },
    pending: { ...NOTHING_AGREED, tags: pending },
    notes: [],
  };
}
