import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicies } from '../../testing/arbitraries.ts';
import type { MailchimpAct } from '../../testing/audience-model.ts';
import { day, writeKey, writesOf } from '../../testing/factories.ts';
import type { CivicrmAct } from '../../testing/group-model.ts';
import { createSync, type Decided, type SyncModel } from '../../testing/sync-model.ts';
import type { Decision, Write } from '../domain/decision.ts';
import { addressKey, sameAddress } from '../domain/email.ts';
import type { Link } from '../domain/facts.ts';
import { contactId } from '../domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import type { Policies } from '../domain/policies.ts';

const ADDRESSES = ['home@x.test', 'Work@x.test', 'club@x.test'] as const;

/** What happens, and how long after what happened before. Milliseconds. */
type Step = { readonly after: number } & (
  | { readonly kind: 'mailchimp'; readonly act: MailchimpAct; readonly address: string }
  | { readonly kind: 'civicrm'; readonly act: CivicrmAct; readonly contact: number }
  | { readonly kind: 'address'; readonly contact: number; readonly address: string }
  | { readonly kind: 'round'; readonly answers: 'heard' | 'lost' }
);

const MAILCHIMP_ACTS: readonly MailchimpAct[] = [
  'sign-up',
  'sign-up-double',
  'confirm',
  'leave',
  'admin-removes',
  'admin-restores',
  'admin-archives',
  'bounces',
  'buys',
  'erased',
];
const CIVICRM_ACTS: readonly CivicrmAct[] = [
  'staff-adds',
  'form-adds',
  'integration-adds',
  'staff-removes',
  'leaves-by-mail',
  'deletes-row',
  'saves',
  'is-unconfirmed',
  'trashes',
  'restores',
  'erases',
  'puts-on-hold',
  'lifts-hold',
];

// At the same moment as far as anybody can tell, or surely later.
const after = fc.constantFrom(0, MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS);
const anyAddress = fc.constantFrom(...ADDRESSES);
const anyContact = fc.integer({ min: 1, max: 3 });
const anyAct: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('mailchimp'),
      after,
      act: fc.constantFrom(...MAILCHIMP_ACTS),
      address: anyAddress,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('civicrm'),
      after,
      act: fc.constantFrom(...CIVICRM_ACTS),
      contact: anyContact,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('address'), after, contact: anyContact, address: anyAddress }),
  },
);
const anyRound: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('round'),
  after,
  answers: fc.constantFrom('heard', 'heard', 'heard', 'lost'),
});
const LONG = { minLength: 5, maxLength: 30, size: 'max' } as const;
const anyActs = fc.array(anyAct, LONG);
const anySteps = fc.array(
  fc.oneof({ weight: 5, arbitrary: anyAct }, { weight: 2, arbitrary: anyRound }),
  LONG,
);
const anyHolders = fc.array(fc.uniqueArray(anyAddress, { maxLength: 3 }), { minLength: 3, maxLength: 3 });

function begin(holders: readonly (readonly string[])[], policies: Partial<Policies>): SyncModel {
  const sync = createSync(policies, day(0));
  for (const addresses of holders) sync.group.addContact(...addresses);
  return sync;
}

function take(sync: SyncModel, step: Step): readonly Decided[] {
  sync.wait(step.after);
  switch (step.kind) {
    case 'mailchimp':
      sync.audience.act(step.act, step.address);
      return [];
    case 'civicrm':
      sync.group.act(step.act, contactId(step.contact));
      return [];
    case 'address':
      sync.group.addAddress(contactId(step.contact), step.address);
      return [];
    case 'round':
      return sync.round(step.answers);
  }
}

const writesOfAll = (decided: readonly Decided[]) => decided.flatMap(({ decision }) => writesOf(decision));
const RUNS = 150;

