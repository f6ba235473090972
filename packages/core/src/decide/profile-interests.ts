import type { InterestPair } from '../domain/pairings.ts';
import type { Category } from '../domain/plan.ts';
import type { Tolerance } from './clock.ts';
import { memberKey } from './component.ts';
import { type InterestOutcome, mergeInterest } from './interests.ts';
import { type Part, writeToMailchimp } from './profile-sheet.ts';

/** The parts of one component, as interests and fields look at them. */
export interface Scene {
  readonly parts: readonly Part[];
  /** The part of each contact's in-member at the best address: what is read of the contact's members is read there. */
  readonly sources: readonly Part[];
  /** Whose contact's values a member gets; also who carries what is written to it. */
  leadOf(part: Part): Part;
  readonly tolerance: Tolerance;
}

interface Judged<Reached extends InterestOutcome = InterestOutcome> {
  readonly part: Part;
  readonly outcome: Reached;
}
type ReadOutcome = Exclude<InterestOutcome, { readonly kind: 'unread' }>;

/** Rules section 4 for one pair. Gives false where history has to be read first. */
export function decideInterest(pair: InterestPair, scene: Scene): boolean {
  const judged = weigh(
    scene.sources.flatMap((part) => judge(pair, part, scene)),
    pair,
  );
  if (!judged.every(isRead)) return false;
  for (const { part, outcome } of judged) {
    note(pair, part, outcome, scene);
    if ('value' in outcome) spread(pair, part, outcome.value, scene);
  }
  return true;
}

const isRead = (judged: Judged): judged is Judged<ReadOutcome> => judged.outcome.kind !== 'unread';

/** Nothing follows from what was missing in an answer (E16, E20). */
function judge(pair: InterestPair, part: Part, { parts, tolerance }: Scene): readonly Judged[] {
  const { member, contact, link } = part;
  const mailchimp = member.profile.interests[pair.interestId];
  const row = contact.profile.groups[pair.groupId];
  if (mailchimp === undefined || row === undefined) return [];
  const base = link.profileBase?.interests[pair.interestId];
  const apart = link.profileBase?.apart?.interests[pair.interestId];
  const history = contact.interestHistory?.[pair.groupId];
  const facts = { base, apart, mailchimp, row, history, optedInAt: member.optedInAt };
  const outcome = mergeInterest(facts, tolerance);
  // 1.1: while the member's interest is on, it is on for all contacts of that member if it is for one.
  const isOnForAnother = isOnForAny(
    parts.filter((other) => isSameMember(part, other)),
    pair,
  );
  const isApart = outcome.kind === 'kept' && outcome.why === 'apart';
  return mailchimp && isOnForAnother && !isApart
    ? [{ part, outcome: { kind: 'agreed', value: true } }]
    : [{ part, outcome }];
}

const isSameMember = (one: Part, other: Part): boolean => memberKey(one.member) === memberKey(other.member);

const isOnForAny = (parts: readonly Part[], { groupId }: InterestPair): boolean =>
  parts.some(({ contact }) => contact.profile.groups[groupId] === 'Added');

/** 1.1: where contacts of one member want opposite things, a base speaks before none, and a base that is on before one that is off; between equals nothing is written. */
function weigh(judged: readonly Judged[], { interestId }: InterestPair): readonly Judged[] {
  const rankOf = ({ part }: Judged): number => {
    const base = part.link.profileBase?.interests[interestId];
    return base === undefined ? 2 : base ? 0 : 1;
  };
  return judged.map((one) => {
    const { outcome } = one;
    if (!isWritten(outcome)) return one;
    const isOverruled = judged.some(
      (other) =>
        isSameMember(one.part, other.part) &&
        isWritten(other.outcome) &&
        other.outcome.value !== outcome.value &&
        rankOf(other) <= rankOf(one),
    );
    return isOverruled ? { part: one.part, outcome: { kind: 'kept', why: 'yields' } } : one;
  });
}

const isWritten = (
  outcome: InterestOutcome,
): outcome is Extract<InterestOutcome, { kind: 'at-mailchimp' | 'in-civicrm' }> =>
  outcome.kind === 'at-mailchimp' || outcome.kind === 'in-civicrm';

/** Puts on the sheets what becomes of the interest for one contact. */
function note(pair: InterestPair, part: Part, outcome: ReadOutcome, scene: Scene): void {
  const { sheet, contact } = part;
  switch (outcome.kind) {
    case 'agreed':
      sheet.agree.interests[pair.interestId] = outcome.value;
      return;
    case 'at-mailchimp':
      setAtMailchimp(pair, part, outcome.value, scene);
      return;
    case 'in-civicrm': {
      const kind = outcome.value ? 'add-to-interest-group' : 'remove-from-interest-group';
      sheet.groups.push({ kind, contactId: contact.contactId, groupId: pair.groupId });
      sheet.pendingInCivicrm.interests[pair.interestId] = outcome.value;
      sheet.categories.add(categoryOf(pair, outcome.value));
      return;
    }
    case 'kept':
      if (outcome.why !== 'yields') sheet.warnings.add(KEPT_WARNINGS[outcome.why]);
      return;
  }
}

const KEPT_WARNINGS = {
  unconfirmed: 'interest-unconfirmed',
  undated: 'interest-undated',
  apart: 'put-back',
} as const;

/** The base of the link that carries the write moves with it; the others are looked at when Mailchimp has answered. */
function setAtMailchimp(pair: InterestPair, part: Part, value: boolean, { leadOf }: Scene): void {
  const lead = leadOf(part);
  writeToMailchimp(lead, () => {
    lead.sheet.interests[pair.interestId] = value;
    lead.sheet.categories.add(categoryOf(pair, value));
    if (lead === part) lead.sheet.pendingAtMailchimp.interests[pair.interestId] = value;
  });
}

/** Written to all of the contact's in-members; but what is on for another contact of a member stays on (1.1). */
function spread(pair: InterestPair, source: Part, value: boolean, scene: Scene): void {
  const isOthers = ({ contact }: Part) => contact.contactId !== source.contact.contactId;
  for (const part of scene.parts) {
    if (part === source || isOthers(part)) continue;
    const others = scene.parts.filter((other) => isSameMember(part, other) && isOthers(other));
    if (!value && isOnForAny(others, pair)) continue;
    const now = part.member.profile.interests[pair.interestId];
    if (now === undefined || scene.leadOf(part) !== part) continue;
    if (now === value) part.sheet.agree.interests[pair.interestId] = value;
    else setAtMailchimp(pair, part, value, scene);
  }
}

function categoryOf({ phase }: InterestPair, value: boolean): Category {
  if (phase === 'newly-paired') return 'interest-paired';
  return value ? 'interests-on' : 'interests-off';
}
