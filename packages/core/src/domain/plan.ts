/**
 * What a plan would do, counted by kind; each is held for approval or safe on its own (rules section 8). `asked` are people whom Mailchimp asks to confirm;
 * `created` are new contacts, which join the group in the same step. `interest-paired`: interests of a pair whose first sync
 * nobody has approved yet. Those after it do nobody harm and have no limit unless a policy sets one; the last two only come of an undoing, which always waits.
 */
export const CATEGORIES = [
  'removed-at-mailchimp',
  'removed-in-civicrm',
  'subscribed',
  'asked',
  'interests-off',
  'overwritten',
  'address-moved',
  'created',
  'interest-paired',
  'added-to-group',
  'withdrawn',
  'put-on-hold',
  'address-added',
  'interests-on',
  'filled',
  'taken-off-hold',
  'address-removed',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** Which system a category writes to: its in-count at the run's start is what a share is a share of. */
export const CATEGORY_SYSTEM: Record<Category, 'mailchimp' | 'civicrm'> = {
  'removed-at-mailchimp': 'mailchimp',
  'removed-in-civicrm': 'civicrm',
  subscribed: 'mailchimp',
  asked: 'mailchimp',
  'interests-off': 'mailchimp',
  overwritten: 'civicrm',
  'address-moved': 'mailchimp',
  created: 'civicrm',
  'interest-paired': 'mailchimp',
  'added-to-group': 'civicrm',
  withdrawn: 'mailchimp',
  'put-on-hold': 'civicrm',
  'address-added': 'civicrm',
  'interests-on': 'mailchimp',
  filled: 'mailchimp',
  'taken-off-hold': 'civicrm',
  'address-removed': 'civicrm',
};

/** How much of one category may happen in 24 hours without a person: a share (0–1) of that side's in-count, a number of people, or no limit. */
export type Limit =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'number'; readonly people: number }
  | { readonly kind: 'none' };

/** People per category; a category that is missing has none. */
export type CategoryCounts = Readonly<Partial<Record<Category, number>>>;

/** One category of a plan: how many, how many are allowed without a person, and what follows. */
export interface CategoryVerdict {
  readonly category: Category;
  readonly people: number;
  /** Of this category and connection, written in the last 24 hours without approval. */
  readonly writtenLastDay: number;
  /** Null: no limit. */
  readonly allowed: number | null;
  readonly verdict: 'safe' | 'held';
  readonly why:
    | 'within-limit'
    | 'no-limit'
    | 'approved'
    | 'over-limit'
    | 'first-sync'
    | 'side-shrank'
    | 'undo';
}

/** How many are in on each side at the start of a run. */
export interface InCounts {
  readonly mailchimp: number;
  readonly civicrm: number;
}
