import type { Category, CategoryVerdict } from '../domain/plan.ts';

/** What a category of a plan does to people, to be read after their number: "12 subscribed at Mailchimp". */
export const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  'removed-at-mailchimp': 'removed at Mailchimp',
  'removed-in-civicrm': 'removed from the CiviCRM group',
  subscribed: 'subscribed at Mailchimp',
  asked: 'asked by Mailchimp to confirm',
  'interests-off': 'with interests switched off',
  overwritten: 'with values overwritten',
  'address-moved': 'addresses changed at Mailchimp',
  created: 'new contacts in CiviCRM',
  'added-to-group': 'added to the CiviCRM group',
  withdrawn: 'asks taken back at Mailchimp',
  'put-on-hold': 'addresses put on hold in CiviCRM',
  'address-added': 'addresses added to contacts in CiviCRM',
  'interest-paired': 'with interests of a new pair, which are kept the same from now on',
  'interests-on': 'with interests switched on',
  filled: 'with values filled in, or tags changed',
  'taken-off-hold': 'addresses taken off hold in CiviCRM',
  'address-removed': 'addresses taken from contacts in CiviCRM again',
};

/** Why a category may go on or has to wait. A reason without words does not compile. */
export const VERDICT_WORDS: Readonly<Record<CategoryVerdict['why'], string>> = {
  'within-limit': 'within what may happen in a day without approval',
  'no-limit': 'does nobody harm, so it has no limit',
  approved: 'approved when the sync was asked for',
  'over-limit': 'more than may happen in a day without approval',
  'first-sync': 'a first sync always waits for approval',
  undo: 'it puts back what an earlier run changed, which always waits for approval',
  'side-shrank': 'a side lost more than half of its people since the last sync',
};
