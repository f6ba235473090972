import type { InterestPair } from '../domain/pairings.ts';
import type { Category } from '../domain/plan.ts';
import type { Tolerance } from './clock.ts';
import { memberKey } from './component.ts';
import { type InterestOutcome, mergeInterest } from './interests.ts';
import type { Part } from './profile-sheet.ts';

/** The parts of one component, as interests and fields look at them. */
export interface Scene {
  readonly parts: readonly Part[];
  /** The part of each contact's in-member at the best address: what is read of the contact's members is read there. */
  readonly sources: readonly Part[];
  /** The one of the part's contact. */
  sourceOf(part: Part): Part;
  /** Whose contact's values a member gets; also who carries what is written to it. */
  leadOf(part: Part): Part;
  readonly tolerance: Tolerance;
}

interface Judged<Reached extends InterestOutcome = InterestOutcome> {
  readonly part: Part;
  readonly outcome: Reached;
}
type ReadOutcome = Exclude<InterestOutcome, { readonly kind: 'unread' }>;

/**
 * Rules section 4 for one pair. What one contact wants of a member is news for others who share it, and what becomes of theirs for the members they have: so all are looked at
 * again, with what is on the sheets, until nothing is added; in one decision, not in one run after the other (I1). Gives false where history has to be read first.
 */
export function decideInterest(pair: InterestPair, scene: Scene): boolean {
  const { parts, sources } = scene;
  for (let isNews = true; isNews; ) {
    const judged = weigh(
      sources.flatMap((part) => judge(pair, part, scene)),
      pair,
    );
    if (!judged.every(isRead)) return false;
    const news = onFirst(judged).map(({ part, outcome }) => take(pair, part, outcome, scene));
    isNews = news.some(Boolean) && parts.length > 1;
  }
  for (const part of parts) finish(pair, part);
  for (const part of parts) agree(pair, part, scene);
  return true;
}

/** What is on for one contact of a member is not switched off for another one's sake (1.1), so it is heard first. */
const onFirst = (judged: readonly Judged<ReadOutcome>[]): readonly Judged<ReadOutcome>[] =>
  judged.length < 2
    ? judged
    : [...judged.filter(({ outcome }) => isOn(outcome)), ...judged.filter(({ outcome }) => !isOn(outcome))];
const isOn = (outcome: ReadOutcome): boolean => 'value' in outcome && outcome.value;

const isRead = (judged: Judged): judged is Judged<ReadOutcome> => judged.outcome.kind !== 'unread';

/** As it will be. */
const plannedValue = ({ interestId }: InterestPair, part: Part, { leadOf }: Scene): boolean | undefined =>
  leadOf(part).sheet.interests[interestId] ?? part.member.profile.interests[interestId];
const plannedRow = (
  { interestId, groupId }: InterestPair,
  part: Part,
  { sourceOf }: Scene,
): string | undefined => sourceOf(part).sheet.rows[interestId] ?? part.contact.profile.groups[groupId];
const plannedBase = ({ interestId }: InterestPair, { sheet, link }: Part): boolean | undefined =>
  sheet.bases[interestId] ?? link.profileBase?.interests[interestId];

/** Nothing follows from what was missing in an answer (E16, E20). */
function judge(pair: InterestPair, part: Part, scene: Scene): readonly Judged[] {
  const { member, contact, link } = part;
  const mailchimp = plannedValue(pair, part, scene);
  const row = plannedRow(pair, part, scene);
  if (mailchimp === undefined || row === undefined) return [];
  const base = plannedBase(pair, part);
  const apart = link.profileBase?.apart?.interests[pair.interestId];
  const history = contact.interestHistory?.[pair.groupId];
  const facts = { base, apart, mailchimp, row, history, optedInAt: member.optedInAt };
  const outcome = mergeInterest(facts, scene.tolerance);
  // 1.1: while the member's interest is on, it is on for all contacts of that member if it is for one.
  const isApart = outcome.kind === 'kept' && outcome.why === 'apart';
  const sharers = scene.parts.filter((other) => isSameMember(part, other));
  return mailchimp && isOnForAny(pair, sharers, scene) && !isApart
    ? [{ part, outcome: { kind: 'agreed', value: true } }]
    : [{ part, outcome }];
}

const isSameMember = (one: Part, other: Part): boolean => memberKey(one.member) === memberKey(other.member);

const isOnForAny = (pair: InterestPair, parts: readonly Part[], scene: Scene): boolean =>
  parts.some((part) => plannedRow(pair, part, scene) === 'Added');

