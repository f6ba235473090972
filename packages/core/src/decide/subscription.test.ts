import { describe, expect, test } from 'vitest';
import {
  BY_ADMIN,
  BY_PERSON,
  context,
  day,
  decide,
  decideOne,
  history,
  link,
  outcomeOf,
  TOLERANCE_MS,
  under,
} from '../../testing/factories.ts';
import type { Link } from '../domain/facts.ts';

const REMOVES = { kind: 'change', side: 'out', category: 'removed-at-mailchimp' };
const LEAVES = { kind: 'change', side: 'out', category: 'removed-in-civicrm' };
const JOINS = { kind: 'change', side: 'in', category: 'added-to-group' };
const SUBSCRIBES = { kind: 'change', side: 'in', category: 'subscribed' };
/** Two minutes on the later side of a date still count as the same moment. */
const SECOND_MS = 1000;

describe('section 2, where both sides agree', () => {
  test('R1: in on both sides is agreed in, whatever the base was', () => {
    for (const base of ['in', 'out', null] as const) {
      expect(decideOne(link({ base }))).toEqual({ kind: 'agreed', rule: 'R1', side: 'in' });
    }
  });

  test('R2: out on both sides is agreed out, whatever the base was', () => {
    for (const base of ['in', 'out', null] as const) {
      const out = link({ mailchimp: { status: 'unsubscribed' }, civicrm: { group: 'Removed' }, base });
      expect(decideOne(out)).toEqual({ kind: 'agreed', rule: 'R2', side: 'out' });
    }
  });

  test('1: an unknown group text counts as out and raises a warning', () => {
    const bogus = link({ mailchimp: { status: 'unsubscribed' }, civicrm: { group: 'unknown' } });
    expect(decideOne(bogus)).toMatchObject({
      kind: 'agreed',
      side: 'out',
      warnings: ['unknown-group-status'],
    });
  });

  test('1: an unknown status is a fault of that member and changes nothing', () => {
    const odd = link({ mailchimp: { status: 'unknown' }, civicrm: { group: 'Added' }, base: 'in' });
    expect(decideOne(odd)).toMatchObject({ kind: 'refuse', rule: '1', reason: 'unknown-status', writes: [] });
  });
});

describe('section 2, whom we asked', () => {
  test('R6a: whoever was asked is waited for', () => {
    const asked = link({ mailchimp: { status: 'pending' }, civicrm: { group: 'Added' }, base: 'out' });
    expect(decideOne(asked)).toEqual({ kind: 'wait', rule: 'R6a', why: 'asked' });
  });

  test('R6b: whoever left the group while pending is removed as by R3a', () => {
    const left = link({ mailchimp: { status: 'pending' }, civicrm: { group: 'Removed' }, base: 'in' });
    expect(decideOne(left)).toMatchObject({ ...REMOVES, rule: 'R6b', as: 'R3a' });
  });

  test('R6c: an ask of ours is withdrawn once the group has lost them', () => {
    const left = link({
      mailchimp: { status: 'pending', ownWrite: { status: 'pending', removalMethod: null } },
      civicrm: { group: 'Removed' },
    });
    expect(decideOne(left)).toMatchObject({
      kind: 'change',
      rule: 'R6c',
      category: 'withdrawn',
      writes: [{ how: 'withdraw' }],
    });
  });

  test('R6c: an ask whose outcome we never learned is ours too', () => {
    const left = link({
      mailchimp: { status: 'pending' },
      civicrm: { group: 'Removed' },
      ask: { at: day(30), historyId: 1 },
    });
    expect(decideOne(left)).toMatchObject({ kind: 'change', rule: 'R6c' });
  });

  test('R6c: a sign-up of their own is left alone, without contact and without group', () => {
    for (const civicrm of [null, { group: 'Removed' }, { group: 'none' }] as const) {
      const signedUp = link({ mailchimp: { status: 'pending' }, civicrm, base: 'out' });
      expect(decideOne(signedUp)).toEqual({ kind: 'wait', rule: 'R6c', why: 'not-our-ask' });
    }
  });

  test('R6c: an ask that was settled by an agreement since does not make a later sign-up ours', () => {
    const signedUp = link({
      mailchimp: { status: 'pending' },
      civicrm: { group: 'Removed' },
      base: { side: 'out', agreedAt: day(60) },
      ask: { at: day(30), historyId: 1 },
    });
    expect(decideOne(signedUp)).toMatchObject({ kind: 'wait', why: 'not-our-ask' });
  });
});

