import { describe, expect, test } from 'vitest';
import { day } from '../../testing/factories.ts';
import type { TailRow } from '../domain/history-tail.ts';
import { contactId } from '../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { judgeTail, listAstray } from './judge-tail.ts';

const row = (id: number, facts: Partial<TailRow> = {}): TailRow => ({
  id,
  contactId: contactId(id),
  groupId: 7,
  status: 'Added',
  at: day(id % 30),
  ...facts,
});
const rows = (count: number): readonly TailRow[] => Array.from({ length: count }, (_, at) => row(at + 1));
const judge = (
  stored: readonly TailRow[],
  found: readonly TailRow[],
  lost: readonly number[] = [],
  goneGroups: readonly number[] = [],
) => judgeTail({ stored, found, lost: new Set(lost.map(contactId)), goneGroups: new Set(goneGroups) });

describe('E26: the last 50 rows of history that were read', () => {
  test('nothing stored, or all as it was, is intact', () => {
    expect(judge([], [])).toBe('intact');
    expect(judge(rows(50), rows(50))).toBe('intact');
  });

  test('missing or re-pointed rows of contacts that are erased, trashed or merged mean nothing', () => {
    expect(judge(rows(3), rows(2), [3])).toBe('intact');
    expect(judge(rows(2), [row(1), row(2, { contactId: contactId(9) })], [2])).toBe('intact');
    expect(
      judge(
        rows(50),
        [],
        rows(50).map(({ id }) => id),
      ),
    ).toBe('intact');
  });

  test('so do rows of a group that is gone, and of no other', () => {
    const stored = [row(1), row(2, { groupId: 21 })];
    expect(judge(stored, [row(1)], [], [21])).toBe('intact');
    expect(judge(stored, [], [], [21])).toBe('compare');
    expect(judge([row(1), row(2, { groupId: null })], [row(1)], [], [21])).toBe('compare');
    const all = rows(50).map((one) => ({ ...one, groupId: 21 }));
    expect(judge(all, [], [], [21])).toBe('intact');
  });

  test('any other missing or re-pointed row starts a full compare', () => {
    expect(judge(rows(50), rows(49))).toBe('compare');
    expect(judge(rows(2), [row(1), row(2, { contactId: contactId(9) })])).toBe('compare');
    expect(judge(rows(3), [])).toBe('compare');
    expect(judge(rows(50), [], [1])).toBe('compare');
  });

  test.each([
    ['group', { groupId: 8 }],
    ['no group', { groupId: null }],
    ['status', { status: 'Removed' }],
    ['date', { at: day(20) }],
  ])('a stored id that carries another %s is another history', (_, facts) => {
    expect(judge(rows(2), [row(1), row(2, facts)], [2])).toBe('rewritten');
  });

  test('a date an hour off is the same one, read across a DST change', () => {
    expect(judge(rows(1), [row(1, { at: day(1) + HOUR_MS })])).toBe('intact');
    expect(judge(rows(1), [row(1, { at: day(1) + HOUR_MS + 3 * MINUTE_MS })])).toBe('rewritten');
  });

  test('all 50 missing, with contacts and group still there, is another history', () => {
    expect(judge(rows(50), [])).toBe('rewritten');
  });

  test('what to ask about: rows that are not where they were', () => {
    const stored = [...rows(2), row(3, { contactId: contactId(2) })];
    expect(listAstray(stored, [row(1), row(3)])).toEqual(stored.slice(1));
    expect(listAstray(stored, stored)).toEqual([]);
  });
});
