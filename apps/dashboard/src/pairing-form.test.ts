import { expect, test } from 'vitest';
import { pairingsIn } from './pairing-form.ts';

test('what was filled in is paired, and what was left empty is not', () => {
  const given = {
    'interest-9143cf3bd1': '12',
    'interest-a1b2c3d4e5': '',
    'field-PHONE': ' phone_primary.phone ',
    'direction-PHONE': 'both',
    'field-CITY': '',
    'direction-CITY': 'both',
    'tag-Major donor': 'on',
    removal: 'archive',
  };
  expect(pairingsIn(given)).toEqual({
    interests: ['9143cf3bd1=12'],
    mappings: ['phone_primary.phone=PHONE:both', 'tag:Major donor'],
  });
});

test('a name that was emptied is left alone, where it would be kept the same otherwise', () => {
  const given = { 'field-FNAME': 'nick_name', 'direction-FNAME': 'both', 'field-LNAME': ' ' };
  expect(pairingsIn(given).mappings).toEqual(['nick_name=FNAME:both', 'last_name=LNAME:off']);
});
