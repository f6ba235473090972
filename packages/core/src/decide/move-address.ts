import {
  type Agreed,
  type Change,
  type Decision,
  isForMailchimp,
  type Warning,
  type Write,
} from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import type { MailchimpContactId } from '../domain/ids.ts';
import { type Component, memberKey } from './component.ts';
import { refusalFingerprint } from './subscribe.ts';
import type { Context } from './subscription.ts';

type AddAddress = Extract<Write, { kind: 'add-address' }>;
type ChangeAddress = Extract<Write, { kind: 'change-address' }>;
type Removal = Extract<Write, { kind: 'remove-at-mailchimp' }>;

/** What section 6 wants for one link; null: nothing. */
export type Move =
  /** A1 */
  | { readonly kind: 'add'; readonly write: AddAddress }
  /** A2; `ifRefused` as in a decision. */
  | { readonly kind: 'change'; readonly write: ChangeAddress; readonly ifRefused: string }
  /** A2: Mailchimp has said no, and still would. */
  | { readonly kind: 'refused'; readonly fingerprint: string }
  /** A2 of somebody asked: the ask is taken back, and with it what was agreed; then the new address is subscribed like any other (R4b, 2.3). */
  | { readonly kind: 'withdraw'; readonly write: Removal }
  /** A3: the contact's new address is subscribed by itself. */
  | { readonly kind: 'leave'; readonly write: Removal }
  /** A5, and A3 where the other address is there and not in: the member is kept. */
  | { readonly kind: 'warn'; readonly as: 'A3' | 'A5'; readonly warning: Warning };

/**
 * Section 6, after the subscription of everybody is decided: whose contact does not hold the member's address any more, and nobody else live does (A4 came before, `judgeParting`). A1 adds the
 * new address to the contact, A2 and A3 change it at Mailchimp, A5 only warns. Each member is changed through one link; who is subscribed, or removed, goes first. Same order as the links.
 */
export function planMoves(
  component: Component,
  decisions: readonly Decision[],
  context: Context,
): readonly (Move | null)[] {
  if (!component.links.some(({ partedBy }) => partedBy !== null)) return component.links.map(() => null);
  const changed = changedMembers(component, decisions);
  return component.links.map((link, at) => {
    const decision = decisions[at];
    const pair = pairOf(link);
    if (decision === undefined || pair === null) return null;
    return link.partedBy === 'mailchimp'
      ? addToContact(decision, pair)
      : moveMember(decision, { ...pair, link, component, context, changed });
  });
}

/** By member, and by the address that one is to get, the link through which that happens. */
type Changed = Map<string, Link>;

function changedMembers({ links }: Component, decisions: readonly Decision[]): Changed {
  const changed: Changed = new Map();
  links.forEach((link, at) => {
    const decision = decisions[at];
    if (decision?.kind === 'change')
      for (const write of decision.writes.filter(isForMailchimp)) {
        if (write.target !== null) changed.set(write.target, link);
        if (write.kind === 'subscribe') changed.set(addressKey(write.address), link);
      }
    // A1: somebody holds the address from now on.
    if (link.partedBy === 'mailchimp' && link.mailchimp !== null)
      changed.set(memberKey(link.mailchimp), link);
  });
  return changed;
}

interface Pair {
  readonly member: MailchimpFacts & { readonly contactId: MailchimpContactId };
  readonly contact: CivicrmFacts;
}

/** Null: the two have not parted, or one of them is not there. */
function pairOf({ mailchimp, civicrm, partedBy }: Link): Pair | null {
  if (partedBy === null || civicrm?.state !== 'live' || mailchimp?.contactId == null) return null;
  return { member: { ...mailchimp, contactId: mailchimp.contactId }, contact: civicrm };
}

/** A1: with whatever else is written in CiviCRM. While somebody is to be subscribed or removed at Mailchimp, that comes first, and the next run adds it. */
function addToContact(decision: Decision, { member, contact }: Pair): Move | null {
  if (decision.kind !== 'agreed' && !(decision.kind === 'change' && isForCivicrm(decision))) return null;
  const { contactId } = contact;
  return { kind: 'add', write: { kind: 'add-address', contactId, address: addressKey(member.address) } };
}

const isForCivicrm = ({ writes }: Change): boolean => !writes.some(isForMailchimp);

interface Moving extends Pair {
  readonly link: Link;
  readonly component: Component;
  readonly context: Context;
  readonly changed: Changed;
}

/** A2, A3, A5: whoever is in, about to be, or asked, through this link. Of others the table has said all there is. */
function moveMember(decision: Decision, moving: Moving): Move | null {
  const { member, contact, component, link } = moving;
  const best = contact.addresses[0];
  const other = best === undefined ? undefined : component.memberAt(best);
  const hasOther = [other, link.atBest].some((one) => one !== undefined && !isFree(one));
  // Whoever is just being added to the group is looked at again when they are agreed in.
  if (isJoining(decision)) return best === undefined || hasOther ? null : changeAddress(best, moving);
  if (contact.group !== 'Added' || !(isIn(decision) || isAsked(decision))) return null;
  if (member.status !== 'subscribed' && member.status !== 'pending') return null;
  if (best === undefined) return { kind: 'warn', as: 'A5', warning: 'no-email' };
  // Not linked yet: without the old member they would be out.
  if (hasOther && other?.status !== 'subscribed' && link.atBest?.status === 'subscribed') return null;
  if (hasOther)
    return other?.status === 'subscribed' && !isNeeded(moving)
      ? take(moving, { kind: 'leave', write: removal(moving, moving.context.policies.removal) })
      : { kind: 'warn', as: 'A3', warning: 'address-conflict' };
  return changeAddress(best, moving);
}

