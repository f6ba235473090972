import { describe, expect, test } from 'vitest';
import {
  day,
  decideOne,
  history,
  type LinkFacts,
  link,
  TOLERANCE_MS,
  under,
} from '../../testing/factories.ts';

const REMOVES = { kind: 'change', side: 'out', category: 'removed-at-mailchimp' };
const LEAVES = { kind: 'change', side: 'out', category: 'removed-in-civicrm' };
const JOINS = { kind: 'change', side: 'in', category: 'added-to-group' };
const SUBSCRIBES = { kind: 'change', side: 'in', category: 'subscribed' };
/** Two minutes on the later side of a date still count as the same moment. */
const SECOND_MS = 1000;

describe('2.1: a newer deliberate act wins', () => {
  const base = (side: 'in' | 'out', historyId: number, optedInAt = day(0)) => ({
    side,
    historyId,
    optedInAt,
  });

  describe('R4a becomes R4b', () => {
    const reAdded = (method: string, byUs = false) =>
      history(
        { status: 'Added', at: day(1) },
        { status: 'Removed', at: day(30), byUs },
        { status: 'Added', at: day(50), method, byUs },
      );
    const leftOn = (changedAt: number, rows = reAdded('Admin'), historyId = 1): LinkFacts => ({
      mailchimp: { status: 'unsubscribed', changedAt, unsubscribeReason: 'N/A (Unsubscribed by admin)' },
      civicrm: { history: rows },
      base: base('in', historyId),
    });

    test('where staff removed and re-added them after they left', () => {
      expect(decideOne(link(leftOn(day(40))))).toMatchObject({ ...SUBSCRIBES, rule: 'R4a', as: 'R4b' });
    });

    test('and they left by their own will: they are asked, not subscribed', () => {
      const own = leftOn(day(40));
      const given = link({
        ...own,
        mailchimp: { ...own.mailchimp, unsubscribeReason: 'I get too much mail' },
      });
      expect(decideOne(given)).toMatchObject({ kind: 'change', category: 'asked', rule: 'R4a', as: 'R4b' });
    });

    test('not where they left after they were re-added, or at the same time', () => {
      for (const changedAt of [day(60), day(50), day(50) - TOLERANCE_MS]) {
        expect(decideOne(link(leftOn(changedAt)))).toMatchObject({ ...LEAVES, rule: 'R4a' });
      }
    });

    test('not where nobody knows when they left', () => {
      const left = leftOn(day(40));
      const undated = link({ ...left, mailchimp: { ...left.mailchimp, changedAt: null } });
      expect(decideOne(undated)).toMatchObject({ ...LEAVES, rule: 'R4a' });
    });

    test('not where the rows are our own, or older than the base', () => {
      expect(decideOne(link(leftOn(day(40), reAdded('API', true))))).toMatchObject(LEAVES);
      expect(decideOne(link(leftOn(day(40), reAdded('Admin'), 3)))).toMatchObject(LEAVES);
    });

    test('not where an Added row follows no removal: saving it again is no act', () => {
      const saved = history({ status: 'Added', at: day(1) }, { status: 'Added', at: day(50) });
      expect(decideOne(link(leftOn(day(40), saved)))).toMatchObject(LEAVES);
    });

    test('not where they left after that, and the row was only saved again since', () => {
      const rows = [...reAdded('Admin'), ...history({ status: 'Added', at: day(70), method: 'API', id: 4 })];
      expect(decideOne(link(leftOn(day(60), rows)))).toMatchObject(LEAVES);
    });

    test('not with leavingAlwaysWins', () => {
      expect(decideOne(link(leftOn(day(40))), under({ leavingAlwaysWins: 'on' }))).toMatchObject(LEAVES);
    });
  });

  describe('R3a becomes R3b', () => {
    const optedIn = (optedInAt: number | null, group: 'Removed' | 'none' = 'Removed'): LinkFacts => ({
      mailchimp: { optedInAt },
      civicrm: { group },
      base: base('in', 1),
    });

    test('where the person opted in again after the removal', () => {
      const given = link(optedIn(day(10) + TOLERANCE_MS + SECOND_MS));
      expect(decideOne(given)).toMatchObject({ ...JOINS, rule: 'R3a', as: 'R3b' });
    });

    test('not where the opt-in is the one of the base', () => {
      const given = link({
        mailchimp: { optedInAt: day(30) },
        civicrm: { group: 'Removed' },
        base: base('in', 1, day(30)),
      });
      expect(decideOne(given)).toMatchObject({ ...REMOVES, rule: 'R3a' });
    });

    test('not where the opt-in is not later than the removal, or unknown', () => {
      for (const optedInAt of [day(10) + TOLERANCE_MS, day(5), null]) {
        expect(decideOne(link(optedIn(optedInAt)))).toMatchObject(REMOVES);
      }
    });

    test('a new opt-in against a removal without a date is listed', () => {
      expect(decideOne(link(optedIn(day(30), 'none')))).toMatchObject({
        kind: 'refuse',
        reason: 'undated',
        writes: [],
      });
    });

    test('not with leavingAlwaysWins', () => {
      const given = link(optedIn(day(30)));
      expect(decideOne(given, under({ leavingAlwaysWins: 'on' }))).toMatchObject(REMOVES);
    });
  });

  describe('R3b becomes R3a', () => {
    const joined = (
      rows: ReturnType<typeof history>,
      optedInAt: number | null = day(40),
      historyId = 1,
    ): LinkFacts => ({
      mailchimp: { optedInAt },
      civicrm: { group: 'Removed', history: rows },
      base: base('out', historyId),
    });
    const removedFirst = { status: 'Removed', at: day(1) };
    const undone = { ...REMOVES, rule: 'R3b', as: 'R3a' };

    test('where they were added and removed again after they opted in', () => {
      const rows = history(
        removedFirst,
        { status: 'Added', at: day(45) },
        { status: 'Removed', at: day(50) },
      );
      expect(decideOne(link(joined(rows)))).toMatchObject(undone);
    });

    test.each(['Email', 'Web'])('where they left CiviCRM by method %s after they opted in', (method) => {
      const rows = history(removedFirst, { status: 'Removed', at: day(50), method });
      expect(decideOne(link(joined(rows)))).toMatchObject(undone);
    });

    test('and a later no-op removal by staff does not hide that', () => {
      const rows = history(
        removedFirst,
        { status: 'Removed', at: day(50), method: 'Email' },
        { status: 'Removed', at: day(51), method: 'Admin' },
      );
      expect(decideOne(link(joined(rows)))).toMatchObject(undone);
    });

    test('any other later removal is listed and changes nothing', () => {
      const rows = history(removedFirst, { status: 'Removed', at: day(50) });
      const listed = { kind: 'refuse', rule: 'R3b', as: '2.1', reason: 'later-removal', writes: [] };
      expect(decideOne(link(joined(rows)))).toMatchObject(listed);
      expect(decideOne(link(joined(rows, null)))).toMatchObject(listed);
    });

    test('not where the removal is ours, older than the base, or not later than the opt-in', () => {
      const byUs = history(
        removedFirst,
        { status: 'Added', at: day(45) },
        { status: 'Removed', at: day(50), byUs: true },
      );
      expect(decideOne(link(joined(byUs)))).toMatchObject(JOINS);
      const old = history(removedFirst, { status: 'Removed', at: day(50), method: 'Email' });
      expect(decideOne(link(joined(old, day(40), 2)))).toMatchObject(JOINS);
      expect(decideOne(link(joined(old, day(50) - TOLERANCE_MS)))).toMatchObject(JOINS);
    });

    test('with leavingAlwaysWins any removal by others since the base wins', () => {
      const rows = history(removedFirst, { status: 'Removed', at: day(30) });
      expect(decideOne(link(joined(rows)), under({ leavingAlwaysWins: 'on' }))).toMatchObject(undone);
      expect(
        decideOne(link(joined(history(removedFirst))), under({ leavingAlwaysWins: 'on' })),
      ).toMatchObject(JOINS);
    });
  });
});
