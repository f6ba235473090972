/**
 * Where a decision stands. `planned`: of a plan that is being made, or was only asked for. `held`: waits for approval. `approved`: safe, or approved by somebody; to be
 * applied. `applied`: CiviCRM has accepted its writes and its updates are queued. `stale`: the facts had changed when it was to be written, or what of it is for Mailchimp; decided afresh
 * by the next run. `rejected`: somebody said no. `superseded`: a later run decided afresh. `recorded`: writes nothing (refusals, waits).
 */
export const DECISION_STATES = [
  'planned',
  'held',
  'approved',
  'applied',
  'stale',
  'rejected',
  'superseded',
  'recorded',
] as const;
export type DecisionState = (typeof DECISION_STATES)[number];
