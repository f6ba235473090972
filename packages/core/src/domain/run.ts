/** The stages of a plan flow, in order (architecture.md, "Data flow of one run"). All of them only read the outside world. */
export const PLAN_STAGES = [
  'probe',
  'fetch-mailchimp',
  'detect-civicrm-changes',
  'remove-invalid-contact-ids',
  'populate-missing-contact-ids',
  'add-civicrm-only',
  'clean-up-duplicates',
  'fetch-extra-data',
  'reconcile',
  'draw-up-plan',
] as const;

/** The stages of an apply flow, in order. */
export const APPLY_STAGES = ['create-contacts', 'write-civicrm', 'enqueue-updates', 'finish'] as const;

export type PlanStage = (typeof PLAN_STAGES)[number];
export type ApplyStage = (typeof APPLY_STAGES)[number];
export type StageName = PlanStage | ApplyStage;

/** A full run reads everything; an incremental one reads what changed since the last watermark. */
export type RunMode = 'full' | 'incremental';

/**
 * `sync` applies what is safe or approved; `plan` stops after the plan. `person` is one person's sync in one piece; `undo` puts back what another run changed, once that is
 * approved. Only a `sync` moves cursors.
 */
export type RunPurpose = 'sync' | 'plan' | 'person' | 'undo';

/**
 * The life of a run. `held`: its plan, or what is left of it, waits for approval and holds no lease. `superseded`: a later run drew up the plan afresh.
 * `stopped`: it met its time limit or the stage that it was to stop before; the next sync goes on from there.
 */
export const RUN_STATES = [
  'planning',
  'held',
  'applying',
  'done',
  'failed',
  'aborted',
  'rejected',
  'superseded',
  'stopped',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Which state may follow which. A state without followers is final. */
export const NEXT_RUN_STATES: Record<RunState, readonly RunState[]> = {
  planning: ['held', 'applying', 'done', 'failed', 'aborted', 'stopped'],
  held: ['applying', 'rejected', 'superseded', 'aborted'],
  applying: ['done', 'held', 'failed', 'aborted', 'stopped'],
  done: [],
  failed: [],
  aborted: [],
  rejected: [],
  superseded: [],
  stopped: ['planning', 'applying', 'aborted', 'failed'],
};

/** A run in one of these states holds, or is about to hold, its connection's lease. */
export const isRunActive = (state: RunState): boolean => state === 'planning' || state === 'applying';

/** Whether a run may go from one state to the other. */
export const mayFollow = (from: RunState, to: RunState): boolean => NEXT_RUN_STATES[from].includes(to);
