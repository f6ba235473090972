import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyComponent, anyHistory, anyPolicies } from '../../testing/arbitraries.ts';
import { context, decide, decisionsOf, link, writeKey, writesOf } from '../../testing/factories.ts';
import { type Decision, RULE_IDS, type Write } from '../domain/decision.ts';
import { sameAddress } from '../domain/email.ts';
import type { CivicrmFacts, HistoryRow, Link, MailchimpFacts } from '../domain/facts.ts';
import type { Policies } from '../domain/policies.ts';
import { reconcile } from './reconcile.ts';
import { isOwnWill } from './who-left.ts';

interface Decided {
  readonly links: readonly Link[];
  readonly decisions: readonly Decision[];
  readonly policies: Policies;
}

/** Holds for any component, under any policies. */
function always(holds: (decided: Decided) => void): void {
  fc.assert(
    fc.property(anyComponent, anyPolicies, (links, policies) => {
      holds({ links, decisions: decide(links, context({ policies })), policies });
    }),
    { numRuns: 300 },
  );
}

const allWrites = ({ decisions }: Decided): readonly Write[] => decisions.flatMap(writesOf);
const contactsOf = (links: readonly Link[]): readonly CivicrmFacts[] =>
  links.flatMap(({ civicrm }) => civicrm ?? []);
const membersOf = (links: readonly Link[]): readonly MailchimpFacts[] =>
  links.flatMap(({ mailchimp }) => mailchimp ?? []);
const isAdded = ({ state, group }: CivicrmFacts): boolean => state === 'live' && group === 'Added';
const linksOf = (links: readonly Link[], id: number) =>
  links.filter(({ civicrm }) => civicrm?.contactId === id);

describe('whatever the facts', () => {
  test('every link gets a decision that names a rule of the page', () => {
    always(({ links, decisions }) => {
      expect(decisions).toHaveLength(links.length);
      for (const { rule, as = rule } of decisions)
        expect(RULE_IDS).toEqual(expect.arrayContaining([rule, as]));
    });
  });

  test('the same facts give the same decisions, and nothing that was given is changed', () => {
    always(({ links, decisions, policies }) => {
      const before = structuredClone(links);
      expect(decide(links, context({ policies }))).toEqual(decisions);
      expect(links).toEqual(before);
    });
  });

  test('the order of the links does not matter but for who leads', () => {
    always(({ links, decisions, policies }) => {
      const backwards = decide(links.toReversed(), context({ policies })).toReversed();
      expect(backwards.map(essence)).toEqual(decisions.map(essence));
      expect(writtenBy(backwards)).toEqual(writtenBy(decisions));
    });
  });

  test('nobody is written to while an update is submitted (R5)', () => {
    fc.assert(
      fc.property(anyComponent, anyPolicies, fc.nat(), (links, policies, which) => {
        fc.pre(links.length > 0);
        const busy = links.map((one, at) => ({ ...one, isSubmitted: at === which % links.length }));
        const decisions = decide(busy, context({ policies }));
        expect(decisions.flatMap(writesOf)).toEqual([]);
        expect(decisions.every(({ rule, kind }) => rule === 'R5' && kind === 'wait')).toBe(true);
      }),
    );
  });

  test('nothing is decided before what it rests on was read', () => {
    fc.assert(
      fc.property(anyComponent, anyPolicies, (links, policies) => {
        const unread = links.map((one) => ({
          ...one,
          civicrm: one.civicrm && { ...one.civicrm, history: null },
        }));
        const reconciled = reconcile(unread, context({ policies, areOwnersRead: false }));
        const written = reconciled.kind === 'decided' ? decisionsOf(reconciled).flatMap(writesOf) : [];
        // Whoever was erased at Mailchimp leaves the group whatever history says (R4e), as does an ask of ours without anybody in the group (R6c).
        const needsHistory = written.filter(({ kind }) => kind === 'subscribe' || kind === 'add-to-group');
        expect(needsHistory).toEqual([]);
        expect(
          written.filter((write) => write.kind === 'remove-at-mailchimp' && write.how !== 'withdraw'),
        ).toEqual([]);
      }),
    );
  });

  test('a live contact never meets a cell that is not on the page', () => {
    always(({ links, decisions }) => {
      const unlisted = decisions.filter(
        ({ rule }, at) => rule === 'unlisted' && links[at]?.civicrm?.state === 'live',
      );
      expect(unlisted).toEqual([]);
    });
  });
});

