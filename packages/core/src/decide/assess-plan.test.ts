import { describe, expect, test } from 'vitest';
import { CATEGORIES, type Category, type CategoryVerdict } from '../domain/plan.ts';
import { allowance, assessPlan, DEFAULT_LIMITS, type PlanFacts } from './assess-plan.ts';

const plan = (facts: Partial<PlanFacts>): PlanFacts => ({
  people: {},
  inCounts: { mailchimp: 1000, civicrm: 400 },
  writtenLastDay: {},
  limits: {},
  phase: 'running',
  approval: 'none',
  shrunk: [],
  ...facts,
});
const verdictOf = (category: Category, facts: Partial<PlanFacts>): CategoryVerdict | undefined =>
  assessPlan(plan(facts)).find((verdict) => verdict.category === category);

// The seven of section 8, and whose in-count each is a share of.
const LIMITED = [
  ['removed-at-mailchimp', 50],
  ['removed-in-civicrm', 20],
  ['subscribed', 50],
  ['asked', 50],
  ['interests-off', 50],
  ['overwritten', 20],
  ['created', 20],
] as const;

describe('section 8: what may be written without a person', () => {
  test.each(LIMITED)('%s: 5 %% of that side’s in-count, and not one more', (category, allowed) => {
    expect(verdictOf(category, { people: { [category]: allowed } })).toMatchObject({
      verdict: 'safe',
      why: 'within-limit',
      allowed,
    });
    expect(verdictOf(category, { people: { [category]: allowed + 1 } })).toMatchObject({
      verdict: 'held',
      why: 'over-limit',
    });
  });

  test('at least five people may always be changed', () => {
    const small = { inCounts: { mailchimp: 3, civicrm: 0 } };
    expect(
      verdictOf('removed-at-mailchimp', { ...small, people: { 'removed-at-mailchimp': 5 } }),
    ).toMatchObject({ verdict: 'safe' });
    expect(
      verdictOf('removed-at-mailchimp', { ...small, people: { 'removed-at-mailchimp': 6 } }),
    ).toMatchObject({ verdict: 'held' });
  });

  test('what was written in the last 24 hours without approval counts too', () => {
    const slow = { people: { subscribed: 10 }, writtenLastDay: { subscribed: 40 } };
    expect(verdictOf('subscribed', slow)).toMatchObject({ verdict: 'safe', writtenLastDay: 40 });
    expect(verdictOf('subscribed', { ...slow, people: { subscribed: 11 } })).toMatchObject({
      verdict: 'held',
    });
  });

  test('each category is judged by itself, and those without people are left out', () => {
    const verdicts = assessPlan(plan({ people: { subscribed: 51, created: 3, asked: 0 } }));
    expect(verdicts.map(({ category, verdict }) => [category, verdict])).toEqual([
      ['subscribed', 'held'],
      ['created', 'safe'],
    ]);
  });

  test.each(['added-to-group', 'withdrawn', 'put-on-hold'] as const)(
    '%s has no limit of its own',
    (category) => {
      expect(verdictOf(category, { people: { [category]: 999 } })).toMatchObject({
        verdict: 'safe',
        why: 'no-limit',
        allowed: null,
      });
    },
  );

  test('policy limits: a share, a number of people, or none', () => {
    const eight = { people: { subscribed: 8 } };
    expect(
      verdictOf('subscribed', { ...eight, limits: { subscribed: { kind: 'number', people: 7 } } }),
    ).toMatchObject({ verdict: 'held', allowed: 7 });
    expect(
      verdictOf('subscribed', { ...eight, limits: { subscribed: { kind: 'share', share: 0.008 } } }),
    ).toMatchObject({ verdict: 'safe', allowed: 8 });
    expect(verdictOf('subscribed', { ...eight, limits: { subscribed: { kind: 'none' } } })).toMatchObject({
      why: 'no-limit',
    });
    expect(
      verdictOf('added-to-group', {
        people: { 'added-to-group': 1 },
        limits: { 'added-to-group': { kind: 'number', people: 0 } },
      }),
    ).toMatchObject({ verdict: 'held' });
  });

  test('a share of nothing allows nobody, not even the five', () => {
    const nobody = { people: { created: 1 }, limits: { created: { kind: 'share', share: 0 } } } as const;
    expect(verdictOf('created', nobody)).toMatchObject({ verdict: 'held', why: 'over-limit', allowed: 0 });
  });

  test('the first sync waits for approval, however small', () => {
    for (const category of CATEGORIES) {
      expect(verdictOf(category, { people: { [category]: 1 }, phase: 'first-sync' })).toMatchObject({
        verdict: 'held',
        why: 'first-sync',
      });
    }
  });

  test('an explicit flag approves whatever comes', () => {
    const asked = { people: { subscribed: 900 }, approval: 'all' } as const;
    for (const phase of ['first-sync', 'running'] as const) {
      expect(verdictOf('subscribed', { ...asked, phase })).toMatchObject({
        verdict: 'safe',
        why: 'approved',
      });
    }
  });

  test('E23: removals that follow from a side that shrank impossibly are held, the rest goes on', () => {
    const people = { 'removed-at-mailchimp': 1, 'removed-in-civicrm': 1, subscribed: 1, withdrawn: 1 };
    const heldBy = (shrunk: PlanFacts['shrunk']) =>
      assessPlan(plan({ people, shrunk }))
        .filter(({ why }) => why === 'side-shrank')
        .map(({ category }) => category);
    expect(heldBy(['mailchimp'])).toEqual(['removed-in-civicrm']);
    // A group suddenly empty takes back every open ask as well.
    expect(heldBy(['civicrm'])).toEqual(['removed-at-mailchimp', 'withdrawn']);
    expect(heldBy([])).toEqual([]);
  });

  test('E23: no limit makes such removals safe', () => {
    const facts = {
      people: { 'removed-at-mailchimp': 1 },
      shrunk: ['civicrm'],
      limits: { 'removed-at-mailchimp': { kind: 'none' } },
    } as const;
    expect(verdictOf('removed-at-mailchimp', facts)).toMatchObject({ verdict: 'held', why: 'side-shrank' });
  });
});

test('an allowance is a number of people, or any number', () => {
  expect(allowance({ kind: 'none' }, 0)).toBeNull();
  expect(allowance({ kind: 'number', people: 0 }, 1000)).toBe(0);
  expect(allowance(DEFAULT_LIMITS.subscribed, 40_000)).toBe(2000);
});
