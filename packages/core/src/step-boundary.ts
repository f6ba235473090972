import { channel } from 'node:diagnostics_channel';

/**
 * The places between two effects: what stands before one is done for good, what comes after it has not begun. A process that dies at any of them must leave nothing that
 * the next one cannot mend (docs/reliability.md). Each is a place to be killed at in the kill harness, `npm run chaos`.
 */
export const STEPS = [
  // A run and its jobs
  'run-recorded',
  'approval-recorded',
  'flow-added',
  'stage-cut',
  'pieces-queued',
  'piece-worked',
  'piece-recorded',
  'stage-recorded',
  'run-finished',
  'run-taken-over',
  // Writing to CiviCRM
  'rechecked',
  'addresses-claimed',
  'contacts-created',
  'contacts-grouped',
  'creation-recorded',
  'group-added',
  'group-removed',
  'addresses-held',
  'addresses-added',
  'group-recorded',
  'civicrm-written',
  // Writing to Mailchimp
  'updates-queued',
  'updates-claimed',
  'mailchimp-written',
  'batch-submitted',
  'submission-recorded',
  'sent-directly',
  'batch-looked-at',
  'batch-adopted',
  'batch-deleted',
  'updates-settled',
  'members-read-again',
  'decided-afresh',
  'batch-settled',
] as const;

export type Step = (typeof STEPS)[number];

/** The channel's name, for whoever listens: the kill harness, which is loaded into a worker's process before the worker. */
export const STEP_CHANNEL = 'mcsync:step';

const steps = channel(STEP_CHANNEL);

/** Tells that a step is done. In production nobody listens, and this does nothing at all. */
export function passStep(step: Step): void {
  if (steps.hasSubscribers) steps.publish(step);
}
