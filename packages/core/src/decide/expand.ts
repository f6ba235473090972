import type { Change, Decision, Refuse, RemoveHow, Warning, Write } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import type { MailchimpContactId } from '../domain/ids.ts';
import { invariant } from '../domain/invariant.ts';
import type { Policies } from '../domain/policies.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import { rankOfAddress } from './choose-address.ts';
import { type Component, memberKey } from './component.ts';
import type { Outcome } from './outcome.ts';
import { decideSubscribing, refusalFingerprint, type Subscribing } from './subscribe.ts';
import type { Context } from './subscription.ts';
import type { Weighed } from './weigh-links.ts';
import { isOwnWill } from './who-left.ts';

/** A change before it is known which link carries it: links with the same key want the same write. */
interface Proposal {
  readonly kind: 'proposal';
  readonly key: string;
  readonly change: Change;
  /** The member that the write is for; its link leads where there is one. */
  readonly target: MailchimpContactId | null;
}

/**
 * From what the rules want to what is written (2.2, 2.3). Links that want the same write share it: one leads, the others follow and their bases move with it.
 */
export function expand(
  component: Component,
  weighed: readonly Weighed[],
  context: Context,
): readonly Decision[] {
  const drafts = component.links.map((link, at) => draft(link, weighed[at], component, context));
  const shared = shareWrites(component, drafts);
  const decisions = drafts.map((drafted, at) => {
    if (drafted.kind !== 'proposal') return drafted;
    const group = shared.get(drafted.key);
    invariant(group !== undefined, 'every proposal belongs to a group');
    const change = group.isShared ? withShared(drafted.change, group.writes) : drafted.change;
    return group.lead === component.links[at] ? change : follow(change, group.lead);
  });
  return standBy(withoutRepeats(decisions));
}

/** What the group writes, in place of what the link by itself would have. Somebody who is asked is not agreed with before they answer (R6a). */
const withShared = (change: Change, { writes, category }: Shared['writes']): Change => ({
  ...change,
  writes,
  category,
  side: category === 'asked' ? null : change.side,
});

/** The links that want one write: who carries it, and what it is when all of them are heard. */
interface Shared {
  readonly lead: Link;
  /** Whether several want it. */
  readonly isShared: boolean;
  readonly writes: Pick<Change, 'writes' | 'category'>;
}

function shareWrites(
  component: Component,
  drafts: readonly (Decision | Proposal)[],
): ReadonlyMap<string, Shared> {
  const groups = new Map<string, { link: Link; proposal: Proposal }[]>();
  drafts.forEach((proposal, at) => {
    const link = component.links[at];
    if (proposal.kind !== 'proposal' || link === undefined) return;
    groups.set(proposal.key, [...(groups.get(proposal.key) ?? []), { link, proposal }]);
  });
  return new Map(
    [...groups].map(([key, group]) => [
      key,
      {
        lead: leadOf(group, component),
        isShared: group.length > 1,
        writes: mergeWrites(group.map((one) => one.proposal.change)),
      },
    ]),
  );
}

/** That of the member written to; where it is the contact, that of the member who will speak for them (2.4, section 6): interests, data and address go with it. */
function leadOf(group: readonly { link: Link; proposal: Proposal }[], component: Component): Link {
  const target = group.find(({ link, proposal }) => (link.mailchimp?.contactId ?? null) === proposal.target);
  const rankOf = rankIn(component);
  const [best] = group.map(({ link }) => link).toSorted((one, other) => rankOf(one) - rankOf(other));
  const lead = target?.link ?? best;
  invariant(lead !== undefined, 'a group has a link');
  return lead;
}

const rankIn =
  ({ memberAt }: Component) =>
  ({ mailchimp, civicrm, partedBy }: Link): number => {
    if (mailchimp === null || civicrm === null) return Number.POSITIVE_INFINITY;
    const [best] = civicrm.addresses;
    const getsBest = partedBy === 'civicrm' && best !== undefined && memberAt(best)?.status !== 'subscribed';
    if (partedBy === 'mailchimp' || getsBest) return -1;
    return rankOfAddress(civicrm.addresses, addressKey(mailchimp.address));
  };

