import type { RuleId } from '../domain/decision.ts';
import type { CivicrmFacts, GroupStatus, HistoryRow, Link, MailchimpFacts } from '../domain/facts.ts';
import type { Instant } from '../domain/instant.ts';
import type { Pairings } from '../domain/pairings.ts';
import type { Policies } from '../domain/policies.ts';
import type { Tolerance } from './clock.ts';
import type { Component } from './component.ts';
import {
  actBehind,
  dateGroupStatus,
  findReAdding,
  listRemovalsByOthers,
  removalMethodOf,
  rowsAfter,
} from './group-history.ts';
import type { Outcome } from './outcome.ts';
import { type Cell, memberCell, ruleFor, type TableRule } from './state-table.ts';

/** What the rules need besides the facts. */
export interface Context {
  readonly policies: Policies;
  readonly tolerance: Tolerance;
  readonly now: Instant;
  /** Whether all live, Added holders of the component's addresses are among its links: section 3 has been run again before a removal. */
  readonly areOwnersRead: boolean;
  /** Interests, fields and tags that the connection pairs. Left out: none. */
  readonly pairings?: Pairings;
}

/** Rules section 2 for one link of a component: R5 first, then links (1.1), then the table. Pure; says what, not yet how. */
export function decideSubscription(link: Link, component: Component, context: Context): Outcome {
  if (component.links.some(({ isSubmitted }) => isSubmitted))
    return { kind: 'wait', rule: 'R5', why: 'submitted' };
  const cell = cellOf(link);
  if (cell.member !== 'unknown' && isInThroughLinks(link, component))
    return { kind: 'agreed', rule: 'R1', side: 'in' };
  const outcome = OUTCOMES[ruleFor(cell)]({ link, component, context });
  return warnOfUnknownGroup(link, isMovedBlindly(outcome, link, component) ? UNKNOWN_MEMBER : outcome);
}

const UNKNOWN_MEMBER: Outcome = { kind: 'refuse', rule: '1', reason: 'unknown-status' };

/** Somebody of whose members one has a status that we do not know may be in through that one: an unknown status is never `out` (rules section 1). */
function isMovedBlindly(outcome: Outcome, { civicrm }: Link, component: Component): boolean {
  const moves = outcome.kind === 'leave-group' || outcome.kind === 'subscribe';
  return moves && civicrm !== null && component.membersOf(civicrm).some(({ status }) => status === 'unknown');
}

/** Unknown texts count as out, are nobody's act, and are told (rules section 1). */
function warnOfUnknownGroup({ civicrm }: Link, outcome: Outcome): Outcome {
  if (civicrm?.group !== 'unknown') return outcome;
  return { ...outcome, warnings: [...(outcome.warnings ?? []), 'unknown-group-status'] };
}

function cellOf(link: Link): Cell {
  const base = link.base?.side ?? 'none';
  const member = cellOfMember(link, base === 'in');
  const { civicrm } = link;
  if (civicrm === null) return { contact: 'unmatched', member, base };
  if (civicrm.state !== 'live') return { contact: civicrm.state, member, base };
  return { contact: 'live', member, group: civicrm.group, base };
}

function cellOfMember({ mailchimp }: Link, isBaseIn: boolean): Cell['member'] {
  if (mailchimp === null) return 'absent';
  return memberCell(mailchimp.status, mailchimp.everSubscribed || isBaseIn);
}

/**
 * 1.1: while the contact is Added, M is in if any member of that contact is; while the member is in, C is in if any contact of that member is Added. Both come
 * to the same: this link is agreed in.
 */
function isInThroughLinks({ mailchimp, civicrm }: Link, component: Component): boolean {
  const isReached = civicrm !== null && isAdded(civicrm) && component.membersOf(civicrm).some(isIn);
  return (
    isReached || (mailchimp !== null && isIn(mailchimp) && component.contactsOf(mailchimp).some(isAdded))
  );
}