describe('section 2, in at Mailchimp, out in CiviCRM', () => {
  test.each(['Removed', 'Deleted', 'none'] as const)(
    'R3a: %s in the group since the base removes at Mailchimp',
    (group) => {
      expect(decideOne(link({ civicrm: { group }, base: 'in' }))).toMatchObject({ ...REMOVES, rule: 'R3a' });
    },
  );

  test.each(['Removed', 'Deleted', 'none', 'Pending', 'unknown'] as const)(
    'R3b: somebody who joined at Mailchimp is added to a group that says %s',
    (group) => {
      const joined = link({ mailchimp: { optedInAt: day(50) }, civicrm: { group }, base: 'out' });
      expect(decideOne(joined)).toMatchObject({ ...JOINS, rule: 'R3b' });
    },
  );

  test('R3b, E1: somebody without a contact gets one', () => {
    expect(decideOne(link({ civicrm: null, base: 'out' }))).toMatchObject({
      kind: 'change',
      rule: 'R3b',
      category: 'created',
      writes: [{ kind: 'create-contact' }],
    });
  });

  test('R3c: a group that never knew them takes them in', () => {
    expect(decideOne(link({ civicrm: { group: 'none' } }))).toMatchObject({ ...JOINS, rule: 'R3c' });
  });

  test('R3c, E1: somebody whom nobody in CiviCRM matches gets a contact', () => {
    expect(decideOne(link({ civicrm: null }))).toMatchObject({ rule: 'R3c', category: 'created' });
  });

  test.each(['in', null] as const)('R3e: a text that is nobody’s act changes nothing (base %s)', (base) => {
    const pending = link({ civicrm: { group: 'Pending' }, base });
    expect(decideOne(pending)).toEqual({
      kind: 'wait',
      rule: 'R3e',
      why: 'unconfirmed',
      warnings: ['unconfirmed'],
    });
    const unknown = link({ civicrm: { group: 'unknown' }, base });
    expect(decideOne(unknown)).toMatchObject({ warnings: ['unconfirmed', 'unknown-group-status'] });
  });

  test('R3e: whom we asked with base in is not removed because of such a text', () => {
    const pending = link({ mailchimp: { status: 'pending' }, civicrm: { group: 'Pending' }, base: 'in' });
    expect(decideOne(pending)).toMatchObject({ kind: 'wait', rule: 'R3e' });
  });
});

describe('R3d: never agreed, in at Mailchimp, out of the group', () => {
  const removedOn10 = { group: 'Removed' } as const;

  test('an opt-in later than the removal adds to the group', () => {
    const later = link({
      mailchimp: { optedInAt: day(10) + TOLERANCE_MS + SECOND_MS },
      civicrm: removedOn10,
    });
    expect(decideOne(later)).toMatchObject({ ...JOINS, rule: 'R3d', as: 'R3b' });
  });

  test('an opt-in within the tolerance, or earlier, removes at Mailchimp', () => {
    for (const optedInAt of [day(10) + TOLERANCE_MS, day(9)]) {
      expect(decideOne(link({ mailchimp: { optedInAt }, civicrm: removedOn10 }))).toMatchObject({
        ...REMOVES,
        rule: 'R3d',
        as: 'R3a',
      });
    }
  });

  test('without a date on either side nothing is written and it is listed', () => {
    const undated = { kind: 'refuse', rule: 'R3d', reason: 'undated', writes: [] };
    expect(decideOne(link({ civicrm: { ...removedOn10, history: [] } }))).toMatchObject(undated);
    expect(decideOne(link({ mailchimp: { optedInAt: null }, civicrm: removedOn10 }))).toMatchObject(undated);
  });

  test('firstSync replaces the comparison, undated or not', () => {
    for (const undated of [{}, { history: [] }]) {
      const given = link({ civicrm: { ...removedOn10, ...undated } });
      expect(decideOne(given, under({ firstSync: 'mailchimp' }))).toMatchObject({ ...JOINS, as: 'R3b' });
      expect(decideOne(given, under({ firstSync: 'civicrm' }))).toMatchObject(REMOVES);
      expect(decideOne(given, under({ firstSync: 'leaving-wins' }))).toMatchObject(REMOVES);
    }
  });
});