/**
 * Where links want the same thing in different ways, the careful way is taken: asked rather than subscribed (I2), kept at Mailchimp rather than erased, as the
 * person's own will rather than ours; and whatever is to be put on hold is put on hold.
 */
function mergeWrites(changes: readonly Change[]): Pick<Change, 'writes' | 'category'> {
  const [first, ...others] = changes;
  invariant(first !== undefined, 'a group has a change');
  const { writes, category } = others.reduce<Pick<Change, 'writes' | 'category'>>(mergeTwo, first);
  return { writes, category };
}

function mergeTwo(
  { writes, category }: Pick<Change, 'writes' | 'category'>,
  other: Pick<Change, 'writes' | 'category'>,
): Pick<Change, 'writes' | 'category'> {
  const [one, ...more] = writes;
  const [same, ...others] = other.writes;
  if (one.kind === 'subscribe' && same.kind === 'subscribe') {
    return one.isAsk || !same.isAsk ? { writes, category } : other;
  }
  if (one.kind === 'remove-at-mailchimp' && same.kind === 'remove-at-mailchimp') {
    const [{ how }, kept] =
      RELUCTANCE[one.how] <= RELUCTANCE[same.how] ? [one, category] : [same, other.category];
    return { category: kept, writes: [{ ...one, how, removalMethod: ownWillFirst(one, same) }] };
  }
  return {
    category,
    writes: [one, ...more, ...others.filter((write) => !more.some((known) => isSameWrite(known, write)))],
  };
}

/** Erasing cannot be undone and withdrawing has no limit (section 8): each only where all want it. */
const RELUCTANCE: Readonly<Record<RemoveHow, number>> = { unsubscribe: 0, archive: 0, withdraw: 1, erase: 2 };

const ownWillFirst = (
  one: { removalMethod: string | null },
  other: { removalMethod: string | null },
): string | null => (isOwnWill(one.removalMethod) ? one.removalMethod : other.removalMethod);

const isSameWrite = (one: Write, other: Write): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Whoever yields is looked at again after the writes of whoever speaks. Where nothing is written for those (they are asked, refused, or disagree) nothing follows until one of their facts changes. */
function standBy(decisions: readonly Decision[]): readonly Decision[] {
  if (decisions.some(({ kind }) => kind === 'change')) return decisions;
  return decisions.map((decision) =>
    decision.kind === 'wait' && decision.why === 'yields' ? { ...decision, why: 'stands-by' } : decision,
  );
}

/** Two refused links of one contact take it out of the group once (`mirrorRefusals`). */
function withoutRepeats(decisions: readonly Decision[]): readonly Decision[] {
  const written: Write[] = [];
  return decisions.map((decision) => {
    if (decision.kind !== 'refuse') return decision;
    const writes = decision.writes.filter((write) => !written.some((known) => isSameWrite(known, write)));
    written.push(...writes);
    return { ...decision, writes };
  });
}

function follow({ rule, as, side, byTrash, ifRefused, warnings }: Change, lead: Link): Decision {
  return {
    kind: 'follow',
    rule,
    side,
    lead: lead.id,
    ...(as && { as }),
    ...(byTrash && { byTrash }),
    ...(ifRefused !== undefined && { ifRefused }),
    ...(warnings && { warnings }),
  };
}

