import { expect, test } from 'vitest';
import { groupId } from '../domain/ids.ts';
import type { InterestPair } from '../domain/pairings.ts';
import { checkInterests, type SeenInterests } from './check-interests.ts';

const PAIR: InterestPair = { interestId: 'hiking', groupId: groupId(21), phase: 'running', fault: null };
const FIT = { isActive: true, isHidden: false, isSmart: false, hasChildren: false };

test.each<[string, Partial<SeenInterests>, string | null]>([
  ['both are there', {}, null],
  ['nobody is in the audience to tell', { interestIds: null }, null],
  ['E20: the interest is gone', { interestIds: new Set(['sailing']) }, 'E20'],
  ['E16: the group is gone', { groups: new Map([[21, null]]) }, 'E16'],
  ['E16: the group was not shown', { groups: new Map() }, 'E16'],
  ['E16: the group is disabled', { groups: new Map([[21, { ...FIT, isActive: false }]]) }, 'E16'],
  ['E16: the group has become smart', { groups: new Map([[21, { ...FIT, isSmart: true }]]) }, 'E16'],
])('%s', (_, seen, code) => {
  const whole = { groups: new Map([[21, FIT]]), interestIds: new Set(['hiking']), ...seen };
  expect(checkInterests([PAIR], whole).get('hiking')?.code ?? null).toBe(code);
});
