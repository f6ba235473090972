import { describe, expect, test } from 'vitest';
import { context, link, outcomeOf } from '../../testing/factories.ts';
import type { RuleId } from '../domain/decision.ts';
import type { ContactState, GroupStatus, MailchimpFacts, MemberStatus, Side } from '../domain/facts.ts';
import { memberCell, ruleFor } from './state-table.ts';

// The columns of the page. `seen`: transactional and seen subscribed by us; `unseen`: never. `unmatched`: nobody in CiviCRM holds the address.
type M = Exclude<MemberStatus, 'transactional'> | 'seen' | 'unseen';
type C = GroupStatus | Exclude<ContactState, 'live'> | 'unmatched';
type B = Side | 'never';

const IN: readonly M[] = ['subscribed'];
const LEFT: readonly M[] = ['unsubscribed', 'cleaned', 'archived', 'seen'];
const NEVER_CAME: readonly M[] = ['absent', 'unseen'];
const NOT_IN: readonly M[] = [...LEFT, ...NEVER_CAME, 'gone'];
const ALL_M: readonly M[] = [...IN, 'pending', ...NOT_IN, 'unknown'];

const NOT_THERE: readonly C[] = ['Removed', 'Deleted', 'none'];
const NOBODYS_ACT: readonly C[] = ['Pending', 'unknown'];
const OUT: readonly C[] = [...NOT_THERE, ...NOBODYS_ACT];
const LIVE: readonly C[] = ['Added', ...OUT];
const LOST: readonly C[] = ['trashed', 'erased'];
const ALL_C: readonly C[] = [...LIVE, ...LOST, 'merged', 'unmatched'];

const ANY: readonly B[] = ['in', 'out', 'never'];

/** One row of a table: every value of a column that it names. */
type Row = readonly [rule: RuleId, members: readonly M[], contacts: readonly C[], bases: readonly B[]];

// Written down from the page, not from the program.
const SECTION_2: readonly Row[] = [
  ['R6a', ['pending'], ['Added'], ANY],
  ['R6b', ['pending'], NOT_THERE, ['in']],
  ['R6c', ['pending'], OUT, ['out', 'never']],
  ['R1', IN, ['Added'], ANY],
  ['R2', NOT_IN, OUT, ANY],
  ['R3a', IN, NOT_THERE, ['in']],
  ['R3b', IN, OUT, ['out']],
  ['R3e', IN, NOBODYS_ACT, ['in', 'never']],
  ['R3e', ['pending'], NOBODYS_ACT, ['in']],
  ['R3c', IN, ['none'], ['never']],
  ['R3d', IN, ['Removed', 'Deleted'], ['never']],
  ['R4a', LEFT, ['Added'], ['in']],
  ['R4b', LEFT, ['Added'], ['out']],
  ['R4c', NEVER_CAME, ['Added'], ['out', 'never']],
  ['R4d', LEFT, ['Added'], ['never']],
  ['R4e', ['gone'], ['Added'], ['in']],
  ['R4f', ['gone'], ['Added'], ['out', 'never']],
  ['R4g', ['absent'], ['Added'], ['in']],
  // The page has no row for a base `in` of somebody whom we never saw subscribed; the base itself says that they were in.
  ['R4a', ['unseen'], ['Added'], ['in']],
];
// Section 1: a status that nobody knows is a fault of that member, whatever the rest.
const SECTION_1: readonly Row[] = [['1', ['unknown'], [...LIVE, ...LOST, 'unmatched'], ANY]];
// Section 7, "resolved before section 2"; who is pending stays with R6, whose contacts are just as much out.
const SECTION_7: readonly Row[] = [
  ['E13', ALL_M, ['merged'], ANY],
  ['E11', [...IN], ['trashed'], ['in']],
  ['E12', [...IN], ['erased'], ['in']],
  ['E11', NOT_IN, ['trashed'], ANY],
  ['E12', NOT_IN, ['erased'], ANY],
  ['E12b', IN, LOST, ['out']],
  ['R6b', ['pending'], LOST, ['in']],
  ['R6c', ['pending'], LOST, ['out', 'never']],
];
// Section 3: no owner, or only one in the trash.
const SECTION_3: readonly Row[] = [
  ['3', IN, LOST, ['never']],
  ['R3c', IN, ['unmatched'], ['never']],
  ['R3b', IN, ['unmatched'], ['out']],
  ['R2', NOT_IN, ['unmatched'], ANY],
  ['R6c', ['pending'], ['unmatched'], ['out', 'never']],
  // An agreed `in` without a contact is on no page.
  ['unlisted', [...IN, 'pending'], ['unmatched'], ['in']],
];
const PAGE: readonly Row[] = [...SECTION_2, ...SECTION_1, ...SECTION_7, ...SECTION_3];

