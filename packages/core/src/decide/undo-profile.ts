import type { Write } from '../domain/decision.ts';
import type { Link } from '../domain/facts.ts';
import type { Pairings } from '../domain/pairings.ts';
import type { Category } from '../domain/plan.ts';
import type { PlannedFacts } from '../domain/planned-facts.ts';
import {
  type CivicrmValue,
  isBlank,
  type MailchimpValue,
  type PendingAgreement,
  type ProfileBase,
  type ProfileWrite,
  sameJson,
} from '../domain/profile.ts';
import type { StaysBecause } from '../domain/stays-because.ts';
import { isEmptyAtMailchimp, isEmptyInCivicrm } from './convert.ts';

/** What a run wrote of interests, fields and tags, and both sides as they stand now. */
export interface CarriedOutProfile {
  readonly writes: readonly Write[];
  /** What was agreed when the writes were confirmed. */
  readonly pending: PendingAgreement | null;
  /** Both sides as they were before; left out: nobody kept it. */
  readonly before: PlannedFacts['profile'];
  /** The link that was written to, with the history of the interest groups. */
  readonly link: Link;
  readonly pairings: Pairings;
}

/** The opposite of these writes, and what both sides may keep from then on though it differs. */
export interface ProfilePutBack {
  readonly writes: readonly Write[];
  readonly categories: readonly Category[];
  readonly pending: PendingAgreement;
  /** One for each value that stays. */
  readonly stays: readonly StaysBecause[];
}

/**
 * The opposite of what a run wrote of interests, fields and tags, value by value, where nobody has changed since what it made. The side that the value came from keeps it:
 * of fields the base has a half for each side, interests and tags are left apart. So the next sync finds nothing to do, and what somebody changes later goes by the rules again.
 */
export function putBackProfile(carried: CarriedOutProfile): ProfilePutBack {
  const sheet = emptySheet();
  for (const write of carried.writes) {
    switch (write.kind) {
      case 'update-member':
        putBackMember(write.profile, carried, sheet);
        break;
      case 'create-contact':
        note(
          sheet,
          (write.groups ?? []).map((groupId) =>
            putBackGroup({ kind: 'add-to-interest-group', groupId }, carried, sheet),
          ),
        );
        break;
      case 'add-to-interest-group':
      case 'remove-from-interest-group':
        note(sheet, [putBackGroup(write, carried, sheet)]);
        break;
      case 'write-fields':
        note(
          sheet,
          Object.keys(write.values).map((path) => putBackValue(path, carried, sheet)),
        );
        break;
      default:
        break; // the subscription is `putBack`'s
    }
  }
  return { ...sheet, writes: writesOf(sheet, carried.link), categories: [...sheet.categories] };
}

interface Half {
  readonly interests: Record<string, boolean>;
  readonly fields: Record<string, ProfileBase['fields'][string]>;
  readonly tags: Record<string, boolean>;
  readonly apart: { readonly interests: Record<string, boolean>; readonly tags: Record<string, boolean> };
}

/** What is found out, value by value. */
interface Sheet {
  readonly interests: Record<string, boolean>;
  readonly fields: Record<string, MailchimpValue>;
  readonly tags: Record<string, boolean>;
  readonly groups: Write[];
  readonly values: Record<string, CivicrmValue>;
  readonly pending: { readonly mailchimp: Half; readonly civicrm: Half };
  readonly categories: Set<Category>;
  readonly stays: StaysBecause[];
}

const emptyHalf = (): Half => ({ interests: {}, fields: {}, tags: {}, apart: { interests: {}, tags: {} } });

const emptySheet = (): Sheet => ({
  interests: {},
  fields: {},
  tags: {},
  groups: [],
  values: {},
  pending: { mailchimp: emptyHalf(), civicrm: emptyHalf() },
  categories: new Set(),
  stays: [],
});