const isIn = (member: MailchimpFacts): boolean => member.status === 'subscribed';
const isAdded = (contact: CivicrmFacts): boolean => contact.state === 'live' && contact.group === 'Added';

interface Case {
  readonly link: Link;
  readonly component: Component;
  readonly context: Context;
}

/** What each line of the table leads to. A rule without a line does not compile. */
const OUTCOMES: Readonly<Record<TableRule, (given: Case) => Outcome>> = {
  R1: () => ({ kind: 'agreed', rule: 'R1', side: 'in' }),
  R2: () => ({ kind: 'agreed', rule: 'R2', side: 'out' }),
  R3a: (given) => civicrmLeft(given, 'R3a'),
  R3b: mailchimpJoined,
  R3c: (given) =>
    withHistory(given, 'R3c', (history, group) =>
      isLateWrite(given.link)
        ? removeMember(given, { rule: 'R3c', as: 'E28' }, history, group)
        : { kind: 'join-group', rule: 'R3c' },
    ),
  R3d: mailchimpInWithoutBase,
  R3e: () => ({ kind: 'wait', rule: 'R3e', why: 'unconfirmed', warnings: ['unconfirmed'] }),
  R4a: mailchimpLeft,
  R4b: civicrmJoined,
  R4c: (given) => withHistory(given, 'R4c', () => ({ kind: 'subscribe', rule: 'R4c' })),
  R4d: civicrmInWithoutBase,
  R4e: () => ({ kind: 'leave-group', rule: 'R4e' }),
  R4f: (given) =>
    withHistory(given, 'R4f', (history) =>
      isOwnAdding(given.link, history)
        ? { kind: 'leave-group', rule: 'R4f', as: 'R4e' }
        : { kind: 'subscribe', rule: 'R4f', as: 'R4c' },
    ),
  R4g: staleMember,
  R6a: () => ({ kind: 'wait', rule: 'R6a', why: 'asked' }),
  R6b: pendingAndLeft,
  R6c: withdrawOwnAsk,
  E11: (given) => contactIsLost(given, 'E11'),
  E12: (given) => contactIsLost(given, 'E12'),
  E12b: joinedAfresh,
  E13: () => ({ kind: 'wait', rule: 'E13', why: 'relink' }),
  '1': () => ({ kind: 'refuse', rule: '1', reason: 'unknown-status' }),
  '3': inTrash,
  unlisted: () => ({ kind: 'wait', rule: 'unlisted', why: 'unlisted', warnings: ['unlisted-cell'] }),
};

/** R3a: remove at Mailchimp, unless they opted in again after the removal (2.1) or another holder of the address is Added (section 3). */
function civicrmLeft(given: Case, rule: 'R3a' | 'R3b'): Outcome {
  const { link, context } = given;
  return withHistory(given, rule, (history, group) => {
    if (rule === 'R3a' && context.policies.leavingAlwaysWins === 'off') {
      const optIn = compareOptIn(link, group, history, context);
      if (optIn === 'later') return { kind: 'join-group', rule, as: 'R3b' };
      if (optIn === 'undated') return { kind: 'refuse', rule, reason: 'undated' };
    }
    return removeMember(given, rule === 'R3a' ? { rule } : { rule, as: 'R3a' }, history, group);
  });
}

/** 2.1, second line: `M.opt` differs from the base's and is later than the removal. */
function compareOptIn(
  { mailchimp, base }: Link,
  group: GroupStatus,
  history: readonly HistoryRow[],
  { tolerance }: Context,
): 'later' | 'not-later' | 'undated' {
  const optedInAt = mailchimp?.optedInAt ?? null;
  if (optedInAt === null || optedInAt === base?.optedInAt) return 'not-later';
  const removedAt = dateGroupStatus(group, history);
  if (removedAt === null) return 'undated';
  return optedInAt > removedAt + tolerance(removedAt) ? 'later' : 'not-later';
}