/** 1.1: where contacts of one member want opposite things, a base speaks before none, and a base that is on before one that is off; between equals nothing is written. */
function weigh(judged: readonly Judged[], pair: InterestPair): readonly Judged[] {
  const rankOf = ({ part }: Judged): number => {
    const base = plannedBase(pair, part);
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

/** Puts on the sheets what becomes of the interest for one contact. Gives whether anything is written that was not before. */
function take(pair: InterestPair, part: Part, outcome: ReadOutcome, scene: Scene): boolean {
  if (outcome.kind === 'kept') {
    if (outcome.why !== 'yields') part.sheet.warnings.add(KEPT_WARNINGS[outcome.why]);
    return false;
  }
  const isWritten = outcome.kind === 'agreed' ? false : write(pair, part, outcome, scene);
  part.sheet.bases[pair.interestId] = outcome.value;
  return spread(pair, part, outcome.value, scene) || isWritten;
}

function write(
  pair: InterestPair,
  part: Part,
  { kind, value }: Extract<ReadOutcome, { kind: 'at-mailchimp' | 'in-civicrm' }>,
  scene: Scene,
): boolean {
  if (kind === 'at-mailchimp') return setAtMailchimp(pair, part, value, scene);
  const { rows } = part.sheet;
  const isFirst = rows[pair.interestId] === undefined;
  rows[pair.interestId] ??= value ? 'Added' : 'Removed'; // once in a decision
  return isFirst;
}

const KEPT_WARNINGS = {
  unconfirmed: 'interest-unconfirmed',
  undated: 'interest-undated',
  apart: 'put-back',
} as const;

/** On stays on, whatever others of the member want (1.1): so the looking again comes to an end. */
function setAtMailchimp(pair: InterestPair, part: Part, value: boolean, { leadOf }: Scene): boolean {
  const { sheet } = leadOf(part);
  const planned = sheet.interests[pair.interestId];
  if (planned === value || planned === true) return false;
  sheet.interests[pair.interestId] = value;
  return true;
}

/** Written to all of the contact's in-members; but what is on for another contact of a member stays on (1.1). */
function spread(pair: InterestPair, source: Part, value: boolean, scene: Scene): boolean {
  const isOthers = ({ contact }: Part) => contact.contactId !== source.contact.contactId;
  let isWritten = false;
  for (const part of scene.parts) {
    if (part === source || isOthers(part)) continue;
    const others = scene.parts.filter((other) => isSameMember(part, other) && isOthers(other));
    if (!value && isOnForAny(pair, others, scene)) continue;
    const now = plannedValue(pair, part, scene);
    if (now === undefined || scene.leadOf(part) !== part) continue;
    part.sheet.bases[pair.interestId] = value;
    if (now !== value && setAtMailchimp(pair, part, value, scene)) isWritten = true;
  }
  return isWritten;
}

const GROUP_WRITES = { Added: 'add-to-interest-group', Removed: 'remove-from-interest-group' } as const;

/** What is as it should be need not be written. */
function finish(pair: InterestPair, { sheet, member, contact }: Part): void {
  const { interestId, groupId } = pair;
  const row = sheet.rows[interestId];
  if (row !== undefined) {
    sheet.groups.push({ kind: GROUP_WRITES[row], contactId: contact.contactId, groupId });
    sheet.categories.add(categoryOf(pair, row === 'Added'));
  }
  const value = sheet.interests[interestId];
  if (value === undefined) return;
  if (value === member.profile.interests[interestId]) delete sheet.interests[interestId];
  else sheet.categories.add(categoryOf(pair, value));
}

/**
 * The base moves at once where nothing is written, for nobody who shares the member or the contact either. Otherwise that of the link which carries the write moves with it, and the others are looked at
 * when it was made.
 */
function agree({ interestId }: InterestPair, part: Part, { parts, leadOf }: Scene): void {
  const { sheet } = part;
  const value = sheet.bases[interestId];
  if (value === undefined) return;
  const lead = leadOf(part);
  const written = lead.sheet.interests[interestId];
  const isSharer = (other: Part) =>
    isSameMember(part, other) || part.contact.contactId === other.contact.contactId;
  if (sheet.rows[interestId] !== undefined) sheet.pendingInCivicrm.interests[interestId] = value;
  else if (written !== undefined) {
    if (lead === part && written === value) sheet.pendingAtMailchimp.interests[interestId] = value;
  } else if (!parts.some((other) => isSharer(other) && other.sheet.rows[interestId] !== undefined))
    sheet.agree.interests[interestId] = value;
}

function categoryOf({ phase }: InterestPair, value: boolean): Category {
  if (phase === 'newly-paired') return 'interest-paired';
  return value ? 'interests-on' : 'interests-off';
}
