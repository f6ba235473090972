import { expect, test } from 'vitest';
import { serveCivicrm } from '../../testing/serve-civicrm.ts';

const NEW_YORK = 'America/New_York';

/** The two rows of section 10, a second apart, read in New York. */
async function twoRows() {
  const site = await serveCivicrm();
  const { world, clock } = site;
  const group = world.createGroup('Tz group');
  clock.set(Date.parse('2026-11-23T09:10:09Z'));
  world.addToGroup(group, 1);
  clock.advance(1000);
  world.removeFromGroup(group, 1);
  world.setTimeZone(NEW_YORK);
  const dates = async (operator: string, bound: string) => {
    const where = [
      ['group_id', '=', group],
      ['date', operator, bound],
    ];
    const rows = await site.values('admin', 'SubscriptionHistory/get', {
      select: ['date'],
      where,
      orderBy: { id: 'ASC' },
    });
    return rows.map((row: { date: string }) => row.date.slice(11));
  };
  return { ...site, dates };
}

const BOTH = ['04:10:09', '04:10:10'];
const SECOND = ['04:10:10'];

test.each([
  ['2026-11-23 04:10:10', SECOND],
  ['2026-11-23T04:10:10', SECOND],
  ['2026-11-23 04:10:10Z', BOTH],
  ['2026-11-23T04:10:10Z', BOTH],
  ['2026-11-23T04:10:10+00:00', BOTH],
  ['2026-11-23T04:10:10-05:00', SECOND],
  ['2026-11-23', BOTH],
  ['now - 1 hour', BOTH],
  ['20261123000000', BOTH],
  ['1 day ago', BOTH],
  ['garbage', BOTH],
  ['2026-02-31 00:00:00', BOTH],
])('recorded 10: `date >= %s`', async (bound, expected) => {
  const { dates } = await twoRows();
  expect(await dates('>=', bound)).toEqual(expected);
});

test.each([
  ['2026-11-23 04:10:10', 1],
  ['2026-11-23 09:10:10', 0],
  ['2026-11-23 09:10:10Z', 1],
  ['2026-11-23T09:10:10Z', 1],
  ['2026-11-23T09:10:10+00:00', 1],
  ['2026-11-23 09:10:10 UTC', 1],
  ['2026-11-23T04:10:10-05:00', 1],
  ['@1795425010', 1],
])('recorded 10b: `date = %s` finds %i', async (bound, count) => {
  const { dates } = await twoRows();
  expect(await dates('=', bound)).toHaveLength(count);
});

test('recorded 17: a July row read in November is an hour off, and so is a bound with an offset', async () => {
  const { world, values } = await serveCivicrm({ timeZone: NEW_YORK });
  const groupId = world.createGroup('Summer');
  const at = Date.parse('2026-07-01T12:00:00Z');
  world.seedHistory([{ groupId, contactId: 1, status: 'Added', method: 'Admin', at }]);
  const found = async (operator: string, bound: string) => {
    const where = [
      ['group_id', '=', groupId],
      ['date', operator, bound],
    ];
    return (await values('admin', 'SubscriptionHistory/get', { select: ['date'], where })).length;
  };
  const [row] = await values('admin', 'SubscriptionHistory/get', { where: [['group_id', '=', groupId]] });
  expect(row.date).toBe('2026-07-01 07:00:00');
  for (const [bound, equal, atLeast, atMost] of [
    ['2026-07-01T12:00:00Z', 0, 0, 1],
    ['2026-07-01T12:00:00+00:00', 0, 0, 1],
    ['2026-07-01 08:00:00', 0, 0, 1],
    ['2026-07-01 07:00:00', 1, 1, 1],
    ['@1782907200', 0, 0, 1],
  ] as const) {
    const counts = [await found('=', bound), await found('>=', bound), await found('<=', bound)];
    expect([bound, ...counts]).toEqual([bound, equal, atLeast, atMost]);
  }
});

test('recorded 10b: an hour that does not exist moves on, in the answer; what is stored is now', async () => {
  const { world, values } = await serveCivicrm({ timeZone: NEW_YORK });
  const [created] = await values('admin', 'Contact/create', {
    values: { contact_type: 'Individual', first_name: 'Dst', created_date: '2026-03-08 02:30:00' },
  });
  expect(created).toMatchObject({
    created_date: '20260308033000',
    modified_date: '20261123040935',
    email_greeting_custom: 'null',
  });
  expect(
    await values('admin', 'Contact/get', { select: ['created_date'], where: [['id', '=', created.id]] }),
  ).toEqual([{ id: created.id, created_date: '2026-11-23 04:09:35' }]);
  expect(world.contact(created.id).created_date).toBe(Date.parse('2026-11-23T09:09:35Z'));
});

test('recorded 10: what moves modified_date, and what does not', async () => {
  const { world, values, clock } = await serveCivicrm();
  const contact_id = world.createContact({ firstName: 'Tz', lastName: 'Exp5', emails: ['tz@oak.test'] });
  const group_id = world.createGroup('Any group');
  world.addToGroup(group_id, contact_id);
  const ofContact = { where: [['contact_id', '=', contact_id]] };
  const itself = { where: [['id', '=', contact_id]] };
  const moves = async (path: string, params: object) => {
    const before = world.contact(contact_id).modified_date;
    clock.advance(1000);
    await values('admin', path, params);
    return world.contact(contact_id).modified_date !== before;
  };
  const first = { where: [...ofContact.where, ['is_primary', '=', true]] };
  expect(await moves('GroupContact/update', { ...ofContact, values: { status: 'Removed' } })).toBe(false);
  expect(await moves('Email/update', { ...first, values: { email: 'tz2@oak.test' } })).toBe(true);
  expect(await moves('Email/update', { ...first, values: { email: 'tz2@oak.test' } })).toBe(true);
  expect(await moves('Email/update', { ...first, values: { on_hold: 1 } })).toBe(true);
  expect(await moves('Email/create', { values: { contact_id, email: 'two@oak.test' } })).toBe(true);
  expect(await moves('Email/delete', { where: [['email', '=', 'two@oak.test']] })).toBe(true);
  expect(await moves('Contact/update', { ...itself, values: { first_name: 'Tzz' } })).toBe(true);
  expect(await moves('Contact/update', { ...itself, values: { first_name: 'Tzz' } })).toBe(false);
  expect(await moves('Contact/update', { ...itself, values: { is_opt_out: true } })).toBe(true);
  expect(await moves('Contact/update', { ...itself, values: { modified_date: '2001-01-01 00:00:00' } })).toBe(
    true,
  );
  expect(world.contact(contact_id).modified_date).toBe(Date.parse('2001-01-01T00:00:00Z'));
});