/** R3b: add to the group, unless they joined and then left by CiviCRM (2.1, third line). Somebody without a contact gets one (E1). */
function mailchimpJoined(given: Case): Outcome {
  const join: Outcome = { kind: 'join-group', rule: 'R3b' };
  return withHistory(given, 'R3b', (history, group) => {
    if (isLateWrite(given.link)) return removeMember(given, { rule: 'R3b', as: 'E28' }, history, group);
    switch (judgeRemovals(given, history)) {
      case 'none':
        return join;
      case 'left-by-civicrm':
        return civicrmLeft(given, 'R3b');
      case 'unclear':
        return { kind: 'refuse', rule: 'R3b', as: '2.1', reason: 'later-removal' };
    }
  });
}

/** E28: they are in because an update was carried out that we had given up. What was decided since is written again: out. */
const isLateWrite = ({ mailchimp }: Link): boolean => mailchimp?.lateWrite === 'in';

/** 2.1, third line: does a removal since the base beat their joining? With `leavingAlwaysWins` any removal of others does. */
function judgeRemovals(
  { link, context }: Case,
  history: readonly HistoryRow[],
): 'none' | 'left-by-civicrm' | 'unclear' {
  const removals = listRemovalsByOthers(rowsAfter(history, link.base));
  if (removals.length === 0) return 'none';
  if (context.policies.leavingAlwaysWins === 'on') return 'left-by-civicrm';
  const optedInAt = link.mailchimp?.optedInAt ?? null;
  if (optedInAt === null) return 'unclear';
  const later = removals.filter(({ row }) => row.at > optedInAt + context.tolerance(row.at));
  if (later.length === 0) return 'none';
  return later.some(({ isLeaving }) => isLeaving) ? 'left-by-civicrm' : 'unclear';
}

/** R3d: in at Mailchimp, out in CiviCRM, never agreed: the dates decide, or the policy. */
function mailchimpInWithoutBase(given: Case): Outcome {
  const { link, context } = given;
  return withHistory(given, 'R3d', (history, group) => {
    if (isLateWrite(link)) return removeMember(given, { rule: 'R3d', as: 'E28' }, history, group);
    switch (context.policies.firstSync) {
      case 'mailchimp':
        return { kind: 'join-group', rule: 'R3d', as: 'R3b' };
      case 'civicrm':
      case 'leaving-wins':
        return removeMember(given, { rule: 'R3d', as: 'R3a' }, history, group);
      case 'newer': {
        const removedAt = dateGroupStatus(group, history);
        const optedInAt = link.mailchimp?.optedInAt ?? null;
        if (removedAt === null || optedInAt === null)
          return { kind: 'refuse', rule: 'R3d', reason: 'undated' };
        return optedInAt > removedAt + context.tolerance(removedAt)
          ? { kind: 'join-group', rule: 'R3d', as: 'R3b' }
          : removeMember(given, { rule: 'R3d', as: 'R3a' }, history, group);
      }
    }
  });
}

/** R4a: remove from the group, unless staff re-added them knowing better (2.1, first line). */
function mailchimpLeft(given: Case): Outcome {
  const { link, context } = given;
  return withHistory(given, 'R4a', (history) => {
    return isReAdded(link, history, context)
      ? { kind: 'subscribe', rule: 'R4a', as: 'R4b' }
      : leaveGroup(link, { rule: 'R4a' });
  });
}

function isReAdded(
  { mailchimp, base }: Link,
  history: readonly HistoryRow[],
  { policies, tolerance }: Context,
): boolean {
  if (policies.leavingAlwaysWins === 'on') return false;
  const added = findReAdding(history, base);
  const changedAt = mailchimp?.changedAt ?? null;
  return added !== undefined && changedAt !== null && added.at > changedAt + tolerance(added.at);
}

/**
 * We had added them because they were in at Mailchimp, and could not put on record that both agreed before they left there: nobody has joined in CiviCRM (I7).
 */
function isOwnAdding({ hasRejection, base }: Link, history: readonly HistoryRow[]): boolean {
  const added = actBehind('Added', history);
  return !hasRejection && added?.byUs === true && added.id > (base?.historyId ?? 0);
}

