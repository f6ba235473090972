import type { CharityBuilder } from './charity-builder.ts';

/** What a first sync has to do for one of a category, with every policy at its default (sync-rules.md 2, 2.3, 3). */
export type Effect =
  | 'agreed-in'
  | 'agreed-out'
  | 'contact-created'
  | 'added-to-group'
  | 'removed-from-group'
  | 'subscribed'
  | 'asked'
  | 'unsubscribed'
  | 'waiting'
  | 'refused-on-hold'
  | 'refused-no-email'
  | 'refused-rejected'
  | 'refused-cleaned'
  | 'refused-in-trash'
  | 'left-alone';

export interface Category {
  readonly name: string;
  /** Of all people, 0–1; absent: everybody who is in no other category. */
  readonly share?: number;
  readonly effect: Effect;
  /** How often the effect happens for one of the category; 1 if absent. */
  readonly effects?: number;
  readonly build: (charity: CharityBuilder) => void;
}
