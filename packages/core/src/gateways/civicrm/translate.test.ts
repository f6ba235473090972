import { describe, expect, test } from 'vitest';
import { toAddressBook, toContactRecord, toGroupInfo, toHistoryRow, toName } from './translate.ts';

const contact = {
  id: 7,
  contact_type: 'Individual',
  is_deleted: false,
  is_opt_out: false,
  do_not_email: false,
  is_deceased: false,
  modified_date: '2026-11-23 04:10:09',
};

describe('a contact', () => {
  test('in our words, its date by the offset of the session', () => {
    expect(toContactRecord(contact, 'Added', [], -300)).toEqual({
      contactId: 7,
      state: 'live',
      isIndividual: true,
      flags: [],
      modifiedAt: Date.parse('2026-11-23T09:10:09Z'),
      group: 'Added',
      addresses: [],
    });
  });

  test('in the trash, with every flag, an organisation', () => {
    const flagged = {
      ...contact,
      contact_type: 'Organization',
      is_deleted: true,
      is_opt_out: true,
      do_not_email: true,
      is_deceased: true,
      modified_date: null,
    };
    expect(toContactRecord(flagged, null, [], 0)).toMatchObject({
      state: 'trashed',
      isIndividual: false,
      flags: ['opted-out', 'do-not-email', 'deceased'],
      modifiedAt: null,
      group: 'none',
    });
  });

  test.each([
    ['Added', 'Added'],
    ['Removed', 'Removed'],
    ['Pending', 'Pending'],
    ['Bogus', 'unknown'],
    ['added', 'unknown'],
    ['', 'unknown'],
  ])('with the status %j in the group', (status, expected) => {
    expect(toContactRecord(contact, status, [], 0).group).toBe(expected);
  });
});

test('addresses go by contact; those of nobody are left out, and both kinds of hold count', () => {
  const email = { email: 'wilma@oakfield-trust.test', is_primary: true, is_bulkmail: false, on_hold: 0 };
  const book = toAddressBook([
    { ...email, id: 1, contact_id: 7 },
    { ...email, id: 2, contact_id: null },
    { ...email, id: 3, contact_id: 7, email: null, is_primary: null, is_bulkmail: null, on_hold: 2 },
    { ...email, id: 4, contact_id: 8, on_hold: 1 },
  ]);
  expect([...book.keys()]).toEqual([7, 8]);
  expect(book.get(7)).toEqual([
    { id: 1, address: email.email, isPrimary: true, isBulkmail: false, isOnHold: false },
    { id: 3, address: '', isPrimary: false, isBulkmail: false, isOnHold: true },
  ]);
  expect(book.get(8)?.[0]?.isOnHold).toBe(true);
});

describe('a row of history', () => {
  const row = { id: 1, contact_id: 7, date: '2026-11-23 09:10:09', status: 'Added', method: 'API' };

  test.each([
    ['mcsync:abc:17', true],
    ['mcsync:other:17', false],
    [null, false],
  ])('with the tracking %j is by us: %j', (tracking, byUs) => {
    expect(toHistoryRow({ ...row, tracking }, 0, 'mcsync:abc:')).toEqual({
      id: 1,
      at: Date.parse('2026-11-23T09:10:09Z'),
      status: 'Added',
      method: 'API',
      byUs,
    });
  });

  test('without a date is none', () => {
    expect(toHistoryRow({ ...row, date: 'soon', tracking: null }, 0, 'mcsync:abc:')).toBeNull();
  });
});

describe('a group', () => {
  const group = { id: 5, title: 'Friends', is_active: true, is_hidden: null, saved_search_id: null };

  test('plain', () => {
    expect(toGroupInfo({ ...group, children: null, contact_count: 3 }, 0)).toEqual({
      id: 5,
      title: 'Friends',
      isActive: true,
      isHidden: false,
      isSmart: false,
      hasChildren: false,
      contactCount: 3,
    });
  });

  test('that is smart', () => {
    expect(toGroupInfo({ ...group, saved_search_id: 9 }, null).isSmart).toBe(true);
  });

  test.each([
    [['6'], 0],
    ['6,7', 0],
    [null, 1],
    [undefined, 1],
  ])('with children, in whatever shape they are told (%j, %j)', (children, nested) => {
    expect(toGroupInfo({ ...group, children }, nested).hasChildren).toBe(true);
  });

  test.each([[[]], [''], [null], [undefined]])('without children (%j)', (children) => {
    expect(toGroupInfo({ ...group, children }, null)).toMatchObject({
      hasChildren: false,
      contactCount: null,
    });
  });
});

describe('a name', () => {
  test.each([
    ['Wilma', 'Wilma'],
    ['  Wilma \n Jane\t', 'Wilma Jane'],
    ['null', 'Null'],
    ['NULL', 'Null'],
    ['', ''],
    ['x'.repeat(70), 'x'.repeat(64)],
    ['ø'.repeat(40), 'ø'.repeat(32)],
    [`${'x'.repeat(62)}😀`, 'x'.repeat(62)],
    [`${'x'.repeat(63)} yz`, 'x'.repeat(63)],
  ])('%j is given to CiviCRM as %j', (text, expected) => {
    expect(toName(text)).toBe(expected);
    expect(Buffer.byteLength(toName(text))).toBeLessThanOrEqual(64);
  });
});
