import { expect, test } from 'vitest';
import { DEFAULT_MAPPINGS } from '../domain/pairings.ts';
import { type MemberProfile, NOTHING_AGREED, type ProfileBase } from '../domain/profile.ts';
import { agreedAtMailchimp, agreedInCivicrm, bringsMore } from './confirm-profile.ts';

const PENDING: ProfileBase = {
  interests: { hiking: true, sailing: false },
  fields: { FNAME: ['Wilma', 'Wilma'], GONE: ['x', 'x'] },
  tags: { Donor: true },
};

test('1: at Mailchimp an interest counts that is as asked for, and of a field the value returned', () => {
  const returned = {
    interests: { hiking: true, sailing: true },
    fields: { FNAME: 'Wil' },
    tags: null,
  };
  expect(agreedAtMailchimp(PENDING, returned)).toEqual({
    interests: { hiking: true },
    fields: { FNAME: ['Wil', 'Wilma'] },
    tags: { Donor: true },
  });
});

test('1: in CiviCRM what it accepted counts, and of a field the value read back', () => {
  const returned = { groups: {}, fields: { first_name: 'WILMA' }, tags: {} };
  expect(agreedInCivicrm(PENDING, returned, DEFAULT_MAPPINGS)).toEqual({
    ...NOTHING_AGREED,
    interests: { hiking: true, sailing: false },
    fields: { FNAME: ['Wilma', 'WILMA'] },
  });
});

test('what is knowingly left apart stays so on both sides', () => {
  const pending: ProfileBase = {
    ...NOTHING_AGREED,
    apart: { interests: { hiking: true }, tags: { Donor: false } },
  };
  expect(agreedAtMailchimp(pending, { interests: {}, fields: {}, tags: null })).toEqual(pending);
  expect(agreedInCivicrm(pending, { groups: {}, fields: {}, tags: {} }, [])).toEqual(pending);
});

test.each<[string, boolean, Partial<ProfileBase>, Partial<MemberProfile>]>([
  ['nothing', false, {}, {}],
  ['an interest as agreed', false, { interests: { hiking: true } }, { interests: { hiking: true } }],
  ['one that has changed', true, { interests: { hiking: false } }, { interests: { hiking: true } }],
  [
    'one that was not',
    true,
    { interests: { hiking: false } },
    { interests: { hiking: true, sailing: false } },
  ],
  ['a value that has changed', true, { fields: { LNAME: ['', null] } }, { fields: { LNAME: 'Slate' } }],
  ['one as agreed', false, { fields: { LNAME: ['Slate', null] } }, { fields: { LNAME: 'Slate' } }],
  ['one that was not', true, {}, { fields: { LNAME: 'Slate' } }],
  ['an empty one', false, {}, { fields: { LNAME: '' } }],
])('whoever comes back with %s brings more: %s', (_, isMore, base, member) => {
  expect(
    bringsMore({ ...NOTHING_AGREED, ...base }, { interests: {}, fields: {}, tags: null, ...member }),
  ).toBe(isMore);
});
