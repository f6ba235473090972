import { expect, test } from 'vitest';
import { isRunActive, mayFollow, NEXT_RUN_STATES, RUN_STATES } from './run.ts';

test('a run that is over stays over', () => {
  const final = RUN_STATES.filter((state) => NEXT_RUN_STATES[state].length === 0);
  expect(final).toEqual(['done', 'failed', 'aborted', 'rejected', 'superseded']);
});

test('awaiting approval holds no lease: only planning and applying do', () => {
  expect(RUN_STATES.filter(isRunActive)).toEqual(['planning', 'applying']);
});

test('what is held is applied, rejected, drawn up afresh or aborted, never just done', () => {
  expect(RUN_STATES.filter((to) => mayFollow('held', to))).toEqual([
    'applying',
    'aborted',
    'rejected',
    'superseded',
  ]);
});

test('what is left of a plan is held again after its safe categories were applied', () => {
  expect(mayFollow('applying', 'held')).toBe(true);
});

test('only a run that was stopped at a checkpoint goes on', () => {
  expect(RUN_STATES.filter((from) => mayFollow(from, 'planning'))).toEqual(['stopped']);
});
