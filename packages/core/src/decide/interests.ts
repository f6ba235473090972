import type { HistoryRow } from '../domain/facts.ts';
import type { Instant } from '../domain/instant.ts';
import type { Tolerance } from './clock.ts';
import { dateGroupStatus, statusWithoutRow } from './group-history.ts';

/** What becomes of one interest on one link. */
export type InterestOutcome =
  | { readonly kind: 'agreed'; readonly value: boolean }
  | { readonly kind: 'at-mailchimp'; readonly value: boolean }
  | { readonly kind: 'in-civicrm'; readonly value: boolean }
  /** Nothing is written and nothing agreed. `undated`: a removal that may be later than the opt-in, and may not. `apart`: what a run had changed was put back, and nobody has changed either side since. */
  | { readonly kind: 'kept'; readonly why: 'unconfirmed' | 'undated' | 'yields' | 'apart' }
  /** The contact's history with the interest group decides, and was not read. */
  | { readonly kind: 'unread' };

/** One interest on one link, as both sides have it. */
export interface InterestFacts {
  /** Undefined: never agreed. */
  readonly base: boolean | undefined;
  /** What Mailchimp has while both are left apart on purpose; left out: they are not. */
  readonly apart?: boolean | undefined;
  readonly mailchimp: boolean;
  /** Status of the contact's row in the interest group; empty where there is none. */
  readonly row: string;
  /** Of the contact with the interest group; undefined: not read. */
  readonly history: readonly HistoryRow[] | undefined;
  /** `M.opt` */
  readonly optedInAt: Instant | null;
}

type Row = 'added' | 'out' | 'unconfirmed';
type Line = InterestOutcome | 'compare-dates';

const agreed = (value: boolean): Line => ({ kind: 'agreed', value });
const atMailchimp = (value: boolean): Line => ({ kind: 'at-mailchimp', value });
const inCivicrm = (value: boolean): Line => ({ kind: 'in-civicrm', value });
const UNCONFIRMED: Line = { kind: 'kept', why: 'unconfirmed' };

/**
 * Rules section 4: the table of section 2 with true and false in place of in and out. Who differs from the base has changed, and wins. A row that is Pending, or has a
 * text that nobody knows, counts as out and is nobody's act (rules section 1).
 */
const LINES: Readonly<
  Record<'on' | 'off', Readonly<Record<Row, Readonly<Record<'on' | 'off' | 'none', Line>>>>>
> = {
  on: {
    added: { on: agreed(true), off: agreed(true), none: agreed(true) },
    out: { on: atMailchimp(false), off: inCivicrm(true), none: 'compare-dates' },
    unconfirmed: { on: UNCONFIRMED, off: inCivicrm(true), none: UNCONFIRMED },
  },
  off: {
    added: { on: inCivicrm(false), off: atMailchimp(true), none: atMailchimp(true) },
    out: { on: agreed(false), off: agreed(false), none: agreed(false) },
    unconfirmed: { on: agreed(false), off: agreed(false), none: agreed(false) },
  },
};

/** What becomes of one interest. Dates are compared only where nothing was ever agreed. */
export function mergeInterest(facts: InterestFacts, tolerance: Tolerance): InterestOutcome {
  if (isLeftApart(facts)) return { kind: 'kept', why: 'apart' };
  const line = LINES[facts.mailchimp ? 'on' : 'off'][rowOf(facts.row)][baseOf(facts.base)];
  return line === 'compare-dates' ? compareDates(facts, tolerance) : line;
}

/** Each side still is as it was left: with two values to choose from, whoever changes one of them makes both the same. */
const isLeftApart = ({ apart, mailchimp, row }: InterestFacts): boolean =>
  apart !== undefined && mailchimp === apart && (row === 'Added') === !apart;

const baseOf = (base: boolean | undefined): 'on' | 'off' | 'none' =>
  base === undefined ? 'none' : base ? 'on' : 'off';

function rowOf(status: string): Row {
  if (status === 'Added') return 'added';
  return status === '' || status === 'Removed' || status === 'Deleted' ? 'out' : 'unconfirmed';
}

/** Only a removal later than `M.opt` beats a true; where that cannot be told nothing is written. */
function compareDates({ row, history, optedInAt }: InterestFacts, tolerance: Tolerance): InterestOutcome {
  if (history === undefined) return { kind: 'unread' };
  const status = row === '' ? statusWithoutRow(history) : 'Removed';
  if (status === 'none') return { kind: 'in-civicrm', value: true };
  const removedAt = dateGroupStatus(status, history);
  if (removedAt === null || optedInAt === null) return { kind: 'kept', why: 'undated' };
  return removedAt > optedInAt + tolerance(removedAt)
    ? { kind: 'at-mailchimp', value: false }
    : { kind: 'in-civicrm', value: true };
}
