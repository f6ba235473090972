import type { StageName } from '../domain/run.ts';

/** What a stage is doing, for whoever watches a run. A stage without words does not compile. */
export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  probe: 'Checking both sides',
  'fetch-mailchimp': 'Reading Mailchimp',
  'detect-civicrm-changes': 'Reading CiviCRM',
  'remove-invalid-contact-ids': 'Following merged and deleted contacts',
  'populate-missing-contact-ids': 'Matching people with contacts',
  'add-civicrm-only': 'Adding people only CiviCRM has',
  'clean-up-duplicates': 'Joining duplicates',
  'fetch-extra-data': 'Reading your own data',
  reconcile: 'Deciding',
  'draw-up-plan': 'Drawing up the plan',
  'create-contacts': 'Creating contacts in CiviCRM',
  'write-civicrm': 'Changing the CiviCRM group',
  'enqueue-updates': 'Queuing changes for Mailchimp',
  finish: 'Finishing',
};