describe('section 2, in the group, out at Mailchimp', () => {
  const LEFT = ['unsubscribed', 'cleaned', 'archived', 'transactional'] as const;

  test.each(LEFT)('R4a: %s since the base leaves the group', (status) => {
    expect(decideOne(link({ mailchimp: { status }, base: 'in' }))).toMatchObject({ ...LEAVES, rule: 'R4a' });
  });

  test.each(['unsubscribed', 'archived', 'transactional'] as const)(
    'R4b: added to the group since, from %s, subscribes',
    (status) => {
      const byUs = { status, removalMethod: null };
      const added = link({ mailchimp: { status, ownWrite: byUs }, base: 'out' });
      expect(decideOne(added)).toMatchObject({ ...SUBSCRIBES, rule: 'R4b' });
    },
  );

  test('R4b: whose address bounced is refused', () => {
    const cleaned = link({ mailchimp: { status: 'cleaned' }, base: 'out' });
    expect(decideOne(cleaned)).toMatchObject({ kind: 'refuse', rule: 'R4b', as: '2.3', reason: 'cleaned' });
  });

  test.each(['out', null] as const)('R4c: whom Mailchimp never had is subscribed (base %s)', (base) => {
    expect(decideOne(link({ mailchimp: null, base }))).toMatchObject({ ...SUBSCRIBES, rule: 'R4c' });
    const customer = link({ mailchimp: { status: 'transactional', everSubscribed: false }, base });
    expect(decideOne(customer)).toMatchObject({ ...SUBSCRIBES, rule: 'R4c' });
  });

  test('R4e: whoever was deleted for ever at Mailchimp leaves the group', () => {
    expect(decideOne(link({ mailchimp: { status: 'gone' }, base: 'in' }))).toMatchObject({
      ...LEAVES,
      rule: 'R4e',
    });
  });

  test.each(['out', null] as const)('R4f: added again after that, they are tried once (base %s)', (base) => {
    const again = link({ mailchimp: { status: 'gone' }, base });
    expect(decideOne(again)).toMatchObject({
      ...SUBSCRIBES,
      rule: 'R4f',
      as: 'R4c',
      writes: [{ how: 'if-new' }],
    });
  });

  test('R4f: never again once Mailchimp has said "Forgotten"', () => {
    const forgotten = link({ mailchimp: { status: 'gone', forgotten: true }, base: 'out' });
    expect(decideOne(forgotten)).toMatchObject({
      kind: 'refuse',
      rule: 'R4f',
      reason: 'forgotten',
      writes: [],
    });
  });

  test('R4g: somebody agreed in who is not found is read singly before anything is concluded', () => {
    const stale = link({ mailchimp: { status: 'absent' }, base: 'in' });
    expect(outcomeOf([stale])).toEqual({ kind: 'reread', rule: 'R4g', wanted: 'member' });
  });

  test('R4g: where there is nobody to be read they have left as by R4e: the member that was in is another one', () => {
    for (const mailchimp of [null, { status: 'absent', contactId: null }] as const) {
      expect(decideOne(link({ mailchimp, base: 'in' }))).toMatchObject({ ...LEAVES, rule: 'R4g', as: 'R4e' });
    }
  });
});

