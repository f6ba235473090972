import { indexComponent } from '../src/decide/component.ts';
import type { Outcome } from '../src/decide/outcome.ts';
import { type Reconciled, reconcile } from '../src/decide/reconcile.ts';
import { type Context, decideSubscription } from '../src/decide/subscription.ts';
import type { Decision, Write } from '../src/domain/decision.ts';
import { addressKey } from '../src/domain/email.ts';
import type {
  Ask,
  Base,
  CivicrmFacts,
  GroupStatus,
  HistoryRow,
  Link,
  MailchimpFacts,
  Side,
} from '../src/domain/facts.ts';
import { contactId, mailchimpContactId, memberId } from '../src/domain/ids.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../src/domain/instant.ts';
import type { Mapping } from '../src/domain/pairings.ts';
import { DEFAULT_POLICIES, type Policies } from '../src/domain/policies.ts';
import type { Refusal } from '../src/domain/refusal.ts';

/** Midnight UTC, so many days after a Monday in January 2026; may be negative. */
export const day = (number: number): Instant => Date.UTC(2026, 0, 5) + number * DAY_MS;

/** When the facts of these factories are looked at: later than all of their dates. */
export const NOW = day(100);
export const TOLERANCE_MS = 2 * MINUTE_MS;

/** The first name, as it is mapped where nobody says otherwise. */
export const FIRST_NAME: Mapping = {
  fieldPath: 'first_name',
  mergeTag: 'FNAME',
  direction: 'both',
  conflict: 'civicrm',
  empty: 'keeps',
  dataType: 'String',
};

export const ADDRESS = 'wilma@bedrock.test';

/** An act in CiviCRM, as far as it matters. */
export type HistoryAct = Pick<HistoryRow, 'status' | 'at'> & Partial<HistoryRow>;

/** History rows with ids 1, 2, 3 … in the order given; made by hand (`Admin`) and not by us unless said. */
export const history = (...acts: readonly HistoryAct[]): readonly HistoryRow[] =>
  acts.map((act, index) => ({ id: index + 1, method: 'Admin', byUs: false, ...act }));

/** What CiviCRM's history says of somebody who came to this group status in the plainest way. */
const PLAIN_HISTORY: Readonly<Record<GroupStatus, readonly HistoryRow[]>> = {
  Added: history({ status: 'Added', at: day(1) }),
  Removed: history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(10) }),
  Deleted: history({ status: 'Added', at: day(1) }, { status: 'Deleted', at: day(10) }),
  Pending: history({ status: 'Pending', at: day(1), method: 'Web' }),
  none: [],
  unknown: history({ status: 'Bogus', at: day(1), method: 'API' }),
};

/** Somebody at Mailchimp; subscribed long ago unless said otherwise. */
export function mailchimp(facts: Partial<MailchimpFacts> = {}): MailchimpFacts {
  return {
    contactId: mailchimpContactId('mc-wilma'),
    address: ADDRESS,
    status: 'subscribed',
    changedAt: day(0),
    optedInAt: day(0),
    everSubscribed: true,
    unsubscribeReason: '',
    statusBefore: null,
    leftByOwnWill: false,
    ownWrite: null,
    forgotten: false,
    inComplianceState: false,
    lateWrite: null,
    ...facts,
  };
}

/** A contact; live, Added and with one address unless said otherwise. Its history fits its group status. */
export function civicrm(facts: Partial<CivicrmFacts> = {}): CivicrmFacts {
  const group = facts.group ?? 'Added';
  return {
    contactId: contactId(1),
    state: 'live',
    group,
    history: PLAIN_HISTORY[group],
    addresses: [ADDRESS],
    hasHeldAddress: false,
    flags: [],
    ...facts,
  };
}

/** What only matters about a link; the rest is somebody who is in on both sides and has been since long ago. */
export interface LinkFacts {
  readonly id?: number;
  /** Null: nobody at Mailchimp. */
  readonly mailchimp?: Partial<MailchimpFacts> | null;
  /** Null: nobody in CiviCRM. */
  readonly civicrm?: Partial<CivicrmFacts> | null;
  /** Nothing has happened since the base unless said otherwise; null: never agreed. */
  readonly base?: Side | (Partial<Base> & Pick<Base, 'side'>) | null;
  readonly isSubmitted?: boolean;
  readonly ask?: Ask | null;
  readonly refusal?: Refusal | null;
  /** The contact holds the member's address unless said. */
  readonly partedBy?: Link['partedBy'];
}

