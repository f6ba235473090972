import type { DecisionState } from '../domain/decision-state.ts';

/** Where a decision stands. */
export const DECISION_STATE_WORDS: Readonly<Record<DecisionState, string>> = {
  planned: 'planned, and not applied',
  held: 'waits for approval',
  approved: 'to be applied',
  applied: 'applied',
  stale: 'not applied, or not wholly, because the facts had changed meanwhile',
  rejected: 'rejected by somebody',
  superseded: 'decided afresh later',
  recorded: 'nothing to write',
};