const cells = ALL_M.flatMap((m) => ALL_C.flatMap((c) => ANY.map((b) => ({ m, c, b }))));
const rowsFor = (m: M, c: C, b: B): readonly Row[] =>
  PAGE.filter(([, ms, cs, bs]) => ms.includes(m) && cs.includes(c) && bs.includes(b));

function memberFacts(m: M): Partial<MailchimpFacts> {
  if (m === 'seen') return { status: 'transactional', everSubscribed: true };
  if (m === 'unseen') return { status: 'transactional', everSubscribed: false };
  return { status: m };
}

function linkOf(m: M, c: C, b: B) {
  const isGroup = LIVE.includes(c);
  return link({
    mailchimp: memberFacts(m),
    civicrm:
      c === 'unmatched'
        ? null
        : isGroup
          ? { group: c as GroupStatus }
          : { state: c as ContactState, group: 'Added' },
    base: b === 'never' ? null : b,
  });
}

describe('the table of section 2', () => {
  test('the page has exactly one row for every cell', () => {
    const doubtful = cells
      .map(({ m, c, b }) => ({ cell: `${m} ${c} ${b}`, rows: rowsFor(m, c, b).map(([rule]) => rule) }))
      .filter(({ rows }) => rows.length !== 1);
    expect(doubtful).toEqual([]);
  });

  test.each(ALL_M)('a member who is %s gets the rule of the page whatever CiviCRM and the base say', (m) => {
    const wrong = cells
      .filter((cell) => cell.m === m)
      .map(({ c, b }) => ({
        cell: `${m} ${c} ${b}`,
        page: rowsFor(m, c, b)[0]?.[0],
        ours: outcomeOf([linkOf(m, c, b)]).rule,
      }))
      .filter(({ page, ours }) => page !== ours);
    expect(wrong).toEqual([]);
  });

  test('R5: any cell whose update is submitted waits', () => {
    const decided = cells.map(({ m, c, b }) => outcomeOf([{ ...linkOf(m, c, b), isSubmitted: true }]));
    expect(new Set(decided.map(({ rule, kind }) => `${rule} ${kind}`))).toEqual(new Set(['R5 wait']));
  });

  test('no cell of a live contact is unlisted', () => {
    const rules = cells
      .filter(({ c }) => LIVE.includes(c))
      .map((cell) => outcomeOf([linkOf(cell.m, cell.c, cell.b)]));
    expect(rules.filter(({ rule }) => rule === 'unlisted')).toEqual([]);
  });

  test('an unlisted cell waits, and somebody is told', () => {
    expect(outcomeOf([linkOf('subscribed', 'unmatched', 'in')], context())).toEqual({
      kind: 'wait',
      rule: 'unlisted',
      why: 'unlisted',
      warnings: ['unlisted-cell'],
    });
  });

  test('a member of whom we know nothing but the contact is absent', () => {
    expect(outcomeOf([link({ mailchimp: null, civicrm: { group: 'Added' } })]).rule).toBe('R4c');
  });
});

test('transactional people count by whether they were ever in', () => {
  expect(memberCell('transactional', true)).toBe('out');
  expect(memberCell('transactional', false)).toBe('absent');
  expect(memberCell('unsubscribed', false)).toBe('out');
});

test('what was merged is linked afresh before any rule speaks', () => {
  expect(ruleFor({ contact: 'merged', member: 'unknown', base: 'in' })).toBe('E13');
});
