import fc from 'fast-check';
import { statusWithoutRow } from '../src/decide/group-history.ts';
import { addressKey } from '../src/domain/email.ts';
import type {
  Ask,
  Base,
  CivicrmFacts,
  ContactFlag,
  GroupStatus,
  HistoryRow,
  Link,
  MailchimpFacts,
  MailchimpStatus,
  MemberStatus,
} from '../src/domain/facts.ts';
import { contactId, mailchimpContactId, memberId } from '../src/domain/ids.ts';
import type { Instant } from '../src/domain/instant.ts';
import { CATEGORIES, type Limit } from '../src/domain/plan.ts';
import { DEFAULT_POLICIES, type Policies } from '../src/domain/policies.ts';
import { REFUSAL_REASONS, type Refusal } from '../src/domain/refusal.ts';
import { day, NOW, TOLERANCE_MS } from './factories.ts';

/** A few moments, so that dates tie and lie within the tolerance of each other as often as not. */
export const anyInstant: fc.Arbitrary<Instant> = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0, TOLERANCE_MS, TOLERANCE_MS + 1000))
  .map(([number, more]) => day(number) + more);

const anyLimit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ kind: fc.constant('none') }),
  fc.record({ kind: fc.constant('share'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('number'), people: fc.nat(50) }),
);

/** What the rules leave open, in any combination. */
export const anyPolicies: fc.Arbitrary<Policies> = fc.record({
  removal: fc.constantFrom('unsubscribe', 'archive'),
  reconfirm: fc.constantFrom('ask', 'never'),
  doubleOptIn: fc.constantFrom('off', 'off', 'on'),
  firstSync: fc.constantFrom('newer', 'mailchimp', 'civicrm', 'leaving-wins'),
  leavingAlwaysWins: fc.constantFrom('off', 'on'),
  mirrorRefusals: fc.constantFrom('off', 'on'),
  eraseAtMailchimp: fc.constantFrom('off', 'on'),
  flagged: fc.constantFrom('warn', 'refuse'),
  holdCleaned: fc.constantFrom('on', 'off'),
  moveAddress: fc.constantFrom('on', 'off'),
  limits: fc.dictionary(fc.constantFrom(...CATEGORIES), anyLimit, { maxKeys: 2 }),
  every: fc.constant(DEFAULT_POLICIES.every),
  fullCron: fc.constant(DEFAULT_POLICIES.fullCron),
});

const anyRow = fc.record({
  at: anyInstant,
  status: fc.constantFrom('Added', 'Added', 'Removed', 'Removed', 'Deleted', 'Pending', 'Bogus'),
  method: fc.constantFrom('Admin', 'Email', 'Web', 'API', null),
  byUs: fc.boolean(),
});

/** Rows in the order in which CiviCRM wrote them: ids ascend, dates do not go back. What we wrote is marked `API`. */
export const anyHistory: fc.Arbitrary<readonly HistoryRow[]> = fc
  .array(anyRow, { maxLength: 6 })
  .map((rows) =>
    rows
      .toSorted((one, other) => one.at - other.at)
      .map((row, index) => ({ ...row, id: index + 1, method: row.byUs ? 'API' : row.method })),
  );

const STATUS_OF_ROW: Readonly<Record<string, GroupStatus>> = {
  Added: 'Added',
  Removed: 'Removed',
  Pending: 'Pending',
  Bogus: 'unknown',
};

/** A group row with its history: mostly what the newest row says; sometimes the row has vanished, or a merge has left it with rows that say otherwise. */
const anyMembership = fc
  .tuple(anyHistory, fc.constantFrom('as-written', 'as-written', 'as-written', 'vanished', 'merged'))
  .map(([history, how]): Pick<CivicrmFacts, 'group' | 'history'> => {
    const newest = history.at(-1)?.status ?? '';
    const written = STATUS_OF_ROW[newest] ?? statusWithoutRow(history);
    const group = how === 'as-written' ? written : how === 'merged' ? 'Added' : statusWithoutRow(history);
    return { group, history };
  });

const anyFlags: fc.Arbitrary<readonly ContactFlag[]> = fc.subarray(['opted-out', 'do-not-email', 'deceased']);

const ADDRESSES = ['a@x.test', 'b@x.test', 'c@x.test'] as const;
const anyAddresses = fc.shuffledSubarray([...ADDRESSES]);

const anyContact = (id: number): fc.Arbitrary<CivicrmFacts> =>
  fc
    .record({
      state: fc.constantFrom('live', 'live', 'live', 'live', 'trashed', 'erased', 'merged'),
      membership: anyMembership,
      addresses: anyAddresses,
      hasHeldAddress: fc.boolean(),
      flags: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: anyFlags }),
    })
    .map(({ membership, ...facts }) => ({ contactId: contactId(id), ...facts, ...membership }));

const STATUSES: readonly MemberStatus[] = [
  'subscribed',
  'pending',
  'unsubscribed',
  'cleaned',
  'transactional',
  'archived',
  'absent',
  'gone',
  'unknown',
];
const MADE_BY_US: readonly MailchimpStatus[] = ['subscribed', 'pending', 'unsubscribed', 'archived'];

