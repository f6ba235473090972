import { type Change, type Decision, isForMailchimp, type Warning, type Write } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import type { MailchimpContactId } from '../domain/ids.ts';
import { type Component, memberKey } from './component.ts';
import { refusalFingerprint } from './subscribe.ts';
import type { Context } from './subscription.ts';

/**
 * Section 6, after everything else is decided: whose contact does not hold the member's address any more, and nobody else live does (A4 came before, `judgeParting`). A1 adds the
 * new address to the contact, A2 and A3 change it at Mailchimp, A5 only warns; together with interests, fields and tags, so that nobody waits a run for one of them (I1). Each member
 * is changed through one link; who is subscribed, or removed, goes first. Same order as the links.
 */
export function moveAddresses(
  component: Component,
  decisions: readonly Decision[],
  context: Context,
): readonly Decision[] {
  const changed = changedMembers(component, decisions);
  return component.links.map((link, at) => {
    const decision = decisions[at];
    const pair = pairOf(link);
    if (decision === undefined || pair === null) return decision as Decision; // one decision for each link
    return link.partedBy === 'mailchimp'
      ? addToContact(decision, pair)
      : moveMember(decision, { ...pair, link, component, context, changed });
  });
}

/** By member the link through which it is changed. */
type Changed = Map<string, Link>;

function changedMembers({ links }: Component, decisions: readonly Decision[]): Changed {
  const changed: Changed = new Map();
  links.forEach((link, at) => {
    const decision = decisions[at];
    if (decision?.kind !== 'change') return;
    for (const write of decision.writes.filter(isForMailchimp))
      if (write.target !== null) changed.set(write.target, link);
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

/** A1: with whatever else is written of somebody who stays. Who is being subscribed or removed at Mailchimp comes first, and the next run adds it. */
function addToContact(decision: Decision, { member, contact }: Pair): Decision {
  const write: Write = {
    kind: 'add-address',
    contactId: contact.contactId,
    address: addressKey(member.address),
  };
  switch (decision.kind) {
    case 'agreed':
      return {
        ...keptOf(decision),
        kind: 'change',
        rule: 'A1',
        side: decision.side,
        category: 'address-added',
        writes: [write],
      };
    case 'change':
      return decision.isAgreed || isForCivicrm(decision)
        ? {
            ...decision,
            more: [...(decision.more ?? []), 'address-added'],
            writes: [...decision.writes, write],
          }
        : decision;
    default:
      return decision;
  }
}

/** What is agreed besides, and what is to be told, whatever becomes of the address. */
const keptOf = ({ warnings, notes, agree }: Agreeing): Agreeing => ({
  ...(warnings && { warnings }),
  ...(notes && { notes }),
  ...(agree && { agree }),
});
type Agreeing = Pick<Change, 'warnings' | 'notes' | 'agree'>;

const isForCivicrm = ({ writes }: Change): boolean => !writes.some(isForMailchimp);

interface Moving extends Pair {
  readonly link: Link;
  readonly component: Component;
  readonly context: Context;
  readonly changed: Changed;
}

/** A2, A3, A5: whoever is in, or asked, through this link; the contact is in the group. Of others the table has said all there is. */
function moveMember(decision: Decision, moving: Moving): Decision {
  const { member, contact, component } = moving;
  const isAsked = decision.kind === 'wait' && decision.why === 'asked';
  if (contact.group !== 'Added' || !(isIn(decision) || isAsked)) return decision;
  if (member.status !== 'subscribed' && member.status !== 'pending') return decision;
  const best = contact.addresses[0];
  if (best === undefined) return warn(decision, 'A5', 'no-email');
  const other = component.memberAt(best);
  if (other !== undefined && !isFree(other))
    return other.status === 'subscribed'
      ? leaveToOther(decision, moving)
      : warn(decision, 'A3', 'address-conflict');
  if (moving.context.policies.moveAddress === 'off') return decision;
  return member.status === 'subscribed'
    ? changeAtMailchimp(decision, best, moving)
    : withdraw(decision, moving);
}

/** Agreed, perhaps with interests, fields and tags still to be written. */
const isIn = (decision: Decision): boolean =>
  (decision.kind === 'agreed' && decision.side === 'in') ||
  (decision.kind === 'change' && decision.isAgreed === true);

/** Nobody there, as far as we have ever heard; who was permanently deleted counts as there: Mailchimp does not give such an address to anybody. */
const isFree = ({ status, forgotten }: MailchimpFacts): boolean => status === 'absent' && !forgotten;

/** A5, and A3 where the other address is there and not in: the member is kept. */
function warn(decision: Decision, as: 'A3' | 'A5', warning: Warning): Decision {
  return { ...decision, as, warnings: [...(decision.warnings ?? []), warning] };
}

/** A3: the contact's new address is subscribed by itself, and nothing else is written to the member who goes. What they have changed in CiviCRM goes first. */
function leaveToOther(decision: Decision, { member, link, changed, context }: Moving): Decision {
  const isHeard = decision.kind !== 'change' || decision.writes.every(isForMailchimp);
  if (!isHeard || isTaken(changed, member, link)) return decision;
  const how = context.policies.removal;
  return {
    ...keptOf(decision),
    kind: 'change',
    rule: 'A3',
    side: 'in',
    category: 'removed-at-mailchimp',
    writes: [{ kind: 'remove-at-mailchimp', how, target: member.contactId, removalMethod: null }],
  };
}

/** A2, with interests, fields and tags in one update. What Mailchimp has refused it refuses again, until what that rests on changes (2.3). */
function changeAtMailchimp(decision: Decision, best: string, moving: Moving): Decision {
  const { member, contact, component, changed, link, context } = moving;
  const fingerprint = `A2|${refusalFingerprint(contact, component, context.policies)}`;
  if (link.refusal?.reason === 'rejected' && link.refusal.fingerprint === fingerprint)
    return decision.kind === 'change'
      ? decision
      : { kind: 'refuse', rule: 'A2', reason: 'rejected', fingerprint, retryAt: null, writes: [] };
  if (isTaken(changed, member, link)) return decision;
  const { contactId } = contact;
  const write = {
    kind: 'change-address',
    target: member.contactId,
    contactId,
    address: addressKey(best),
  } as const;
  const change = { rule: 'A2', category: 'address-moved', ifRefused: fingerprint } as const;
  if (decision.kind !== 'change')
    return { ...keptOf(decision), kind: 'change', side: 'in', ...change, writes: [write] };
  const more = [decision.category, ...(decision.more ?? [])];
  return { ...decision, ...change, more, writes: [...decision.writes, write] };
}

/** A2 of somebody asked: the ask is taken back, and with it what was agreed; then the new address is subscribed like any other (R4b, 2.3). */
function withdraw(decision: Decision, { member, link, changed }: Moving): Decision {
  if (isTaken(changed, member, link)) return decision;
  return {
    kind: 'change',
    rule: 'A2',
    side: 'out',
    category: 'withdrawn',
    writes: [{ kind: 'remove-at-mailchimp', how: 'withdraw', target: member.contactId, removalMethod: null }],
  };
}

/** Writes to one member are serialised: the first link that wants one has it, the others are looked at when it is done. */
function isTaken(changed: Changed, member: MailchimpFacts, link: Link): boolean {
  const by = changed.get(memberKey(member)) ?? link;
  changed.set(memberKey(member), by);
  return by !== link;
}
