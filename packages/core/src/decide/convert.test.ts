import { describe, expect, test } from 'vitest';
import type { MergeField, MergeType } from '../domain/pairings.ts';
import type { CivicrmValue, MailchimpValue } from '../domain/profile.ts';
import { saysTheSame, toCivicrmValue, toMailchimpValue } from './convert.ts';

const field = (type: MergeType): MergeField => ({ tag: 'TAG', type, choices: ['Otter', 'Badger'] });
const EMPTY = { kind: 'empty' };
const value = (found: unknown) => ({ kind: 'value', value: found });
const refused = (why: string) => ({ kind: 'refused', why });
const HOME = { addr1: '1 Rock Rd', addr2: '', city: 'Bedrock', state: 'CA', zip: '94000', country: 'US' };
const NOWHERE = { addr1: '', addr2: '', city: '', state: '', zip: '', country: '' };

describe('5: what a CiviCRM value is in a merge field', () => {
  test.each<[MergeType, CivicrmValue, unknown]>([
    ['text', ' Wilma  Flintstone ', value('Wilma Flintstone')],
    ['text', 5, value('5')],
    ['text', true, value('Yes')],
    ['text', false, value('No')],
    ['text', ['a', 2], value('a, 2')],
    ['text', null, EMPTY],
    ['text', '  ', EMPTY],
    ['text', [], EMPTY],
    ['text', 'é'.repeat(200), value('é'.repeat(127))],
    ['text', 'x'.repeat(255), value('x'.repeat(255))],
    ['number', '12.50', value(12.5)],
    ['number', 7, value(7)],
    ['number', 'seven', refused('not-a-number')],
    ['date', '1980-05-06', value('1980-05-06')],
    ['date', '1980-05-06 07:08:09', value('1980-05-06')],
    ['date', '1981-02-30', refused('not-a-date')],
    ['date', '1981-13-01', refused('not-a-date')],
    ['date', 'in May', refused('not-a-date')],
    ['birthday', '1980-02-29', value('02/29')],
    ['birthday', '05/06', value('05/06')],
    ['birthday', '13/40', refused('not-a-date')],
    ['birthday', 'in May', refused('not-a-date')],
    ['phone', '+44 20 7946 0000', value('+44 20 7946 0000')],
    ['phone', 'none', refused('not-a-phone')],
    ['url', 'https://example.org/x', value('https://example.org/x')],
    ['imageurl', 'http://example.org/x.png', value('http://example.org/x.png')],
    ['url', 'example.org', refused('not-a-url')],
    ['radio', 'Otter', value('Otter')],
    ['dropdown', 'badger', value('Badger')],
    ['dropdown', 'Swift', refused('not-a-choice')],
    ['zip', '94000', value('94000')],
    ['zip', '94000-1234', value('94000')],
    ['zip', 'SW1A 1AA', refused('not-a-zip')],
    ['address', HOME, value(HOME)],
    ['address', { ...HOME, country: '' }, value(HOME)],
    ['address', { ...HOME, zip: ' ' }, refused('incomplete-address')],
    ['address', NOWHERE, EMPTY],
    ['address', { ...NOWHERE, country: 'US' }, EMPTY],
    ['address', 'Rock Road', refused('incomplete-address')],
    ['text', HOME, refused('incomplete-address')],
  ])('%s: %j', (type, given, expected) => {
    expect(toMailchimpValue(field(type), given)).toEqual(expected);
  });
});

describe('5: what the value of a merge field is in CiviCRM', () => {
  test.each<[string, MailchimpValue, unknown]>([
    ['String', ' Wilma ', value('Wilma')],
    ['String', '', EMPTY],
    ['String', 'null', value('Null')],
    ['Text', 12, value('12')],
    ['Integer', '12', value(12)],
    ['Integer', 12.5, refused('not-a-number')],
    ['Integer', 'x', refused('not-a-number')],
    ['Float', '12.5', value(12.5)],
    ['Money', 'x', refused('not-a-number')],
    ['Boolean', 'yes', value(true)],
    ['Boolean', '0', value(false)],
    ['Boolean', 'maybe', refused('not-yes-or-no')],
    ['Date', '1980-05-06', value('1980-05-06')],
    ['Timestamp', '1980-05-06', value('1980-05-06')],
    ['Datetime', '05/06', refused('not-a-date')],
    ['String', HOME, refused('incomplete-address')],
  ])('%s: %j', (dataType, given, expected) => {
    expect(toCivicrmValue(dataType, given)).toEqual(expected);
  });
});

describe('5: whether both say the same, each in its own form', () => {
  test.each<[MergeType, MailchimpValue, CivicrmValue, boolean]>([
    ['text', 'Wilma', ' Wilma ', true],
    ['text', 'Wilma', 'wilma', false],
    ['text', '', null, true],
    ['text', 'Wilma', null, false],
    ['text', 'x'.repeat(255), 'x'.repeat(300), true],
    ['number', 5, '5.0', true],
    ['number', 5, 'five', false],
    ['birthday', '05/06', '1980-05-06', true],
    ['address', HOME, HOME, true],
    ['address', { ...HOME, city: 'Boulder' }, HOME, false],
    ['address', '', HOME, false],
    ['address', '', NOWHERE, true],
  ])('%s: %j and %j', (type, mailchimp, civicrm, same) => {
    expect(saysTheSame(field(type), mailchimp, civicrm)).toBe(same);
  });
});