/** R4b; and E11: somebody restored from the trash joins again only while still exactly as our removal left them, or where staff re-added them since. */
function civicrmJoined(given: Case): Outcome {
  const { link, context } = given;
  const leftMeanwhile = link.base?.byTrash === true && !isAsWeLeftThem(link);
  return withHistory(given, 'R4b', (history) =>
    isOwnAdding(link, history) || (leftMeanwhile && !isReAdded(link, history, context))
      ? leaveGroup(link, { rule: 'R4b', as: 'R4a' })
      : { kind: 'subscribe', rule: 'R4b' },
  );
}

/** Who opted in and out again since has the same status, and another opt-in. */
const isAsWeLeftThem = ({ mailchimp, base }: Link): boolean =>
  mailchimp !== null &&
  mailchimp.ownWrite?.status === mailchimp.status &&
  mailchimp.optedInAt === base?.optedInAt;

/** R4d: in the CiviCRM group, out at Mailchimp, never agreed: the dates decide, or the policy. */
function civicrmInWithoutBase(given: Case): Outcome {
  const { link, context } = given;
  return withHistory(given, 'R4d', (history, group) => {
    switch (context.policies.firstSync) {
      case 'civicrm':
        return { kind: 'subscribe', rule: 'R4d', as: 'R4b' };
      case 'mailchimp':
      case 'leaving-wins':
        return leaveGroup(link, { rule: 'R4d', as: 'R4a' });
      case 'newer': {
        const addedAt = dateGroupStatus(group, history);
        const changedAt = link.mailchimp?.changedAt ?? null;
        if (addedAt === null || changedAt === null) return { kind: 'refuse', rule: 'R4d', reason: 'undated' };
        return addedAt >= changedAt - context.tolerance(addedAt) && !isOwnAdding(link, history)
          ? { kind: 'subscribe', rule: 'R4d', as: 'R4b' }
          : leaveGroup(link, { rule: 'R4d', as: 'R4a' });
      }
    }
  });
}

/** E3: a cleaned address is worth telling apart from somebody who left; so is one who may have been taken out late by an update of ours (E28). */
function leaveGroup({ mailchimp }: Link, ruled: { readonly rule: RuleId; readonly as?: RuleId }): Outcome {
  if (mailchimp?.status === 'cleaned') return { kind: 'leave-group', ...ruled, warnings: ['cleaned'] };
  return mailchimp?.lateWrite === 'out'
    ? { kind: 'leave-group', ...ruled, warnings: ['given-up-removal'] }
    : { kind: 'leave-group', ...ruled };
}

/** R4g: read the member again; an address that was only ever reached through another member has nobody to read. */
function staleMember({ link }: Case): Outcome {
  return link.mailchimp?.contactId == null
    ? { kind: 'leave-group', rule: 'R4g', as: 'R4e' }
    : { kind: 'reread', rule: 'R4g', wanted: 'member' };
}

/** R6b, as R3a: whom we asked has left the group. While another contact with the address is Added, the ask is theirs too (section 3). */
function pendingAndLeft(given: Case): Outcome {
  return withHistory(given, 'R6b', (history, group) => {
    if (!given.context.areOwnersRead) return { kind: 'reread', rule: 'R6b', wanted: 'owners' };
    if (hasAnotherAdded(given)) return { kind: 'wait', rule: 'R6b', as: 'R6a', why: 'asked' };
    return removeMember(given, removalOfPending(given.link), history, group);
  });
}

/** Of a trashed or erased contact it is E11 or E12, and the base becomes out by trash. */
function removalOfPending(link: Link): { rule: RuleId; as: RuleId; byTrash?: true } {
  if (link.civicrm?.state === 'trashed') return { rule: 'R6b', as: 'E11', byTrash: true };
  return isErased(link) ? { rule: 'R6b', as: 'E12', byTrash: true } : { rule: 'R6b', as: 'R3a' };
}