function draft(
  link: Link,
  weighed: Weighed | undefined,
  component: Component,
  context: Context,
): Decision | Proposal {
  invariant(weighed !== undefined, 'every link has an outcome');
  switch (weighed.kind) {
    case 'agreed':
    case 'wait':
      return weighed;
    case 'refuse':
      return refuse(weighed, weighed.reason);
    case 'yields':
      return { kind: 'wait', rule: weighed.rule, as: '1.1', why: 'yields' };
    case 'disagrees':
      return refuse({ rule: '1.1' }, 'links-disagree');
    case 'subscribe':
      return subscribe(link, weighed, component, context);
    case 'join-group':
      return joinGroup(link, weighed);
    case 'leave-group':
      return leaveGroup(link, weighed, context.policies);
    case 'remove-member':
    case 'withdraw-ask':
      return removeMember(link, weighed, context.policies);
  }
}

type Ruled = Pick<Outcome, 'rule' | 'as' | 'warnings'>;

/** Only what the table said, without the outcome's own fields. */
function ruled({ rule, as, warnings }: Ruled, more: readonly Warning[] = []): Ruled {
  const all = [...(warnings ?? []), ...more];
  return { rule, ...(as && { as }), ...(all.length > 0 && { warnings: all }) };
}

function refuse(
  outcome: Ruled,
  reason: RefusalReason,
  standing?: Pick<Refuse, 'fingerprint' | 'retryAt' | 'writes'>,
): Refuse {
  return {
    kind: 'refuse',
    ...ruled(outcome),
    reason,
    fingerprint: '',
    retryAt: null,
    writes: [],
    ...standing,
  };
}

function subscribe(link: Link, outcome: Ruled, component: Component, context: Context): Decision | Proposal {
  const contact = contactOf(link);
  const links = component.links.filter((other) => other.civicrm?.contactId === contact.contactId);
  const fingerprint = refusalFingerprint(contact, component, context.policies);
  const standing = links.find((other) => stands(other, fingerprint, context))?.refusal ?? null;
  const subscribing = decideSubscribing(contact, links, component, context.policies);
  if (subscribing.kind === 'asked') return { kind: 'wait', ...ruled(outcome), as: 'R6a', why: 'asked' };
  const refused = (reason: RefusalReason): Refuse =>
    refuse({ ...outcome, as: '2.3' }, reason, {
      fingerprint,
      retryAt: standing?.retryAt ?? null,
      writes: mirrored(contact, context.policies),
    });
  if (subscribing.kind === 'refuse') return refused(subscribing.reason);
  if (standing !== null) return refused(standing.reason);
  return proposeSubscribing(subscribing, contact, { ...outcome, fingerprint });
}

/**
 * 2.3: Mailchimp's refusal stands until what it rests on changes, or until it may be tried again. The other reasons follow from facts that are looked at each time.
 */
function stands({ refusal }: Link, fingerprint: string, { now }: Context): boolean {
  return (
    refusal?.reason === 'rejected' &&
    refusal.fingerprint === fingerprint &&
    (refusal.retryAt === null || now < refusal.retryAt)
  );
}

function mirrored(contact: CivicrmFacts, policies: Policies): readonly Write[] {
  return policies.mirrorRefusals === 'on'
    ? [{ kind: 'remove-from-group', contactId: contact.contactId }]
    : [];
}

function proposeSubscribing(
  { kind: _, ...subscribing }: Extract<Subscribing, { kind: 'write' }>,
  contact: CivicrmFacts,
  { fingerprint, ...outcome }: Ruled & { readonly fingerprint: string },
): Proposal {
  const flagged: readonly Warning[] = contact.flags.length > 0 ? ['flagged'] : [];
  return {
    kind: 'proposal',
    key: `subscribe ${addressKey(subscribing.address)}`,
    target: subscribing.target,
    change: {
      kind: 'change',
      ...ruled(outcome, flagged),
      ...(subscribing.how === 'pending'
        ? { side: null, category: 'asked' } // R6a: not agreed with before they answer
        : { side: 'in', category: 'subscribed' }),
      ifRefused: fingerprint,
      writes: [{ kind: 'subscribe', ...subscribing }],
    },
  };
}