/** CiviCRM's first, as the rules have them. */
function writesOf({ interests, fields, tags, groups, values }: Sheet, link: Link): readonly Write[] {
  const { mailchimp, civicrm } = link;
  const profile = { interests, fields, tags };
  const target = mailchimp?.contactId ?? null;
  return [
    ...groups,
    ...(civicrm === null || Object.keys(values).length === 0
      ? []
      : [{ kind: 'write-fields' as const, contactId: civicrm.contactId, values }]),
    ...(target === null || isBlank(profile) ? [] : [{ kind: 'update-member' as const, target, profile }]),
  ];
}

/** Nothing is written to who is out, as in any sync (rules section 4). */
function putBackMember(written: ProfileWrite, carried: CarriedOutProfile, sheet: Sheet): void {
  const { mailchimp: member } = carried.link;
  if (member?.contactId == null || member.status !== 'subscribed') {
    const values = [written.interests, written.fields, written.tags].flatMap((part) => Object.keys(part));
    sheet.stays.push(...values.map(() => 'not-in' as const));
    return;
  }
  note(sheet, [
    ...Object.entries(written.interests).map(([id, value]) => putBackInterest(id, value, carried, sheet)),
    ...Object.keys(written.fields).map((tag) => putBackField(tag, carried, sheet)),
    ...Object.entries(written.tags).map(([name, value]) => putBackTag(name, value, carried, sheet)),
  ]);
}

function note(sheet: Sheet, stays: readonly (StaysBecause | null)[]): void {
  sheet.stays.push(...stays.filter((why) => why !== null));
}

/** Gives why it stays; null: it stands on the sheet. So do those below. */
function putBackInterest(
  id: string,
  value: boolean,
  carried: CarriedOutProfile,
  sheet: Sheet,
): StaysBecause | null {
  const { link, before, pairings } = carried;
  const pair = pairings.interests.find(({ interestId, fault }) => interestId === id && fault === null);
  const now = link.mailchimp?.profile?.interests[id];
  const was = before?.mailchimp?.interests[id];
  if (pair === undefined || now === undefined) return 'not-paired';
  if (was === undefined) return 'unknown-before';
  if (now !== value || was === value) return 'changed-since';
  sheet.interests[id] = was;
  sheet.categories.add(was ? 'interests-on' : 'interests-off');
  const row = link.civicrm?.profile?.groups[pair.groupId];
  leaveApart(sheet.pending.mailchimp, id, { mailchimp: was, civicrm: row === 'Added' });
  return null;
}

/** Whoever agrees again is agreed; otherwise both stay as they are until one of them changes. */
function leaveApart(
  half: Half,
  id: string,
  { mailchimp, civicrm }: { readonly mailchimp: boolean; readonly civicrm: boolean },
): void {
  if (mailchimp === civicrm) half.interests[id] = mailchimp;
  else half.apart.interests[id] = mailchimp;
}

type GroupWrite = Pick<
  Extract<Write, { kind: 'add-to-interest-group' | 'remove-from-interest-group' }>,
  'kind' | 'groupId'
>;

/** As with the subscription group: the newest row of the history is ours, so nobody has touched it since. */
function putBackGroup(
  { kind, groupId }: GroupWrite,
  carried: CarriedOutProfile,
  sheet: Sheet,
): StaysBecause | null {
  const { link, pairings } = carried;
  const { civicrm: contact, mailchimp: member } = link;
  const pair = pairings.interests.find((one) => one.groupId === groupId && one.fault === null);
  const row = contact?.profile?.groups[groupId];
  if (pair === undefined) return 'not-paired';
  const wasAdded = kind === 'add-to-interest-group';
  const isOurs = contact?.interestHistory?.[groupId]?.at(-1)?.byUs === true;
  if (contact?.state !== 'live' || row !== (wasAdded ? 'Added' : 'Removed') || !isOurs)
    return 'changed-since';
  const opposite = wasAdded ? 'remove-from-interest-group' : 'add-to-interest-group';
  sheet.groups.push({ kind: opposite, contactId: contact.contactId, groupId });
  sheet.categories.add(wasAdded ? 'interests-off' : 'interests-on');
  const mailchimp = member?.profile?.interests[pair.interestId] ?? wasAdded;
  leaveApart(sheet.pending.civicrm, pair.interestId, { mailchimp, civicrm: !wasAdded });
  return null;
}