/** R6c: an ask of ours is withdrawn; one that somebody made themselves is theirs. */
function withdrawOwnAsk(given: Case): Outcome {
  if (!isOurAsk(given.link)) return { kind: 'wait', rule: 'R6c', why: 'not-our-ask' };
  if (!given.context.areOwnersRead) return { kind: 'reread', rule: 'R6c', wanted: 'owners' };
  return hasAnotherAdded(given)
    ? { kind: 'wait', rule: 'R6c', as: 'R6a', why: 'asked' }
    : { kind: 'withdraw-ask', rule: 'R6c' };
}

/** Confirmed as ours, or recorded as about to be sent after both sides last agreed. */
const isOurAsk = ({ mailchimp, ask, base }: Link): boolean =>
  mailchimp?.ownWrite?.status === 'pending' || (ask !== null && ask.at > (base?.agreedAt ?? 0));

const hasAnotherAdded = ({ link, component }: Case): boolean =>
  link.mailchimp !== null && component.contactsOf(link.mailchimp).some(isAdded);

/** E11, E12: the contact is trashed or erased. Whoever is in is removed once section 3 has found nobody else Added; whoever is out is agreed. */
function contactIsLost(given: Case, rule: 'E11' | 'E12'): Outcome {
  const { mailchimp, base } = given.link;
  if (mailchimp === null || !isIn(mailchimp)) {
    const wasIn = base?.side === 'in' || base?.byTrash === true;
    return { kind: 'agreed', rule, side: 'out', ...(wasIn && { byTrash: true }) };
  }
  return withHistory(given, rule, (history, group) =>
    removeMember(given, { rule, byTrash: true }, history, group),
  );
}

/** E12b: known-deleted, agreed out, and now in. By no write of ours: they opted in afresh (E1). By ours: it should not be, so out again. */
function joinedAfresh(given: Case): Outcome {
  const { link } = given;
  if (hasLiveContact(given)) return { kind: 'wait', rule: 'E12b', as: '1.1', why: 'yields' };
  if (link.mailchimp?.ownWrite?.status === 'subscribed' || isLateWrite(link))
    return contactIsLost(given, isErased(link) ? 'E12' : 'E11');
  return { kind: 'join-group', rule: 'E12b', warnings: ['joined-afresh'] };
}

/** Section 3: in at Mailchimp, and the only contact is in the trash or erased: somebody has to say what they want. */
function inTrash(given: Case): Outcome {
  if (hasLiveContact(given)) return { kind: 'wait', rule: '3', as: '1.1', why: 'yields' };
  return { kind: 'refuse', rule: '3', reason: isErased(given.link) ? 'erased' : 'in-trash' };
}

/** Another link of the same member has a contact that is there: that one speaks. */
const hasLiveContact = ({ link, component }: Case): boolean =>
  link.mailchimp !== null && component.contactsOf(link.mailchimp).some(({ state }) => state === 'live');

const isErased = ({ civicrm }: Link): boolean => civicrm?.state === 'erased';

/** A removal at Mailchimp; never before section 3 has been run over the other live holders of the address. */
function removeMember(
  { context }: Case,
  ruled: { readonly rule: RuleId; readonly as?: RuleId; readonly byTrash?: true },
  history: readonly HistoryRow[],
  group: GroupStatus,
): Outcome {
  if (!context.areOwnersRead) return { kind: 'reread', rule: ruled.rule, wanted: 'owners' };
  return { kind: 'remove-member', removalMethod: removalMethodOf(group, history), ...ruled };
}

/**
 * Rules that rest on history, or on a membership being away, wait until this contact has been read directly. A link without a contact has no history.
 */
function withHistory(
  { link }: Case,
  rule: RuleId,
  then: (history: readonly HistoryRow[], group: GroupStatus) => Outcome,
): Outcome {
  const { civicrm } = link;
  if (civicrm === null) return then([], 'none');
  return civicrm.history === null
    ? { kind: 'reread', rule, wanted: 'history' }
    : then(civicrm.history, civicrm.group);
}
