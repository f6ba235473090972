import { describe, expect, test } from 'vitest';
import { day, history } from '../../testing/factories.ts';
import { dateGroupStatus, newestId, rowsAfter, statusWithoutRow } from './group-history.ts';

const added = (at: number) => ({ status: 'Added', at: day(at) });
const removed = (at: number) => ({ status: 'Removed', at: day(at) });

describe('section 1: C.date', () => {
  test('is the oldest row of the newest unbroken run that means the same as the group row', () => {
    const rows = history(added(1), removed(2), added(3), added(4), added(5));
    expect(dateGroupStatus('Added', rows)).toBe(day(3));
  });

  test('counts Removed, Deleted, Pending and any other text as out', () => {
    const rows = history(added(1), { status: 'Pending', at: day(2) }, removed(3), {
      status: 'Bogus',
      at: day(4),
    });
    for (const group of ['Removed', 'Deleted', 'none', 'Pending', 'unknown'] as const) {
      expect(dateGroupStatus(group, rows)).toBe(day(2));
    }
  });

  test('passes over newer rows that say otherwise: a merge moves rows with their old dates', () => {
    expect(dateGroupStatus('Added', history(added(1), removed(2)))).toBe(day(1));
  });

  test('is undated where no row means the same', () => {
    expect(dateGroupStatus('Added', [])).toBeNull();
    expect(dateGroupStatus('Added', history(removed(1)))).toBeNull();
    expect(dateGroupStatus('Removed', history(added(1)))).toBeNull();
  });

  test('goes by the order of writing, not by the dates, which tie', () => {
    expect(dateGroupStatus('Added', history(removed(5), added(5), added(6)))).toBe(day(5));
  });
});

test('without a group row the newest history row tells Deleted from none', () => {
  expect(statusWithoutRow(history(added(1), { status: 'Deleted', at: day(2) }))).toBe('Deleted');
  expect(statusWithoutRow(history({ status: 'Deleted', at: day(1) }, added(2)))).toBe('none');
  expect(statusWithoutRow([])).toBe('none');
});

test('rows after a base are those with a higher id; after none, all', () => {
  const rows = history(added(1), removed(2), added(3));
  expect(rowsAfter(rows, { historyId: 0 })).toEqual(rows);
  expect(rowsAfter(rows, { historyId: 2 }).map(({ id }) => id)).toEqual([3]);
  expect(rowsAfter(rows, { historyId: 3 })).toEqual([]);
  expect(rowsAfter(rows, null)).toEqual(rows);
});

test('the newest id is 0 where there is no history, or none was read', () => {
  expect([newestId(null), newestId([]), newestId(history(added(1), removed(2)))]).toEqual([0, 0, 2]);
});