/** `link({ mailchimp: { status: 'cleaned' }, base: 'in' })`: one link, naming only what matters. */
export function link(facts: LinkFacts = {}): Link {
  const member = facts.mailchimp === null ? null : mailchimp(facts.mailchimp);
  const contact = facts.civicrm === null ? null : civicrm(facts.civicrm);
  return {
    id: memberId(facts.id ?? 1),
    mailchimp: member,
    civicrm: contact,
    base: baseOf(facts.base ?? null, member, contact),
    isSubmitted: facts.isSubmitted ?? false,
    ask: facts.ask ?? null,
    refusal: facts.refusal ?? null,
    partedBy: facts.partedBy ?? null,
  };
}

function baseOf(
  base: NonNullable<LinkFacts['base']> | null,
  member: MailchimpFacts | null,
  contact: CivicrmFacts | null,
): Base | null {
  if (base === null) return null;
  return {
    agreedAt: day(20),
    optedInAt: member?.optedInAt ?? null,
    historyId: contact?.history?.at(-1)?.id ?? 0,
    byTrash: false,
    ...(typeof base === 'string' ? { side: base } : base),
  };
}

/** Facts of somebody unsubscribed by an administrator, or over the API. */
export const BY_ADMIN = { status: 'unsubscribed', unsubscribeReason: 'N/A (Unsubscribed by admin)' } as const;
/** Facts of somebody who unsubscribed themselves. */
export const BY_PERSON = { status: 'unsubscribed', unsubscribeReason: 'No longer interested' } as const;

/** Everything has been read, and the two clocks differ by at most two minutes, unless said otherwise. */
export function context({
  policies,
  ...rest
}: Omit<Partial<Context>, 'policies'> & { readonly policies?: Partial<Policies> } = {}): Context {
  return {
    policies: { ...DEFAULT_POLICIES, ...policies },
    tolerance: () => TOLERANCE_MS,
    now: NOW,
    areOwnersRead: true,
    ...rest,
  };
}

/** The default policies but for these. */
export const under = (policies: Partial<Policies>): Context => context({ policies });

/** What section 2 wants for the first of these links, by itself. */
export function outcomeOf(links: readonly [Link, ...Link[]], given: Context = context()): Outcome {
  return decideSubscription(links[0], indexComponent(links), given);
}

/** The decisions of a component for which everything was read; a test that meets an unread one has its facts wrong. */
export function decide(links: readonly Link[], given: Context = context()): readonly Decision[] {
  return decisionsOf(reconcile(links, given));
}

export function decisionsOf(reconciled: Reconciled): readonly Decision[] {
  if (reconciled.kind === 'decided') return reconciled.decisions;
  throw new Error(`still to be read: ${[...reconciled.wanted].join(', ')}`);
}

/** The decision about a single link. */
export function decideOne(only: Link, given: Context = context()): Decision {
  const [decision] = decide([only], given);
  if (decision === undefined) throw new Error('one link, no decision');
  return decision;
}

/** What a decision writes. */
export const writesOf = (decision: Decision): readonly Write[] =>
  'writes' in decision ? decision.writes : [];

/** Whose state a write changes: two writes with the same key would be done twice. */
export function writeKey(write: Write): string {
  switch (write.kind) {
    case 'subscribe':
      return `subscribe ${addressKey(write.address)}`;
    case 'remove-at-mailchimp':
    case 'update-member':
    case 'create-contact':
    case 'change-address':
      return `${write.kind} ${write.target}`;
    case 'put-on-hold':
    case 'add-address':
    case 'take-off-hold':
    case 'remove-address':
      return `${write.kind} ${write.contactId} ${addressKey(write.address)}`;
    default:
      return `${write.kind} ${write.contactId}`;
  }
}
