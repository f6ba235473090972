import {
  CATEGORIES,
  CATEGORY_SYSTEM,
  type Category,
  type CategoryCounts,
  type CategoryVerdict,
  type InCounts,
  type Limit,
} from '../domain/plan.ts';

/** A share allows at least so many people, however small the side is (rules section 8). */
const SMALLEST_ALLOWANCE = 5;

/** 5 % of that side's in-count for what can hurt; what hurts nobody has no limit. A policy `limits.<category>` replaces each. */
export const DEFAULT_LIMITS: Readonly<Record<Category, Limit>> = {
  'removed-at-mailchimp': { kind: 'share', share: 0.05 },
  'removed-in-civicrm': { kind: 'share', share: 0.05 },
  subscribed: { kind: 'share', share: 0.05 },
  asked: { kind: 'share', share: 0.05 },
  'interests-off': { kind: 'share', share: 0.05 },
  overwritten: { kind: 'share', share: 0.05 },
  'address-moved': { kind: 'share', share: 0.05 },
  created: { kind: 'share', share: 0.05 },
  'interest-paired': { kind: 'number', people: 0 },
  'added-to-group': { kind: 'none' },
  withdrawn: { kind: 'none' },
  'put-on-hold': { kind: 'none' },
  'address-added': { kind: 'none' },
  'interests-on': { kind: 'none' },
  filled: { kind: 'none' },
  'taken-off-hold': { kind: 'none' },
  'address-removed': { kind: 'none' },
};

/** A plan in numbers, and what is known about the connection. */
export interface PlanFacts {
  readonly people: CategoryCounts;
  /** At the run's start. */
  readonly inCounts: InCounts;
  /** Written in the last 24 hours by anything of this connection and approved by nobody. */
  readonly writtenLastDay: CategoryCounts;
  readonly limits: Readonly<Partial<Record<Category, Limit>>>;
  /** `first-sync` until one has been applied. */
  readonly phase: 'first-sync' | 'running';
  /** `all` where the caller approved whatever comes (an explicit flag). */
  readonly approval: 'all' | 'none';
  /** Sides that shrank impossibly, though a second read says the same (E23). */
  readonly shrunk: readonly ('mailchimp' | 'civicrm')[];
}

/**
 * Section 8: may this plan run without a person? Each category by itself; those with nobody in them are left out. Removals that follow from a side that shrank
 * impossibly are held whatever the limits say.
 */
export function assessPlan(facts: PlanFacts): readonly CategoryVerdict[] {
  return CATEGORIES.flatMap((category) => {
    const people = facts.people[category] ?? 0;
    return people === 0 ? [] : [assessCategory(category, people, facts)];
  });
}

function assessCategory(category: Category, people: number, facts: PlanFacts): CategoryVerdict {
  const limit = facts.limits[category] ?? DEFAULT_LIMITS[category];
  const allowed = allowance(limit, facts.inCounts[CATEGORY_SYSTEM[category]]);
  const writtenLastDay = facts.writtenLastDay[category] ?? 0;
  const base = { category, people, writtenLastDay, allowed };
  // A plan is approved by somebody who has seen it; nobody sees an emptied group beforehand.
  if (followsFromShrinking(category, facts.shrunk)) return { ...base, verdict: 'held', why: 'side-shrank' };
  if (facts.approval === 'all') return { ...base, verdict: 'safe', why: 'approved' };
  if (facts.phase === 'first-sync') return { ...base, verdict: 'held', why: 'first-sync' };
  if (allowed === null) return { ...base, verdict: 'safe', why: 'no-limit' };
  return people + writtenLastDay > allowed
    ? { ...base, verdict: 'held', why: 'over-limit' }
    : { ...base, verdict: 'safe', why: 'within-limit' };
}

/** How many people a limit allows, given the side's in-count; null: any number. */
export function allowance(limit: Limit, inCount: number): number | null {
  if (limit.kind === 'none') return null;
  if (limit.kind === 'number') return limit.people;
  return limit.share === 0 ? 0 : Math.max(SMALLEST_ALLOWANCE, limit.share * inCount);
}

/** A side that loses people is where the removals on the other side come from, and the asks taken back. */
function followsFromShrinking(category: Category, shrunk: PlanFacts['shrunk']): boolean {
  const leavesMailchimp = category === 'removed-at-mailchimp' || category === 'withdrawn';
  return (
    (leavesMailchimp && shrunk.includes('civicrm')) ||
    (category === 'removed-in-civicrm' && shrunk.includes('mailchimp'))
  );
}
