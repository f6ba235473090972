import { expect, test } from 'vitest';
import type { Direction, MergeType } from '../domain/pairings.ts';
import { checkMapping, type MappingFacts } from './check-mappings.ts';

interface Wanted {
  readonly path?: string;
  readonly direction?: Direction;
  readonly field?: MappingFacts['field'];
  readonly type?: MergeType | null;
  readonly takesJoined?: MappingFacts['takesJoined'];
}

const check = ({ path = 'first_name', direction = 'civicrm-to-mailchimp', ...rest }: Wanted) => {
  const { field = { dataType: 'String', isReadonly: false }, type = 'text', takesJoined = 'yes' } = rest;
  const mergeField = type === null ? null : { tag: 'TAG', type, choices: [] };
  return checkMapping({ fieldPath: path, mergeTag: 'TAG', direction }, { field, mergeField, takesJoined });
};
const ADDRESS = { dataType: 'Address', isReadonly: true };

test.each<[string, Wanted, RegExp | null]>([
  ['a plain field', {}, null],
  ['a plain field both ways', { direction: 'both' }, null],
  ['an unknown field', { field: null }, /CiviCRM has no field first_name/],
  ['an unknown merge tag', { type: null }, /no merge tag TAG/],
  ['a whole address', { path: 'address_primary', field: ADDRESS, type: 'address' }, null],
  ['a whole address into text', { path: 'address_primary', field: ADDRESS }, /is a whole address/],
  ['text into a whole address', { type: 'address' }, /Map address_primary/],
  [
    'a whole address both ways',
    { path: 'address_primary', field: ADDRESS, type: 'address', direction: 'both' },
    /can go to Mailchimp only/,
  ],
  ['a birthday', { type: 'birthday' }, null],
  ['a birthday both ways', { type: 'birthday', direction: 'both' }, /birthday without a year/],
  [
    'a field that cannot be written',
    { field: { dataType: 'Integer', isReadonly: true }, direction: 'mailchimp-to-civicrm' },
    /cannot be written/,
  ],
  [
    'several values',
    { field: { dataType: 'Array', isReadonly: false }, direction: 'both' },
    /cannot be written/,
  ],
  ['an address of mail', { path: 'email_primary.email', direction: 'both' }, /matched and moved/],
  ['a city', { path: 'address_primary.city', direction: 'both' }, null],
  [
    'a city before 6.6',
    { path: 'address_primary.city', direction: 'both', takesJoined: 'no' },
    /since CiviCRM 6.6/,
  ],
])('%s', (_, wanted, problem) => {
  const [first, ...others] = check(wanted);
  expect(others).toEqual([]);
  if (problem === null) expect(first).toBeUndefined();
  else expect(first).toMatch(problem);
});

test('all that is wrong is told at once', () => {
  expect(check({ field: null, type: null })).toHaveLength(2);
});