describe('both systems and ourselves between them', () => {
  test('I1: after changes stop, two rounds later both sides agree or say why not, and a further round writes nothing', () => {
    fc.assert(
      fc.property(anyHolders, anyPolicies, anySteps, (holders, policies, steps) => {
        const sync = begin(holders, policies);
        for (const step of steps) take(sync, step);
        // What Mailchimp refuses in the second round is mirrored in CiviCRM in the third.
        for (let rounds = policies.mirrorRefusals === 'on' ? 3 : 2; rounds > 0; rounds -= 1) look(sync);
        const further = look(sync);
        expect(writesOfAll(further)).toEqual([]);
        expect(unexplained(sync, further)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('no round writes one thing twice', () => {
    fc.assert(
      fc.property(anyHolders, anyPolicies, anyActs, (holders, policies, steps) => {
        const sync = begin(holders, policies);
        for (const step of steps) {
          take(sync, step);
          const keys = writesOfAll(sync.round()).map(writeKey);
          expect(keys).toEqual([...new Set(keys)]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('I5: nobody is mailed a confirmation twice for one act', () => {
    fc.assert(
      fc.property(anyHolders, anyPolicies, anySteps, (holders, policies, steps) => {
        const sync = begin(holders, policies);
        for (const step of steps) take(sync, step);
        const acts = sync.mails.flatMap((mail) => mail.acts);
        expect(acts).toEqual([...new Set(acts)]);
      }),
      { numRuns: RUNS },
    );
  });

  test('I2: nobody who left by their own will is subscribed again without being asked', () => {
    fc.assert(
      fc.property(anyHolders, anyPolicies, anyActs, (holders, policies, acts) => {
        const sync = begin(holders, policies);
        const unwilling = new Unwilling();
        for (const act of acts) {
          unwilling.note(sync, act);
          take(sync, act);
          const subscribed = writesOfAll(look(sync)).filter(
            (write) => write.kind === 'subscribe' && !write.isAsk,
          );
          expect(subscribed.filter((write) => unwilling.has(write))).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('I3: whoever is removed on one side is out on the other', () => {
    fc.assert(
      fc.property(anyHolders, anyPolicies, anySteps, (holders, policies, steps) => {
        const sync = begin(holders, policies);
        for (const step of steps) {
          sync.wait(HOUR_MS);
          const ins = insOf(sync);
          for (const write of writesOfAll(take(sync, step))) {
            if (write.kind === 'remove-from-group')
              expect(ins.contactsWithMember).not.toContain(write.contactId);
            if (write.kind === 'remove-at-mailchimp')
              expect(ins.membersWithContact).not.toContain(write.target);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** Whoever is in on one side, with somebody of theirs on the other, before a round. */
function insOf(sync: SyncModel) {
  const subscribed = sync.audience.records().filter(({ status }) => status === 'subscribed');
  const holders = subscribed.map((record) => ({ record, owners: sync.group.ownersOf(record.address) }));
  return {
    contactsWithMember: holders.flatMap(({ owners }) => owners.map((owner) => owner.contactId)),
    membersWithContact: holders
      .filter(({ owners }) => owners.some(({ state, isAdded }) => state === 'live' && isAdded))
      .map(({ record }) => record.contactId),
  };
}

/** A round that follows every act: whatever happened was seen. */
function look(sync: SyncModel): readonly Decided[] {
  sync.wait(MINUTE_MS);
  return sync.round();
}

/** Who has left by their own will, and not come back by it or been brought back by staff since. Kept from the acts alone. */
class Unwilling {
  readonly #addresses = new Set<string>();
  readonly #contacts = new Set<number>();

  note(sync: SyncModel, step: Step): void {
    if (step.kind === 'mailchimp') this.#noteMailchimp(sync, step);
    if (step.kind === 'civicrm') this.#noteCivicrm(sync, step);
  }

  #noteMailchimp(sync: SyncModel, { act, address }: Extract<Step, { kind: 'mailchimp' }>): void {
    const status = sync.audience.find(address)?.status;
    const key = addressKey(address);
    if (act === 'leave' && status === 'subscribed') this.#addresses.add(key);
    if (act !== 'sign-up' && (act !== 'confirm' || status !== 'pending')) return;
    this.#addresses.delete(key);
    for (const owner of sync.group.ownersOf(address)) this.#contacts.delete(owner.contactId);
  }

  #noteCivicrm(sync: SyncModel, { act, contact }: Extract<Step, { kind: 'civicrm' }>): void {
    const { state, group, history } = sync.group.facts(contactId(contact));
    if (state !== 'live') return;
    const left = history?.findLastIndex(({ method }) => method === 'Email') ?? -1;
    const hasComeBack = history?.slice(left + 1).some(({ status }) => status === 'Added');
    if (act === 'leaves-by-mail') this.#contacts.add(contact);
    if (act === 'staff-adds' && group !== 'Added') this.#contacts.delete(contact);
    // Whoever had come back was taken out by somebody else, so their own removal is not the newest any more.
    if (
      hasComeBack &&
      (act === 'staff-removes' || (act === 'deletes-row' && group !== 'none' && group !== 'Deleted'))
    )
      this.#contacts.delete(contact);
  }

  has(write: Write): boolean {
    return (
      write.kind === 'subscribe' &&
      (this.#addresses.has(addressKey(write.address)) || this.#contacts.has(write.contactId))
    );
  }
}

/** Whoever is in on one side and not on the other, without a refusal, an ask or a warning of the last round that says why. */
function unexplained(sync: SyncModel, decided: readonly Decided[]): readonly string[] {
  const outright = decided.filter(({ decision }) => isTold(decision));
  // Whoever yields to links that disagree waits for what is told of those.
  const yielding = decided.filter(
    ({ link, decision }) =>
      decision.kind === 'wait' &&
      decision.why === 'stands-by' &&
      outright.some((other) => isShared(link, other.link)),
  );
  const told = [...outright, ...yielding];
  const isIn = (address: string) => sync.audience.find(address)?.status === 'subscribed';
  const contacts = sync.group.contactIds().filter((id) => {
    const { state, group } = sync.group.facts(id);
    const isReached = ADDRESSES.some((address) => isIn(address) && holdersOf(sync, address).includes(id));
    return (
      state === 'live' &&
      group === 'Added' &&
      !isReached &&
      !told.some(({ link }) => link.civicrm?.contactId === id)
    );
  });
  const members = ADDRESSES.filter((address) => {
    const isAdded = sync.group.ownersOf(address).some((owner) => owner.state === 'live' && owner.isAdded);
    return (
      isIn(address) &&
      !isAdded &&
      !told.some(({ link }) => sameAddress(link.mailchimp?.address ?? '', address))
    );
  });
  return [
    ...contacts.map((id) => `contact ${id} is Added`),
    ...members.map((address) => `${address} is subscribed`),
  ];
}

const isTold = (decision: Decision): boolean =>
  decision.kind === 'refuse' || (decision.kind === 'wait' && ['asked', 'unconfirmed'].includes(decision.why));

const isShared = (one: Link, other: Link): boolean =>
  (one.civicrm !== null && one.civicrm.contactId === other.civicrm?.contactId) ||
  (one.mailchimp !== null && sameAddress(one.mailchimp.address, other.mailchimp?.address ?? ''));

const holdersOf = (sync: SyncModel, address: string) =>
  sync.group.ownersOf(address).map((owner) => owner.contactId);