const isJoining = (decision: Decision): boolean =>
  decision.kind === 'change' && decision.writes[0].kind === 'add-to-group';
const isIn = (decision: Decision): boolean => decision.kind === 'agreed' && decision.side === 'in';
const isAsked = (decision: Decision): boolean => decision.kind === 'wait' && decision.why === 'asked';

/** 1.1: whether somebody else in the group has no other member who is in: without this one they would have left. */
const isNeeded = ({ member, contact, component }: Moving): boolean =>
  component.contactsOf(member).some((other) => {
    const isOther =
      other.contactId !== contact.contactId && other.state === 'live' && other.group === 'Added';
    const members = [
      ...component.membersOf(other),
      ...other.addresses.flatMap((one) => component.memberAt(one) ?? []),
    ];
    return (
      isOther && members.every((one) => one.status !== 'subscribed' || memberKey(one) === memberKey(member))
    );
  });

/** Nobody there, as far as we have ever heard; who was permanently deleted counts as there: Mailchimp does not give such an address to anybody. */
const isFree = ({ status, forgotten }: Pick<MailchimpFacts, 'status' | 'forgotten'>): boolean =>
  status === 'absent' && !forgotten;

/** A2. What Mailchimp has refused it refuses again, until what that rests on changes (2.3). */
function changeAddress(best: string, moving: Moving): Move | null {
  const { member, contact, component, link, context } = moving;
  if (context.policies.moveAddress === 'off') return null;
  if (member.status === 'pending')
    return take(moving, { kind: 'withdraw', write: removal(moving, 'withdraw') });
  const fingerprint = `A2|${refusalFingerprint(contact, component, context.policies)}`;
  if (link.refusal?.reason === 'rejected' && link.refusal.fingerprint === fingerprint)
    return { kind: 'refused', fingerprint };
  const { contactId } = contact;
  const address = addressKey(best);
  const write = { kind: 'change-address', target: member.contactId, contactId, address } as const;
  // Of two members one gets it; then it is at Mailchimp (A3).
  const isFirst = claim(moving, address);
  return isFirst ? take(moving, { kind: 'change', write, ifRefused: fingerprint }) : null;
}

const removal = ({ member }: Moving, how: Removal['how']): Removal => ({
  kind: 'remove-at-mailchimp',
  how,
  target: member.contactId,
  removalMethod: null,
});

/** Writes to one member are serialised: the first link that wants one has it, the others are looked at when it is done. */
const take = (moving: Moving, move: Move): Move | null =>
  claim(moving, memberKey(moving.member)) ? move : null;

function claim({ changed, link }: Moving, key: string): boolean {
  const by = changed.get(key) ?? link;
  changed.set(key, by);
  return by === link;
}

/** The decision with its move and with interests and data in one change: nobody waits a run for the one because of the other (I1). */
export function withMove(decision: Decision, move: Move | null): Decision {
  switch (move?.kind) {
    case undefined:
      return decision;
    case 'warn':
      return { ...decision, as: move.as, warnings: [...(decision.warnings ?? []), move.warning] };
    case 'add':
      return withWrite(decision, move.write, { rule: 'A1', category: 'address-added' });
    case 'change':
      return {
        ...withWrite(decision, move.write, { rule: 'A2', category: 'address-moved' }),
        ifRefused: move.ifRefused,
      };
    case 'leave':
      return withWrite(decision, move.write, { rule: 'A3', category: 'removed-at-mailchimp' });
    case 'withdraw':
      return { kind: 'change', rule: 'A2', side: 'out', category: 'withdrawn', writes: [move.write] };
    case 'refused': {
      const { fingerprint } = move;
      if (decision.kind === 'change') return decision;
      return { kind: 'refuse', rule: 'A2', reason: 'rejected', fingerprint, retryAt: null, writes: [] };
    }
  }
}

/** Of somebody agreed in the move is the change, whatever else is written of them; who joins the group with it, or leaves, does so by their own rule. */
function withWrite(
  decision: Decision,
  write: Write,
  { rule, category }: Pick<Change, 'rule' | 'category'>,
): Change {
  if (decision.kind === 'change') {
    const categories = [decision.category, ...(decision.more ?? [])] as const;
    const writes = [...decision.writes, write] as const;
    return decision.isAgreed
      ? { ...decision, rule, category, more: categories, writes }
      : { ...decision, more: [...categories.slice(1), category], writes };
  }
  const { side, warnings, notes, agree } = decision as Agreed; // nobody else is moved so
  return {
    kind: 'change',
    rule,
    side,
    category,
    writes: [write],
    ...(warnings && { warnings }),
    ...(notes && { notes }),
    ...(agree && { agree }),
  };
}
