import { describe, expect, test } from 'vitest';
import {
  type CheckedGroup,
  type CheckedRights,
  checkGroup,
  checkRights,
  checkVersion,
} from './check-connection.ts';

const PLAIN: CheckedGroup = { isActive: true, isHidden: false, isSmart: false, hasChildren: false };
const ALL_RIGHTS: CheckedRights = {
  isSignedIn: true,
  seesContacts: true,
  seesTrash: true,
  seesHistory: true,
  mayEditContacts: true,
  mayAddContacts: true,
};

describe('E17, E21: what keeps a group from being a subscription group', () => {
  test('a plain group is fine', () => {
    expect(checkGroup(PLAIN)).toEqual([]);
  });

  test.each([
    ['GROUP_IS_SMART', { isSmart: true }, 'smart group'],
    ['GROUP_HAS_CHILDREN', { hasChildren: true }, 'child groups'],
    ['GROUP_INACTIVE', { isActive: false }, 'disabled'],
    ['GROUP_HIDDEN', { isHidden: true }, 'hidden'],
  ] as const)('%s, and the message names it', (code, change, words) => {
    const problems = checkGroup({ ...PLAIN, ...change });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.message).toContain(words);
  });

  test('a group that is not there', () => {
    expect(checkGroup(null).map(({ code }) => code)).toEqual(['GROUP_MISSING']);
  });

  test('everything that is wrong is told at once', () => {
    const wrong = { isActive: false, isHidden: true, isSmart: true, hasChildren: true };
    expect(checkGroup(wrong)).toHaveLength(4);
  });
});

describe('E24: what our key may see and do', () => {
  test('nothing is missing', () => {
    expect(checkRights(ALL_RIGHTS)).toEqual([]);
  });

  test.each([
    ['seesContacts', 'view all contacts'],
    ['seesTrash', 'access deleted contacts'],
    ['seesHistory', 'view all contacts'],
    ['mayEditContacts', 'edit all contacts'],
    ['mayAddContacts', 'add contacts'],
  ] as const)('without %s the permission is named', (right, permission) => {
    const problems = checkRights({ ...ALL_RIGHTS, [right]: false });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'CIVICRM_RIGHTS_MISSING',
      message: expect.stringContaining(`"${permission}"`),
    });
  });

  test('each permission is named once, though two things need it', () => {
    expect(checkRights({ ...ALL_RIGHTS, seesContacts: false, seesHistory: false })).toHaveLength(1);
  });

  test('a stranger lacks them all, so only that is told', () => {
    const stranger = { ...ALL_RIGHTS, isSignedIn: false, seesContacts: false, mayAddContacts: false };
    expect(checkRights(stranger).map(({ code }) => code)).toEqual(['CIVICRM_NOT_SIGNED_IN']);
  });
});

describe('section 9: versions of CiviCRM', () => {
  test.each([
    ['5.80.3', 'too-old'],
    ['4.7.31', 'too-old'],
    ['5.81.0', 'old'],
    ['5.81', 'old'],
    ['6.6.9', 'old'],
    ['6.7.0', 'fine'],
    ['6.13.3', 'fine'],
    ['7.0.alpha1', 'fine'],
    ['six', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ] as const)('%s is %s', (version, verdict) => {
    expect(checkVersion(version)).toBe(verdict);
  });
});
