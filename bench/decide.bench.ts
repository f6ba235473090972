import { toleranceAt } from '@mcsync/core/decide/clock';
import { reconcile } from '@mcsync/core/decide/reconcile';
import type {
  Base,
  CivicrmFacts,
  GroupStatus,
  Link,
  MailchimpFacts,
  MemberStatus,
} from '@mcsync/core/domain/facts';
import { contactId, mailchimpContactId, memberId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { printFigures } from './support/figures.ts';

const COMPONENTS = 200_000;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const STATUSES: readonly MemberStatus[] = ['subscribed', 'unsubscribed', 'cleaned', 'archived', 'absent'];
const GROUPS: readonly GroupStatus[] = ['Added', 'Removed', 'none'];
const SIDES = ['in', 'out', null] as const;

const context = { policies: DEFAULT_POLICIES, now: NOW, tolerance: toleranceAt(NOW, 0), areOwnersRead: true };

function figure(name: string, make: (at: number) => readonly Link[]) {
  const components = Array.from({ length: COMPONENTS }, (_, at) => make(at));
  decideAll(components.slice(0, 20_000));
  const startedAt = performance.now();
  const decisions = decideAll(components);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    name,
    measured: decisions / seconds,
    bound: 200_000,
    unit: 'decisions/s',
    sense: 'at-least',
  } as const;
}

function decideAll(components: readonly (readonly Link[])[]): number {
  let decisions = 0;
  for (const links of components) {
    const result = reconcile(links, context);
    decisions += result.kind === 'decided' ? result.decisions.length : links.length;
  }
  return decisions;
}

const agreed = (at: number): Link => link(at, member(at, 'subscribed'), contact(at, 'Added'), base(at, 'in'));

const mixed = (at: number): Link =>
  link(
    at,
    member(at, pick(STATUSES, at)),
    contact(at, pick(GROUPS, at >> 3)),
    base(at, pick(SIDES, at >> 5)),
  );

function couple(at: number): readonly Link[] {
  const shared = member(at, pick(STATUSES, at));
  return [0, 1].map((who) =>
    link(2 * at + who, shared, contact(2 * at + who, pick(GROUPS, at >> (2 + who))), base(at, 'in')),
  );
}

const pick = <Value>(values: readonly [Value, ...Value[]] | readonly Value[], at: number): Value =>
  values[at % values.length] as Value;

const link = (
  at: number,
  mailchimp: MailchimpFacts,
  civicrm: CivicrmFacts,
  agreedBase: Base | null,
): Link => ({
  id: memberId(at),
  mailchimp,
  civicrm,
  base: agreedBase,
  isSubmitted: false,
  ask: null,
  refusal: null,
  partedBy: null,
});

const member = (at: number, status: MemberStatus): MailchimpFacts => ({
  contactId: mailchimpContactId(`m${at}`),
  address: `person${at}@charity.test`,
  status,
  changedAt: NOW - at * 1000,
  optedInAt: NOW - at * 2000,
  everSubscribed: true,
  unsubscribeReason: status === 'unsubscribed' ? 'N/A (Unsubscribed by admin)' : '',
  statusBefore: status === 'subscribed' ? null : 'subscribed',
  leftByOwnWill: false,
  ownWrite: null,
  forgotten: false,
  inComplianceState: false,
  lateWrite: null,
});

const contact = (at: number, group: GroupStatus): CivicrmFacts => ({
  contactId: contactId(at + 1),
  state: 'live',
  group,
  history: [
    {
      id: at + 1,
      at: NOW - at * 1500,
      status: group === 'none' ? 'Deleted' : group,
      method: 'Admin',
      byUs: false,
    },
  ],
  addresses: [`person${at}@charity.test`],
  hasHeldAddress: false,
  flags: [],
});

const base = (at: number, side: 'in' | 'out' | null): Base | null =>
  side === null
    ? null
    : { side, agreedAt: NOW - at * 3000, optedInAt: NOW - at * 2000, historyId: at, byTrash: false };

printFigures('Decisions of the pure core, one process', [
  figure('as in a charity: 93 of 100 agreed', (at) => [at % 100 < 93 ? agreed(at) : mixed(at)]),
  figure('everybody different', (at) => [mixed(at)]),
  figure('couples who share an address', (at) => couple(at)),
]);