/** What Mailchimp made of the value stands in the base, whatever form it has put it into. */
function putBackField(tag: string, carried: CarriedOutProfile, sheet: Sheet): StaysBecause | null {
  const { link, before, pending, pairings } = carried;
  const now = link.mailchimp?.profile?.fields[tag];
  const was = before?.mailchimp?.fields[tag];
  const base = link.profileBase?.fields[tag];
  const agreed = pending?.mailchimp.fields[tag];
  if (!pairings.mappings.some(({ mergeTag }) => mergeTag === tag) || now === undefined) return 'not-paired';
  if (was === undefined) return 'unknown-before';
  const isAsWeLeftIt =
    base !== undefined && agreed !== undefined && sameJson(base[0], now) && sameJson(base[1], agreed[1]);
  if (!isAsWeLeftIt || sameJson(now, was)) return 'changed-since';
  sheet.fields[tag] = was;
  sheet.pending.mailchimp.fields[tag] = [was, base[1]];
  sheet.categories.add(isEmptyAtMailchimp(now) ? 'filled' : 'overwritten');
  return null;
}

function putBackTag(
  name: string,
  value: boolean,
  carried: CarriedOutProfile,
  sheet: Sheet,
): StaysBecause | null {
  const { link, pairings } = carried;
  const shown = link.mailchimp?.profile?.tags ?? null;
  const isPaired = [...pairings.tags, ...pairings.extraTags].includes(name);
  if (!isPaired || shown === null) return 'not-paired';
  // Of somebody with more tags than Mailchimp shows, one that is not shown is as we left it.
  const isHidden = shown.shown === 'some' && link.profileBase?.tags[name] === true;
  const isOn = shown.names.includes(name.toLowerCase()) || isHidden;
  if (isOn !== value) return 'changed-since';
  sheet.tags[name] = !value;
  sheet.categories.add('filled');
  sheet.pending.mailchimp.tags[name] = !value;
  if (link.civicrm?.profile?.tags[name] === value) sheet.pending.mailchimp.apart.tags[name] = !value;
  return null;
}

/** Several merge fields may have been filled from one. */
function putBackValue(path: string, carried: CarriedOutProfile, sheet: Sheet): StaysBecause | null {
  const { link, before, pending, pairings } = carried;
  const { civicrm: contact } = link;
  const filled = pairings.mappings.flatMap(({ fieldPath, mergeTag }) => {
    const agreed = pending?.civicrm.fields[mergeTag];
    return fieldPath === path && agreed !== undefined ? [{ mergeTag, agreed }] : [];
  });
  const now = contact?.profile?.fields[path];
  const was = before?.civicrm?.fields[path];
  if (contact?.state !== 'live') return 'changed-since';
  if (filled.length === 0 || now === undefined) return 'not-paired';
  if (was === undefined) return 'unknown-before';
  if (sameJson(now, was) || !filled.every((field) => isAsWeWroteIt(field, now, link))) return 'changed-since';
  sheet.values[path] = was;
  sheet.categories.add(isEmptyInCivicrm(now) ? 'filled' : 'overwritten');
  for (const { mergeTag, agreed } of filled) sheet.pending.civicrm.fields[mergeTag] = [agreed[0], was];
  return null;
}

/** A merge field that was filled from CiviCRM, and the pair that was agreed by it. */
interface Filled {
  readonly mergeTag: string;
  readonly agreed: ProfileBase['fields'][string];
}

/** What CiviCRM made of the value stands in the base. */
function isAsWeWroteIt({ mergeTag, agreed }: Filled, now: CivicrmValue, { profileBase }: Link): boolean {
  const base = profileBase?.fields[mergeTag];
  return base !== undefined && sameJson(base[1], now) && sameJson(base[0], agreed[0]);
}
