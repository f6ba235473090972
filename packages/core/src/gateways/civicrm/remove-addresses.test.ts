import { describe, expect, test } from 'vitest';
import { never, startWithContacts, WILMA } from '../../../testing/gateways-sandbox.ts';

const NEW = 'new@bedrock.test';
const WORK = 'work@bedrock.test';

/** Wilma, whose bulk-mail address was the one at work before she got a new one. */
async function withNewAddress() {
  const world = await startWithContacts(1, null);
  const [wilma] = world.ids;
  if (wilma === undefined) throw new Error('there is one');
  world.site.addEmail(wilma, { email: WORK, isBulkmail: true });
  await world.civicrm.writer.addAddresses([{ contactId: wilma, address: NEW }], never());
  const marks = () =>
    world.site.emailsOf(wilma).map(({ email, is_bulkmail: isBulk }) => (isBulk ? `${email}*` : email));
  expect(marks()).toEqual([WILMA, WORK, `${NEW}*`]);
  const remove = (bestBefore: string | null = WORK) =>
    world.civicrm.writer.removeAddresses([{ contactId: wilma, address: NEW, bestBefore }], never());
  return { world, wilma, marks, remove };
}

describe('taking addresses away again', () => {
  test('leaves the others, and gives the mark for bulk mail back', async () => {
    const { world, wilma, marks, remove } = await withNewAddress();
    expect(await remove()).toEqual({ written: [wilma], failed: [] });
    expect(marks()).toEqual([WILMA, `${WORK}*`]);
    expect(await remove()).toEqual({ written: [], failed: [] });
    expect(marks()).toEqual([WILMA, `${WORK}*`]);
    const asked = world.requests.civicrm;
    expect(await world.civicrm.writer.removeAddresses([], never())).toEqual({ written: [], failed: [] });
    expect(world.requests.civicrm).toBe(asked);
  });

  test('takes two from one contact', async () => {
    const { world, wilma, marks } = await withNewAddress();
    const newer = 'newer@bedrock.test';
    await world.civicrm.writer.addAddresses([{ contactId: wilma, address: newer }], never());
    const removals = [NEW, newer].map((address) => ({ contactId: wilma, address, bestBefore: WORK }));
    expect((await world.civicrm.writer.removeAddresses(removals, never())).failed).toEqual([]);
    expect(marks()).toEqual([WILMA, `${WORK}*`]);
  });

  test.each([
    ['was the primary one', WILMA],
    ['is not there any more', 'gone@bedrock.test'],
    ['is not known', null],
  ])('gives no mark where the best one before %s', async (_, best) => {
    const { marks, remove } = await withNewAddress();
    await remove(best);
    expect(marks()).toEqual([WILMA, WORK]);
  });

  test('goes on after a cut line: away is away, and the mark is given back', async () => {
    for (const path of ['Email/delete', 'Email/update']) {
      const { world, marks, remove } = await withNewAddress();
      world.sandbox.faults.inject({ system: 'civicrm', kind: 'reset-after', path });
      await expect(remove()).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
      expect((await remove()).failed).toEqual([]);
      expect(marks()).toEqual([WILMA, `${WORK}*`]);
    }
  });

  test('leaves one that has become the primary address, and says so', async () => {
    const { world, wilma, marks, remove } = await withNewAddress();
    const added = world.site.emailsOf(wilma).find(({ email }) => email === NEW);
    world.site.editEmail(added?.id ?? 0, { isPrimary: true });
    expect(await remove()).toEqual({
      written: [],
      failed: [{ contactId: wilma, message: 'The address is the primary one now.' }],
    });
    expect(marks()).toEqual([WILMA, WORK, `${NEW}*`]);
  });
});