describe('R4d: never agreed, in the group, out at Mailchimp', () => {
  const left = (changedAt: number | null) => ({
    status: 'unsubscribed' as const,
    changedAt,
    unsubscribeReason: 'N/A (Unsubscribed by admin)',
  });
  const addedOn1 = { group: 'Added' } as const;

  test('added later than, or as far as we can tell at the same time as, they left: subscribes', () => {
    for (const changedAt of [day(0), day(1), day(1) + TOLERANCE_MS]) {
      expect(decideOne(link({ mailchimp: left(changedAt), civicrm: addedOn1 }))).toMatchObject({
        ...SUBSCRIBES,
        rule: 'R4d',
        as: 'R4b',
      });
    }
  });

  test('left later than they were added: leaves the group', () => {
    const later = link({ mailchimp: left(day(1) + TOLERANCE_MS + SECOND_MS), civicrm: addedOn1 });
    expect(decideOne(later)).toMatchObject({ ...LEAVES, rule: 'R4d', as: 'R4a' });
  });

  test('a no-op save of the group row does not make the joining younger', () => {
    const saved = history({ status: 'Added', at: day(1) }, { status: 'Added', at: day(40), method: 'API' });
    const given = link({ mailchimp: left(day(20)), civicrm: { ...addedOn1, history: saved } });
    expect(decideOne(given)).toMatchObject(LEAVES);
  });

  test('without a date on either side nothing is written and it is listed', () => {
    const undated = { kind: 'refuse', rule: 'R4d', reason: 'undated', writes: [] };
    expect(decideOne(link({ mailchimp: left(day(5)), civicrm: { ...addedOn1, history: [] } }))).toMatchObject(
      undated,
    );
    expect(decideOne(link({ mailchimp: left(null), civicrm: addedOn1 }))).toMatchObject(undated);
  });

  test('firstSync replaces the comparison, undated or not', () => {
    for (const undated of [{}, { history: [] }]) {
      const given = link({ mailchimp: left(day(0)), civicrm: { ...addedOn1, ...undated } });
      expect(decideOne(given, under({ firstSync: 'civicrm' }))).toMatchObject({ ...SUBSCRIBES, as: 'R4b' });
      expect(decideOne(given, under({ firstSync: 'mailchimp' }))).toMatchObject(LEAVES);
      expect(decideOne(given, under({ firstSync: 'leaving-wins' }))).toMatchObject(LEAVES);
    }
  });
});

describe('I7: an adding of ours is nobody’s joining', () => {
  const ours = history({ status: 'Added', at: day(50), byUs: true });
  const added = { history: ours, group: 'Added' } as const;
  const out = { side: 'out', historyId: 0 } as const;

  test.each([out, null])(
    'whoever left before it was on record that both agree leaves the group (base %s)',
    (base) => {
      const left = { ...BY_PERSON, changedAt: day(50) };
      const outcome = outcomeOf([link({ mailchimp: left, civicrm: added, base })]);
      expect(outcome).toMatchObject({ kind: 'leave-group', as: 'R4a' });
    },
  );

  test('whoever was agreed out since had been agreed in before: restored from the trash they join again (E11)', () => {
    const restored = link({
      mailchimp: { ...BY_ADMIN, ownWrite: { status: 'unsubscribed', removalMethod: null } },
      civicrm: added,
      base: { side: 'out', byTrash: true },
    });
    expect(outcomeOf([restored])).toMatchObject({ kind: 'subscribe', rule: 'R4b' });
  });

  test('a policy that believes CiviCRM says more', () => {
    const outcome = outcomeOf(
      [link({ mailchimp: BY_PERSON, civicrm: added, base: null })],
      under({ firstSync: 'civicrm' }),
    );
    expect(outcome).toMatchObject({ kind: 'subscribe', rule: 'R4d', as: 'R4b' });
  });

  test('whoever was deleted for ever meanwhile is not tried again', () => {
    const outcome = outcomeOf([link({ mailchimp: { status: 'gone' }, civicrm: added, base: out })]);
    expect(outcome).toMatchObject({ kind: 'leave-group', rule: 'R4f', as: 'R4e' });
  });

  test('but for what somebody has taken back: then it was their wish', () => {
    const wished: Link = {
      ...link({ mailchimp: BY_ADMIN, civicrm: added, base: out }),
      hasRejection: true,
    };
    expect(outcomeOf([wished])).toMatchObject({ kind: 'subscribe', rule: 'R4b' });
  });

  test('staff who add them again after a removal have joined them', () => {
    const rows = history(
      { status: 'Added', at: day(10), byUs: true },
      { status: 'Removed', at: day(20) },
      { status: 'Added', at: day(60) },
    );
    const again = link({ mailchimp: BY_ADMIN, civicrm: { group: 'Added', history: rows }, base: 'out' });
    expect(outcomeOf([again])).toMatchObject({ kind: 'subscribe', rule: 'R4b' });
  });
});