describe('what is written', () => {
  test('nothing is written twice', () => {
    always((decided) => {
      const keys = allWrites(decided).map(writeKey);
      expect(keys).toEqual([...new Set(keys)]);
    });
  });

  test('nobody joins and leaves at once', () => {
    always((decided) => {
      const writes = allWrites(decided);
      const left = writes.flatMap((write) => (write.kind === 'remove-from-group' ? write.contactId : []));
      const joined = writes.flatMap((write) =>
        write.kind === 'add-to-group' || write.kind === 'subscribe' ? write.contactId : [],
      );
      expect(joined.filter((id) => left.includes(id))).toEqual([]);
      const removed = writes.flatMap((write) => (write.kind === 'remove-at-mailchimp' ? write.target : []));
      const subscribed = writes.flatMap((write) =>
        write.kind === 'subscribe' && write.target !== null ? write.target : [],
      );
      expect(subscribed.filter((target) => removed.includes(target))).toEqual([]);
    });
  });

  test('whoever follows has a leader who writes, and moves to the same side', () => {
    always(({ links, decisions }) => {
      for (const decision of decisions) {
        if (decision.kind !== 'follow') continue;
        const leader = decisions[links.findIndex(({ id }) => id === decision.lead)];
        expect(leader).toMatchObject({ kind: 'change', side: decision.side });
      }
    });
  });

  test('where both sides agree nothing is written', () => {
    fc.assert(
      fc.property(anyComponent, anyPolicies, fc.constantFrom('in', 'out'), (links, policies, side) => {
        const agreed = links
          .filter(({ mailchimp, civicrm }) => mailchimp !== null && civicrm !== null)
          .map((one) => agreeing(one, side));
        expect(decide(agreed, context({ policies })).flatMap(writesOf)).toEqual([]);
      }),
    );
  });

  test('a category says what its writes are', () => {
    const kinds: Readonly<Record<string, string>> = {
      'removed-at-mailchimp': 'remove-at-mailchimp',
      withdrawn: 'remove-at-mailchimp',
      'removed-in-civicrm': 'remove-from-group',
      subscribed: 'subscribe',
      asked: 'subscribe',
      created: 'create-contact',
      'added-to-group': 'add-to-group',
    };
    always(({ decisions }) => {
      for (const decision of decisions) {
        if (decision.kind !== 'change') continue;
        const [first] = decision.writes;
        expect(first.kind).toBe(kinds[decision.category]);
        if (first.kind === 'subscribe') expect(decision.category === 'asked').toBe(first.how === 'pending');
        if (first.kind === 'remove-at-mailchimp')
          expect(decision.category === 'withdrawn').toBe(first.how === 'withdraw');
      }
    });
  });
});

describe('I3: every removal is justified by the facts', () => {
  test('at Mailchimp: they are there, and nobody who holds the address is in the group', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'remove-at-mailchimp') continue;
        const member = membersOf(decided.links).find(({ contactId }) => contactId === write.target);
        expect(['subscribed', 'pending']).toContain(member?.status);
        const holders = decided.links.filter(({ mailchimp }) => mailchimp?.contactId === write.target);
        expect(contactsOf(holders).some(isAdded)).toBe(false);
        // Somebody had agreed, or the dates or the policy decided between two who had not.
        expect(
          holders.some(
            ({ base, civicrm }) =>
              base !== null ||
              civicrm?.group === 'Removed' ||
              civicrm?.group === 'Deleted' ||
              write.how === 'withdraw',
          ),
        ).toBe(true);
      }
    });
  });

  test('in CiviCRM: they are in the group, and none of their members is in or unknown', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'remove-from-group') continue;
        const links = linksOf(decided.links, write.contactId);
        expect(contactsOf(links).every(isAdded)).toBe(true);
        expect(membersOf(links).map(({ status }) => status)).not.toContain('subscribed');
        const isMirrored = decided.decisions.some(
          (decision) => decision.kind === 'refuse' && decision.writes.includes(write),
        );
        if (!isMirrored) expect(membersOf(links).map(({ status }) => status)).not.toContain('unknown');
      }
    });
  });

  test('for ever: only by policy, and only where a contact of the address is erased', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'remove-at-mailchimp' || write.how !== 'erase') continue;
        expect(decided.policies.eraseAtMailchimp).toBe('on');
        const holders = decided.links.filter(({ mailchimp }) => mailchimp?.contactId === write.target);
        expect(contactsOf(holders).map(({ state }) => state)).toContain('erased');
      }
    });
  });

  test('nobody is created for an address that a living contact holds', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'create-contact') continue;
        const holders = decided.links.filter(({ mailchimp }) => mailchimp?.contactId === write.target);
        expect(contactsOf(holders).map(({ state }) => state)).not.toContain('live');
      }
    });
  });
});

