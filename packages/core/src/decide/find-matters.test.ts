import { describe, expect, test } from 'vitest';
import { connectionId } from '../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import { BACKLOG_AFTER_MS, findMatters, STUCK_AFTER_MS, type Standing } from './find-matters.ts';

const NOW = Date.UTC(2026, 4, 1, 12);
const WELL: Standing = {
  connectionId: connectionId(7),
  state: 'active',
  fault: null,
  lastRun: { id: 41, state: 'done', error: null },
  held: null,
  batches: { count: 0, oldestAt: null },
  due: { count: 0, oldestAt: null },
  isWritingStopped: false,
};
const kinds = (changes: Partial<Standing>) =>
  findMatters({ ...WELL, ...changes }, NOW).map(({ kind }) => kind);
const failed = { id: 42, state: 'failed', error: { code: 'COUNTS_DISAGREE', message: 'Counts.' } } as const;

test('where all is well nobody is called for', () => {
  expect(kinds({})).toEqual([]);
  expect(kinds({ lastRun: null })).toEqual([]);
});

test('a failed run is told with its code and words, until a later run has gone well', () => {
  expect(findMatters({ ...WELL, lastRun: failed }, NOW)).toEqual([
    {
      connectionId: 7,
      kind: 'run-failed',
      code: 'COUNTS_DISAGREE',
      message: 'Run 42 failed. Counts.',
    },
  ]);
});

test('a fault is told with what to do, and the run that met it is not told besides', () => {
  const fault = { code: 'GROUP_MISSING', message: 'There is no such group.' };
  const [matter, ...others] = findMatters({ ...WELL, state: 'faulted', fault, lastRun: failed }, NOW);
  expect(others).toEqual([]);
  expect(matter).toMatchObject({ kind: 'fault', code: 'GROUP_MISSING' });
  expect(matter?.message).toContain('mcsync connection resume 7');
});

test('a fault and a failure of which nobody wrote down more are told all the same', () => {
  expect(findMatters({ ...WELL, state: 'faulted' }, NOW)).toEqual([
    {
      connectionId: 7,
      kind: 'fault',
      code: 'CONNECTION_FAULTED',
      message: 'It stopped with a fault. Mend it, then run "mcsync connection resume 7".',
    },
  ]);
  expect(findMatters({ ...WELL, lastRun: { ...failed, error: null } }, NOW)).toEqual([
    { connectionId: 7, kind: 'run-failed', code: 'RUN_FAILED', message: 'Run 42 failed. It failed.' },
  ]);
});

test('a plan that waits for approval is told with how many people it would change', () => {
  const [matter] = findMatters({ ...WELL, held: { runId: 43, people: 120 } }, NOW);
  expect(matter?.kind).toBe('awaiting-approval');
  expect(matter?.message).toMatch(/Run 43 .* 120 people/);
});

describe('what lasts too long', () => {
  test.each([
    ['a batch', STUCK_AFTER_MS - 1, []],
    ['a batch', STUCK_AFTER_MS, ['stuck-batch']],
  ])('%s under way for %i ms calls for %j', (_name, ageMs, expected) => {
    expect(kinds({ batches: { count: 1, oldestAt: NOW - ageMs } })).toEqual(expected);
  });
  test.each([
    ['an update', BACKLOG_AFTER_MS - MINUTE_MS, []],
    ['an update', BACKLOG_AFTER_MS, ['backlog']],
  ])('%s due for %i ms calls for %j', (_name, ageMs, expected) => {
    expect(kinds({ due: { count: 3, oldestAt: NOW - ageMs } })).toEqual(expected);
  });
  test.each<Partial<Standing>>([{ state: 'paused' }, { isWritingStopped: true }])(
    'updates that wait because a person said so call for nobody: %j',
    (stopped) => {
      expect(kinds({ ...stopped, due: { count: 3, oldestAt: NOW - 5 * HOUR_MS } })).toEqual([]);
    },
  );
});
