import { describe, expect, test } from 'vitest';
import { never, OUR_TRACKING, startWithContacts } from '../../../testing/gateways-sandbox.ts';

describe('creating contacts', () => {
  const wanted = Array.from({ length: 5 }, (_, index) => ({
    source: `${OUR_TRACKING}row-${index}`,
    firstName: `Wilma ${index}`,
    lastName: 'null',
    address: `wilma.${index}@oakfield-trust.test`,
  }));

  test('takes two requests, and one when it is asked again', async () => {
    const world = await startWithContacts(0, null);
    const created = await world.civicrm.writer.createContacts(wanted, never());
    expect(world.sandbox.requests.counts().civicrm).toEqual({ read: 1, write: 1, total: 2 });
    const id = created.get(wanted[0]?.source ?? '') ?? 0;
    expect(world.site.contact(id)).toMatchObject({ first_name: 'Wilma 0', last_name: 'Null' });
    expect(world.site.emailsOf(id)).toMatchObject([{ email: wanted[0]?.address, is_primary: true }]);
  });

  test.each(['reset-after', 'truncated-json'] as const)(
    '%s: found again by their source, and nobody is made twice',
    async (kind) => {
      const world = await startWithContacts(0, null);
      world.sandbox.faults.inject({ system: 'civicrm', kind, path: 'Contact/create' });
      await expect(world.civicrm.writer.createContacts(wanted, never())).rejects.toMatchObject({
        name: 'OutcomeUnknownError',
      });
      const created = await world.civicrm.writer.createContacts(wanted, never());
      expect(created.size).toBe(5);
      for (const { address } of wanted) expect(world.site.findHolders(address)).toHaveLength(1);
      expect(world.sandbox.requests.counts().civicrm.write).toBe(1);
    },
  );

  test('does not take somebody else’s contact for ours because of its source', async () => {
    const world = await startWithContacts(0, null);
    const [first] = wanted;
    if (first === undefined) throw new Error('there is one');
    const other = world.site.createContact({
      firstName: 'Betty',
      source: first.source,
      emails: ['betty@oakfield-trust.test'],
    });
    const created = await world.civicrm.writer.createContacts([first], never());
    expect(created.get(first.source)).not.toBe(other);
    expect(world.site.findHolders(first.address)).toEqual([created.get(first.source)]);
  });

  test('does not make anybody whose address CiviCRM would cut', async () => {
    const world = await startWithContacts(0, null);
    const long = {
      source: `${OUR_TRACKING}long`,
      firstName: '',
      lastName: '',
      address: `${'x'.repeat(250)}@a.test`,
    };
    const created = await world.civicrm.writer.createContacts([...wanted, long], never());
    expect(created.has(long.source)).toBe(false);
    expect(created.size).toBe(5);
  });

  test('without the right is a fault', async () => {
    const world = await startWithContacts(0, null);
    world.site.caller('service').revoke('add contacts');
    await expect(world.civicrm.writer.createContacts(wanted, never())).rejects.toMatchObject({
      name: 'FaultError',
      code: 'CIVICRM_RIGHTS_MISSING',
    });
  });

  test('more than a hundred at once is a bug of ours', async () => {
    const world = await startWithContacts(0, null);
    const many = Array.from({ length: 101 }, (_, index) => ({ ...wanted[0], source: `s${index}` }));
    await expect(
      world.civicrm.writer.createContacts(
        many.map((contact) => ({ firstName: '', lastName: '', address: 'a@b.test', ...contact })),
        never(),
      ),
    ).rejects.toThrow(expect.objectContaining({ name: 'InvariantError' }));
  });
});