describe('what has to be read before a rule may speak', () => {
  const unread = { history: null };

  test.each([
    ['R3a', link({ civicrm: { group: 'Removed', ...unread }, base: 'in' })],
    ['R3b', link({ civicrm: { group: 'Removed', ...unread }, base: 'out' })],
    ['R3c', link({ civicrm: { group: 'none', ...unread } })],
    ['R3d', link({ civicrm: { group: 'Removed', ...unread } })],
    ['R4a', link({ mailchimp: { status: 'unsubscribed' }, civicrm: unread, base: 'in' })],
    ['R4b', link({ mailchimp: { status: 'unsubscribed' }, civicrm: unread, base: 'out' })],
    ['R4c', link({ mailchimp: null, civicrm: unread })],
    ['R4d', link({ mailchimp: { status: 'unsubscribed' }, civicrm: unread })],
    ['R4f', link({ mailchimp: { status: 'gone' }, civicrm: unread })],
    ['R6b', link({ mailchimp: { status: 'pending' }, civicrm: { group: 'Removed', ...unread }, base: 'in' })],
    ['E11', link({ civicrm: { state: 'trashed', ...unread }, base: 'in' })],
  ] as const)('%s rests on the contact’s history', (rule, given) => {
    expect(outcomeOf([given])).toEqual({ kind: 'reread', rule, wanted: 'history' });
  });

  test.each([
    ['R3a', link({ civicrm: { group: 'Removed' }, base: 'in' })],
    ['R3d', link({ civicrm: { group: 'Removed' } })],
    ['R6b', link({ mailchimp: { status: 'pending' }, civicrm: { group: 'Removed' }, base: 'in' })],
    [
      'R6c',
      link({
        mailchimp: { status: 'pending', ownWrite: { status: 'pending', removalMethod: null } },
        civicrm: { group: 'Removed' },
        base: 'out',
      }),
    ],
    ['E11', link({ civicrm: { state: 'trashed' }, base: 'in' })],
    ['E12', link({ civicrm: { state: 'erased' }, base: 'in' })],
  ] as const)(
    '%s removes nobody before section 3 has looked for other holders of the address',
    (rule, given) => {
      expect(outcomeOf([given], context({ areOwnersRead: false }))).toEqual({
        kind: 'reread',
        rule,
        wanted: 'owners',
      });
    },
  );
});

test('R5: one submitted update holds up everybody of the component', () => {
  const [first, second] = decide([
    link({ id: 1, isSubmitted: true }),
    link({ id: 2, mailchimp: { status: 'unsubscribed' }, base: 'in' }),
  ]);
  expect([first, second]).toEqual([
    { kind: 'wait', rule: 'R5', why: 'submitted' },
    { kind: 'wait', rule: 'R5', why: 'submitted' },
  ]);
});

describe('E28: an update that was given up was carried out late', () => {
  const lateIn = { lateWrite: 'in' } as const;

  test.each([
    ['R3b', link({ mailchimp: lateIn, civicrm: { group: 'Removed' }, base: 'out' })],
    ['R3c', link({ mailchimp: lateIn, civicrm: { group: 'none' }, base: null })],
    [
      'R3d',
      link({ mailchimp: { ...lateIn, optedInAt: day(50) }, civicrm: { group: 'Removed' }, base: null }),
    ],
    ['R3c', link({ mailchimp: lateIn, civicrm: null, base: null })],
  ] as const)('%s: who is in by it is nobody’s joining, and is taken out again', (rule, given) => {
    expect(decideOne(given)).toMatchObject({ ...REMOVES, rule, as: 'E28' });
  });

  test('E12b: nor does it make anybody join afresh whose contact is gone', () => {
    const lost = link({ mailchimp: lateIn, civicrm: { state: 'trashed' }, base: 'out' });
    expect(decideOne(lost)).toMatchObject({ ...REMOVES, rule: 'E11' });
  });

  test('R1: where the contact is in the group, nothing is written', () => {
    expect(decideOne(link({ mailchimp: lateIn, base: 'out' }))).toMatchObject({ kind: 'agreed', side: 'in' });
  });

  test('R4a: who turned out has left, and is listed', () => {
    const out = link({ mailchimp: { status: 'unsubscribed', lateWrite: 'out' }, base: 'in' });
    expect(decideOne(out)).toMatchObject({ ...LEAVES, rule: 'R4a', warnings: ['given-up-removal'] });
  });
});
