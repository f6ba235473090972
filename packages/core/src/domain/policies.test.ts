import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICIES, parseLimit, parsePolicies } from './policies.ts';

describe('policies of a connection', () => {
  test('without settings they are the defaults of the page', () => {
    expect(parsePolicies([])).toEqual({ policies: DEFAULT_POLICIES, problems: [] });
    expect(DEFAULT_POLICIES).toMatchObject({
      removal: 'unsubscribe',
      reconfirm: 'ask',
      doubleOptIn: 'off',
      firstSync: 'newer',
      leavingAlwaysWins: 'off',
      mirrorRefusals: 'off',
      eraseAtMailchimp: 'off',
      flagged: 'warn',
      holdCleaned: 'on',
      moveAddress: 'on',
    });
  });

  test.each([
    ['removal', ['unsubscribe', 'archive']],
    ['reconfirm', ['ask', 'never']],
    ['doubleOptIn', ['off', 'on']],
    ['firstSync', ['newer', 'mailchimp', 'civicrm', 'leaving-wins']],
    ['leavingAlwaysWins', ['off', 'on']],
    ['mirrorRefusals', ['off', 'on']],
    ['eraseAtMailchimp', ['off', 'on']],
    ['flagged', ['warn', 'refuse']],
    ['holdCleaned', ['on', 'off']],
    ['moveAddress', ['on', 'off']],
  ] as const)('%s takes each of its values and no other', (name, values) => {
    for (const value of values) {
      expect(parsePolicies([`${name}=${value}`])).toEqual({
        policies: { ...DEFAULT_POLICIES, [name]: value },
        problems: [],
      });
    }
    const wrong = parsePolicies([`${name}=maybe`]);
    expect(wrong.policies).toEqual(DEFAULT_POLICIES);
    expect(wrong.problems).toEqual([`Policy ${name} takes ${values.join(' or ')}, not "maybe".`]);
  });

  test('every and fullCron take text, but not none', () => {
    expect(parsePolicies(['every=30m', 'fullCron=0 3 * * *']).policies).toMatchObject({
      every: '30m',
      fullCron: '0 3 * * *',
    });
    expect(parsePolicies(['every=', 'fullCron']).problems).toEqual([
      'Policy every needs a value.',
      'Policy fullCron needs a value.',
    ]);
  });

  test('limits are kept per category', () => {
    const { policies, problems } = parsePolicies([
      'limits.subscribed=10%',
      'limits.created=none',
      'limits.subscribed=20',
    ]);
    expect(problems).toEqual([]);
    expect(policies.limits).toEqual({
      subscribed: { kind: 'number', people: 20 },
      created: { kind: 'none' },
    });
  });

  test('settings change what was there before, and leave the rest', () => {
    const start = parsePolicies(['removal=archive', 'limits.created=3']).policies;
    expect(parsePolicies(['reconfirm=never', 'limits.asked=4'], start).policies).toEqual({
      ...start,
      reconfirm: 'never',
      limits: { created: { kind: 'number', people: 3 }, asked: { kind: 'number', people: 4 } },
    });
  });

  test('blanks around name and value do not count, and a value may hold an equals sign', () => {
    expect(parsePolicies([' removal = archive ', 'every=a=b']).policies).toMatchObject({
      removal: 'archive',
      every: 'a=b',
    });
  });

  test('all problems are told at once, each naming what it is about', () => {
    const { policies, problems } = parsePolicies([
      'toString=on',
      'limits.people=3',
      'limits.asked=many',
      'removal',
      'flagged=refuse',
    ]);
    expect(policies).toEqual({ ...DEFAULT_POLICIES, flagged: 'refuse' });
    expect(problems).toHaveLength(4);
    expect(problems[0]).toContain('no policy "toString"');
    expect(problems[1]).toContain('no category "people"');
    expect(problems[2]).toContain('limits.asked');
    expect(problems[3]).toContain('removal');
  });
});

test.each([
  ['5%', { kind: 'share', share: 0.05 }],
  ['0.5%', { kind: 'share', share: 0.005 }],
  ['100%', { kind: 'share', share: 1 }],
  ['0', { kind: 'number', people: 0 }],
  ['20', { kind: 'number', people: 20 }],
  ['none', { kind: 'none' }],
  ['101%', null],
  ['-1', null],
  ['5 %', null],
  ['1e3', null],
  ['%', null],
  ['', null],
] as const)('limit "%s" is read as %o', (text, limit) => {
  expect(parseLimit(text)).toEqual(limit);
});