describe('I2: nobody who left by their own will is subscribed again without being asked', () => {
  test('whatever the rest', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'subscribe' || write.isAsk) continue;
        const links = linksOf(decided.links, write.contactId);
        const written = membersOf(decided.links).filter(({ address }) => sameAddress(address, write.address));
        expect(written.filter(({ inComplianceState }) => inComplianceState)).toEqual([]);
        expect([...membersOf(links), ...written].filter(isUnwilling)).toEqual([]);
        expect(contactsOf(links).filter(({ history }) => leftByThemselves(history ?? []))).toEqual([]);
      }
    });
  });

  test('an ask is never sent twice for one act (I5), nor to somebody pending (R6a)', () => {
    always((decided) => {
      for (const write of allWrites(decided)) {
        if (write.kind !== 'subscribe' || !write.isAsk) continue;
        const links = linksOf(decided.links, write.contactId);
        const newestAsked = Math.max(0, ...links.flatMap(({ ask }) => ask?.historyId ?? []));
        const wasAsked = links.some(({ ask }) => ask !== null);
        const since = (contactsOf(links)[0]?.history ?? []).filter(
          (row) => row.id > newestAsked && !row.byUs,
        );
        if (wasAsked) expect(since.map(({ status }) => status)).toContain('Added');
        const member = membersOf(decided.links).find(({ address }) => sameAddress(address, write.address));
        expect(member?.status).not.toBe('pending');
      }
    });
  });

  test('with reconfirm=never and without doubleOptIn nobody is asked', () => {
    always((decided) => {
      const { reconfirm, doubleOptIn } = decided.policies;
      if (reconfirm !== 'never' || doubleOptIn === 'on') return;
      expect(allWrites(decided).filter((write) => write.kind === 'subscribe' && write.isAsk)).toEqual([]);
    });
  });
});

test('C.date and what rests on it do not change when a row is saved again', () => {
  fc.assert(
    fc.property(anyHistory, anyPolicies, (history, policies) => {
      const saved = history
        .flatMap((row) => [row, { ...row, byUs: false, method: 'API' }])
        .map((row, at) => ({ ...row, id: at + 1 }));
      const undisturbed = history.map((row, at) => ({ ...row, id: at * 2 + 1 }));
      const given = (rows: readonly HistoryRow[]) =>
        link({ mailchimp: { status: 'unsubscribed' }, civicrm: { group: 'Added', history: rows } });
      const under = context({ policies });
      expect(decide([given(saved)], under)).toEqual(decide([given(undisturbed)], under));
    }),
  );
});

/** Without who leads: a leader and whoever follows want the same. */
const essence = (decision: Decision) => ({
  rule: decision.rule,
  as: decision.as,
  kind: decision.kind === 'follow' ? 'change' : decision.kind,
  side: 'side' in decision ? decision.side : null,
  byTrash: 'byTrash' in decision ? decision.byTrash : undefined,
  reason: 'reason' in decision ? decision.reason : null,
  warnings: decision.warnings,
});

/** Without what is the leader's: on whose behalf a shared address is subscribed, and how those left who did not leave by their own will. */
const writtenBy = (decisions: readonly Decision[]) =>
  decisions
    .flatMap(writesOf)
    .map((write) => JSON.stringify(impartial(write)))
    .toSorted();

function impartial(write: Write): unknown {
  if (write.kind === 'subscribe') return { ...write, contactId: null, ifRefused: null };
  if (write.kind === 'remove-at-mailchimp')
    return { ...write, removalMethod: isOwnWill(write.removalMethod) };
  return write;
}

function agreeing(one: Link, side: 'in' | 'out'): Link {
  const group = side === 'in' ? 'Added' : 'Removed';
  return {
    ...one,
    mailchimp: one.mailchimp && { ...one.mailchimp, status: side === 'in' ? 'subscribed' : 'unsubscribed' },
    civicrm: one.civicrm && { ...one.civicrm, state: 'live', group },
  };
}

/** 2.3, said again: out by the person, as far as anybody can tell. */
function isUnwilling(member: MailchimpFacts): boolean {
  if (member.status === 'subscribed') return false;
  if (member.leftByOwnWill) return true;
  return (
    member.status === 'unsubscribed' &&
    member.ownWrite === null &&
    !member.unsubscribeReason.startsWith('N/A')
  );
}

/** 2.3, said again: since their own removal nobody of staff has added them, and nobody but us has taken them out again. */
function leftByThemselves(history: readonly HistoryRow[]): boolean {
  const own = history.findLastIndex(({ status, method }) => isRemoval(status) && isOwnWill(method));
  if (own < 0) return false;
  let before: 'in' | 'out' | 'removed' = 'removed';
  for (const { status, method, byUs } of history.slice(own + 1)) {
    if (status === 'Added' && before !== 'in' && method === 'Admin') return false;
    if (isRemoval(status) && before !== 'removed' && !byUs) return false;
    if (status === 'Added') before = 'in';
    else if (isRemoval(status)) before = 'removed';
    else if (before === 'in') before = 'out';
  }
  return true;
}

const isRemoval = (status: string): boolean => status === 'Removed' || status === 'Deleted';