/** E1: somebody whom no contact matches gets one, in the group; anybody else is added to the group. */
function joinGroup(link: Link, outcome: Ruled): Proposal {
  const needsContact = link.civicrm === null || link.civicrm.state !== 'live';
  if (needsContact) {
    const { address, ...member } = memberOf(link);
    const target = contactIdOf(member);
    const write: Write = { kind: 'create-contact', target, address };
    return propose(`create ${target}`, target, {
      ...outcome,
      side: 'in',
      category: 'created',
      writes: [write],
    });
  }
  const { contactId } = contactOf(link);
  const write: Write = { kind: 'add-to-group', contactId };
  return propose(`add ${contactId}`, null, {
    ...outcome,
    side: 'in',
    category: 'added-to-group',
    writes: [write],
  });
}

/** E3: with `holdCleaned`, the address that Mailchimp found dead is put on hold too. */
function leaveGroup(link: Link, outcome: Ruled, policies: Policies): Proposal {
  const contact = contactOf(link);
  const write: Write = { kind: 'remove-from-group', contactId: contact.contactId };
  const { mailchimp } = link;
  const isDead =
    mailchimp?.status === 'cleaned' && policies.holdCleaned === 'on' && holds(contact, mailchimp.address);
  return propose(`leave ${contact.contactId}`, null, {
    ...outcome,
    side: 'out',
    category: 'removed-in-civicrm',
    writes: isDead
      ? [write, { kind: 'put-on-hold', contactId: contact.contactId, address: addressKey(mailchimp.address) }]
      : [write],
  });
}

const holds = (contact: CivicrmFacts, address: string): boolean =>
  contact.addresses.includes(addressKey(address));

/** 2.2. Somebody pending cannot be archived before they are unsubscribed; how many calls that takes is the gateway's business. */
function removeMember(
  link: Link,
  outcome: Extract<Outcome, { kind: 'remove-member' | 'withdraw-ask' }>,
  policies: Policies,
): Proposal {
  const member = memberOf(link);
  const target = contactIdOf(member);
  const isAsk = outcome.kind === 'withdraw-ask';
  const how = isAsk ? 'withdraw' : removeHow((outcome.as ?? outcome.rule) === 'E12', policies);
  const removalMethod = isAsk ? null : outcome.removalMethod;
  const byTrash = isAsk ? undefined : outcome.byTrash;
  return propose(`remove ${memberKey(member)}`, target, {
    ...outcome,
    side: 'out',
    ...(byTrash && { byTrash }),
    category: isAsk ? 'withdrawn' : 'removed-at-mailchimp',
    writes: [{ kind: 'remove-at-mailchimp', how, target, removalMethod }],
  });
}

/** E12: permanent deletion there only where the contact was permanently deleted here, and only by policy. */
function removeHow(isErased: boolean, policies: Policies): RemoveHow {
  return isErased && policies.eraseAtMailchimp === 'on' ? 'erase' : policies.removal;
}

type Proposed = Ruled & Pick<Change, 'side' | 'byTrash' | 'category' | 'writes'>;

function propose(key: string, target: MailchimpContactId | null, proposed: Proposed): Proposal {
  const { side, byTrash, category, writes } = proposed;
  const change: Change = {
    kind: 'change',
    ...ruled(proposed),
    side,
    category,
    writes,
    ...(byTrash && { byTrash }),
  };
  return { kind: 'proposal', key, target, change };
}

function contactOf({ civicrm }: Link): CivicrmFacts {
  invariant(civicrm !== null, 'this outcome needs a contact');
  return civicrm;
}

function memberOf({ mailchimp }: Link): MailchimpFacts {
  invariant(mailchimp !== null, 'this outcome needs a Mailchimp member');
  return mailchimp;
}

function contactIdOf({ contactId }: Pick<MailchimpFacts, 'contactId'>): MailchimpContactId {
  invariant(contactId !== null, 'a member who is in has a contact_id');
  return contactId;
}
