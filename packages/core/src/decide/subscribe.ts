import type { SubscribeHow } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import {
  type CivicrmFacts,
  type HistoryRow,
  isThere,
  type Link,
  type MailchimpFacts,
} from '../domain/facts.ts';
import type { ContactId, MailchimpContactId } from '../domain/ids.ts';
import type { Policies } from '../domain/policies.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Component } from './component.ts';
import { actBehind, leftGroupByOwnWill } from './group-history.ts';
import { whoLeft } from './who-left.ts';

/** How a contact is subscribed, or why not (rules 2.3). */
export type Subscribing =
  | {
      readonly kind: 'write';
      readonly how: SubscribeHow;
      readonly address: string;
      readonly target: MailchimpContactId | null;
      readonly contactId: ContactId;
      readonly isAsk: boolean;
    }
  | { readonly kind: 'asked' }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason };

/**
 * Rules 2.3: the state that counts is that of the best address, whatever other addresses the contact has; an address that is cleaned at Mailchimp is passed over
 * while there is another. In this order: no usable address or on hold, forgotten, cleaned, pending, by the person, then the rest.
 */
export function decideSubscribing(
  contact: CivicrmFacts,
  links: readonly Link[],
  component: Component,
  policies: Policies,
): Subscribing {
  if (policies.flagged === 'refuse' && contact.flags.length > 0) return refuse('flagged');
  if (contact.addresses.length === 0) return refuse(contact.hasHeldAddress ? 'on-hold' : 'no-email');
  const address = contact.addresses.find((usable) => component.memberAt(usable)?.status !== 'cleaned');
  if (address === undefined) return refuse('cleaned');
  const member = component.memberAt(address);
  if (member?.status === 'unknown') return refuse('unknown-status');
  if (member?.forgotten === true) return refuse('forgotten');
  if (member?.status === 'pending') return { kind: 'asked' };
  const mustAsk = leftByOwnWill(contact, member, component);
  if (mustAsk && policies.reconfirm === 'never') return refuse('compliance');
  const isAsk = mustAsk || policies.doubleOptIn === 'on';
  if (isAsk && wasAskedForThisAct(contact, links)) return refuse('already-asked');
  return {
    kind: 'write',
    how: isAsk ? 'pending' : howToSubscribe(member),
    address,
    target: member?.contactId ?? null,
    contactId: contact.contactId,
    isAsk,
  };
}

const refuse = (reason: RefusalReason): Subscribing => ({ kind: 'refuse', reason });

/** A PUT with `status_if_new` only leaves one who is there after all alone (2.3); it would also do nothing for one who is there. */
function howToSubscribe(member: MailchimpFacts | undefined): SubscribeHow {
  return member !== undefined && isThere(member) ? 'subscribed' : 'if-new';
}

/** I2: whoever may have left by their own will is asked, never subscribed. */
function leftByOwnWill(
  contact: CivicrmFacts,
  member: MailchimpFacts | undefined,
  component: Component,
): boolean {
  if (member !== undefined && hasLeftByOwnWill(member)) return true;
  return component.membersOf(contact).some(hasLeftByOwnWill) || leftGroupByOwnWill(historyOf(contact));
}

/** Where it was not read nothing rests on it. */
const historyOf = ({ history }: CivicrmFacts): readonly HistoryRow[] => history ?? [];

const hasLeftByOwnWill = (member: MailchimpFacts): boolean =>
  member.inComplianceState || member.leftByOwnWill || whoLeft(member) === 'person';

/** An ask is repeated only after a new `Added` act in CiviCRM (2.3, I5); our own adding, or a save that changed nothing, is none. */
function wasAskedForThisAct(contact: CivicrmFacts, links: readonly Link[]): boolean {
  const asks = links.flatMap(({ ask }) => ask ?? []);
  if (asks.length === 0) return false;
  const newestAsked = Math.max(...asks.map(({ historyId }) => historyId));
  const act = actBehind(contact.group, historyOf(contact));
  return act === undefined || act.byUs || act.id <= newestAsked;
}

/**
 * What a refusal rests on (2.3): it is looked at again only when M's status, the group row, the best address, its hold or the policy changes. A new act is a
 * change of the group row, a save that changed nothing is none.
 */
export function refusalFingerprint(contact: CivicrmFacts, component: Component, policies: Policies): string {
  const best = contact.addresses[0];
  const member = best === undefined ? undefined : component.memberAt(best);
  return [
    member?.status ?? 'absent',
    contact.group,
    actBehind(contact.group, historyOf(contact))?.id ?? 0,
    best === undefined ? '' : addressKey(best),
    contact.hasHeldAddress ? 'held' : '',
    policies.reconfirm,
    policies.doubleOptIn,
    policies.flagged,
  ].join('|');
}
