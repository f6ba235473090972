import { expect, test } from 'vitest';
import type { Write } from '../domain/decision.ts';
import { contactId, groupId, mailchimpContactId } from '../domain/ids.ts';
import type { ContactProfile, MemberProfile } from '../domain/profile.ts';
import { areProfilesAsPlanned, withoutFaulty } from './compare-profiles.ts';

const M: MemberProfile = { interests: { hiking: true }, fields: { FNAME: 'Wilma' }, tags: null };
const C: ContactProfile = {
  groups: { 21: 'Added' },
  fields: { first_name: 'Wilma', 'extra:SHOE': 5 },
  tags: { Donor: true },
};
/** What is read never has a developer's own data in it. */
const READ: ContactProfile = { ...C, fields: { first_name: 'Wilma' } };
const PLANNED = { mailchimp: M, civicrm: C };
const WRITES: readonly Write[] = [
  { kind: 'remove-from-interest-group', contactId: contactId(1), groupId: groupId(21) },
  { kind: 'add-to-interest-group', contactId: contactId(1), groupId: groupId(22) },
  { kind: 'write-fields', contactId: contactId(1), values: { first_name: 'Betty' } },
  {
    kind: 'update-member',
    target: mailchimpContactId('wilma'),
    profile: { interests: { hiking: false }, fields: { FNAME: 'Betty' }, tags: {} },
  },
];

test.each<[string, Partial<typeof PLANNED>, readonly Write[], boolean]>([
  ['as it was', {}, [], true],
  ['tags at Mailchimp', { mailchimp: { ...M, tags: { names: ['x'], shown: 'all' } } }, [], true],
  ['an interest', { mailchimp: { ...M, interests: { hiking: false } } }, [], false],
  ['a merge field', { mailchimp: { ...M, fields: { FNAME: 'Betty' } } }, [], false],
  ['an interest group', { civicrm: { ...READ, groups: { 21: 'Removed' } } }, [], false],
  ['a field', { civicrm: { ...READ, fields: { first_name: 'Betty' } } }, [], false],
  ['a tag', { civicrm: { ...READ, tags: { Donor: false } } }, [], false],
  ['our own interest', { mailchimp: { ...M, interests: { hiking: false } } }, WRITES, true],
  ['our own merge field', { mailchimp: { ...M, fields: { FNAME: 'Betty' } } }, WRITES, true],
  ['another merge field than ours', { mailchimp: { ...M, fields: { FNAME: 'Pebbles' } } }, WRITES, false],
  ['our own removal', { civicrm: { ...READ, groups: { 21: 'Removed' } } }, WRITES, true],
  ['our own field', { civicrm: { ...READ, fields: { first_name: 'Betty' } } }, WRITES, true],
])('what was planned stands, or not: %s', (_, changed, writes, stands) => {
  const fresh = { mailchimp: M, civicrm: READ, ...changed };
  expect(areProfilesAsPlanned(PLANNED, fresh, writes)).toBe(stands);
});

test('a side that is not there, or was not read, says nothing', () => {
  expect(areProfilesAsPlanned({ mailchimp: null, civicrm: null }, PLANNED, [])).toBe(true);
  expect(areProfilesAsPlanned(PLANNED, { mailchimp: null, civicrm: null }, [])).toBe(true);
});

test('E16, E20: what an interest with a fault has become meanwhile says nothing, of the others it does', () => {
  const hiking = { interestId: 'hiking', groupId: groupId(21) };
  const sailing = { interestId: 'sailing', groupId: groupId(22) };
  const fault = { code: 'E16', message: 'Its group is gone.' } as const;
  const planned = {
    mailchimp: { ...M, interests: { hiking: true, sailing: true } },
    civicrm: { ...READ, groups: { 21: 'Added', 22: 'Added' } },
  };
  const fresh = {
    mailchimp: { ...M, interests: { hiking: false, sailing: true } },
    civicrm: { ...READ, groups: { 21: '', 22: 'Added' } },
  };
  const stands = (...interests: Parameters<typeof withoutFaulty>[1]) =>
    areProfilesAsPlanned(planned, withoutFaulty(fresh, interests), []);
  expect(stands({ ...hiking, fault }, { ...sailing, fault: null })).toBe(true);
  expect(stands({ ...hiking, fault: null }, { ...sailing, fault })).toBe(false);
  expect(stands({ ...hiking, fault: null }, { ...sailing, fault: null })).toBe(false);
  const nothing = { mailchimp: null, civicrm: null };
  expect(withoutFaulty(nothing, [{ ...hiking, fault }])).toEqual(nothing);
});