const anyOwnWrite = (status: MemberStatus) => {
  const made = MADE_BY_US.find((one) => one === status);
  const write =
    made === undefined
      ? null
      : fc.record({ status: fc.constant(made), removalMethod: fc.constantFrom(null, 'Admin', 'Email') });
  return write === null ? fc.constant(null) : fc.option(write, { nil: null, freq: 2 });
};

const anyMember = (address: string): fc.Arbitrary<MailchimpFacts> =>
  fc.constantFrom(...STATUSES, 'subscribed' as const, 'unsubscribed' as const).chain((status) =>
    fc.record({
      contactId: fc.constant(mailchimpContactId(`mc-${address}`)),
      address: fc.constant(address.toUpperCase()),
      status: fc.constant(status),
      changedAt: fc.option(anyInstant, { nil: null, freq: 9 }),
      optedInAt: fc.option(anyInstant, { nil: null, freq: 5 }),
      everSubscribed: status === 'subscribed' || status === 'gone' ? fc.constant(true) : fc.boolean(),
      unsubscribeReason:
        status === 'unsubscribed'
          ? fc.constantFrom('', 'N/A (Unsubscribed by admin)', 'Too much mail')
          : fc.constant(''),
      statusBefore: fc.constantFrom(null, 'subscribed', 'unsubscribed', 'pending'),
      leftByOwnWill: status === 'subscribed' ? fc.constant(false) : fc.boolean(),
      ownWrite: anyOwnWrite(status),
      forgotten: status === 'gone' || status === 'absent' ? fc.boolean() : fc.constant(false),
      inComplianceState: status === 'subscribed' ? fc.constant(false) : fc.boolean(),
      lateWrite: fc.constant(null),
    }),
  );

const anyBase: fc.Arbitrary<Base | null> = fc.option(
  fc.record({
    side: fc.constantFrom('in', 'out'),
    agreedAt: anyInstant,
    optedInAt: fc.option(anyInstant, { nil: null }),
    historyId: fc.nat(6),
    byTrash: fc.constant(false),
  }),
  { nil: null, freq: 3 },
);
const anyAsk: fc.Arbitrary<Ask | null> = fc.option(fc.record({ at: anyInstant, historyId: fc.nat(6) }), {
  nil: null,
  freq: 2,
});
const anyRefusal: fc.Arbitrary<Refusal | null> = fc.option(
  fc.record({
    reason: fc.constantFrom(...REFUSAL_REASONS),
    fingerprint: fc.constantFrom('', 'stale'),
    retryAt: fc.constantFrom(null, NOW + 1),
  }),
  { nil: null, freq: 2 },
);

interface Sides {
  readonly members: readonly MailchimpFacts[];
  readonly contacts: readonly CivicrmFacts[];
  /** For each possible pair, whether section 3 links it though it need not. */
  readonly coins: readonly boolean[];
}

const anySides: fc.Arbitrary<Sides> = fc.record({
  members: fc.subarray([...ADDRESSES]).chain((addresses) => fc.tuple(...addresses.map(anyMember))),
  contacts: fc
    .integer({ min: 1, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyContact(at + 1)))),
  coins: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
});

type Pair = Pick<Link, 'mailchimp' | 'civicrm'>;

/** Every live, Added holder of a member's address is linked to it (`areOwnersRead`); whoever is left over stands alone. */
function pairUp({ members, contacts, coins }: Sides): readonly Pair[] {
  const pairs = members.flatMap((mailchimp, m) =>
    contacts
      .filter(
        (civicrm, c) =>
          civicrm.addresses.includes(addressKey(mailchimp.address)) && (isAdded(civicrm) || coins[m * 3 + c]),
      )
      .map((civicrm): Pair => ({ mailchimp, civicrm })),
  );
  const lonelyMembers = members.filter((member) => !pairs.some(({ mailchimp }) => mailchimp === member));
  const lonelyContacts = contacts.filter(
    (contact) => isAdded(contact) && !pairs.some(({ civicrm }) => civicrm === contact),
  );
  return [
    ...pairs,
    ...lonelyMembers.map((mailchimp): Pair => ({ mailchimp, civicrm: null })),
    ...lonelyContacts.map((civicrm): Pair => ({ mailchimp: null, civicrm })),
  ];
}

const isAdded = ({ state, group }: CivicrmFacts): boolean => state === 'live' && group === 'Added';

/** Links that are decided together: shared addresses, several addresses, lost contacts. Everything has been read; nothing is submitted. */
export const anyComponent: fc.Arbitrary<readonly Link[]> = anySides.chain((sides) =>
  fc.tuple(
    ...pairUp(sides).map((pair, at) =>
      fc.record({ base: anyBase, ask: anyAsk, refusal: anyRefusal }).map(
        (ours): Link => ({
          id: memberId(at + 1),
          isSubmitted: false,
          partedBy: null,
          ...pair,
          ...ours,
          base: possible(ours.base, pair),
        }),
      ),
    ),
  ),
);

/** A base agreed with somebody: without a member or a contact nobody was ever in. */
function possible(base: Base | null, { mailchimp, civicrm }: Pair): Base | null {
  if (base === null) return null;
  // R4g: somebody agreed in who is not found has been read singly by now, and is `gone`.
  const isNobody = mailchimp === null || civicrm === null || mailchimp.status === 'absent';
  return isNobody ? { ...base, side: 'out' } : base;
}
