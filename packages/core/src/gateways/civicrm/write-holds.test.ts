import { describe, expect, test } from 'vitest';
import { never, startWithContacts, WILMA } from '../../../testing/gateways-sandbox.ts';

describe('putting on hold', () => {
  test('holds an address that stands on a contact twice, wherever it stands, and asks nothing for nobody', async () => {
    const world = await startWithContacts(2, null);
    const [wilma, fred] = world.ids;
    if (wilma === undefined || fred === undefined) throw new Error('there are two');
    world.site.addEmail(wilma, { email: WILMA, locationType: 'Work' });
    const holds = [{ contactId: wilma, address: WILMA.toUpperCase() }];
    expect(await world.civicrm.writer.putOnHold(holds, never())).toEqual({ written: [wilma], failed: [] });
    expect(world.site.emailsOf(wilma).map(({ on_hold }) => on_hold)).toEqual([1, 1]);
    expect(world.site.emailsOf(fred).map(({ on_hold }) => on_hold)).toEqual([0]);
    expect(await world.civicrm.writer.putOnHold([], never())).toEqual({ written: [], failed: [] });
    expect(world.requests.civicrm).toBe(2);
  });

  test('holds two addresses of one contact at once', async () => {
    const world = await startWithContacts(1, null);
    const [wilma] = world.ids;
    if (wilma === undefined) throw new Error('there is one');
    world.site.addEmail(wilma, { email: 'work@bedrock.test' });
    world.site.addEmail(wilma, { email: 'other@bedrock.test' });
    const holds = [WILMA, 'work@bedrock.test'].map((address) => ({ contactId: wilma, address }));
    expect(await world.civicrm.writer.putOnHold(holds, never())).toEqual({ written: [wilma], failed: [] });
    expect(world.site.emailsOf(wilma).map(({ on_hold }) => on_hold)).toEqual([1, 1, 0]);
    await world.civicrm.writer.takeOffHold(holds, never());
    expect(world.site.emailsOf(wilma).map(({ on_hold }) => on_hold)).toEqual([0, 0, 0]);
  });

  test('takes off hold what bounced, and nothing else', async () => {
    const world = await startWithContacts(2, null);
    const [wilma, fred] = world.ids;
    if (wilma === undefined || fred === undefined) throw new Error('there are two');
    const [email] = world.site.emailsOf(fred);
    if (email === undefined) throw new Error('he has one');
    world.site.editEmail(email.id, { onHold: 2 });
    const holds = [{ contactId: wilma, address: WILMA }];
    await world.civicrm.writer.putOnHold(holds, never());
    const releases = [...holds, { contactId: fred, address: email.email }];
    const { written } = await world.civicrm.writer.takeOffHold(releases, never());
    expect(written).toEqual([wilma]);
    expect([wilma, fred].map((id) => world.site.emailsOf(id).map(({ on_hold }) => on_hold))).toEqual([
      [0],
      [2],
    ]);
    expect(await world.civicrm.reader.fetchAddresses([wilma, fred], never())).toMatchObject([
      { contactId: wilma, address: WILMA, isPrimary: true, hold: 'none', heldAt: null, wasReleased: true },
      { contactId: fred, hold: 'opted-out', heldAt: expect.any(Number), wasReleased: false },
    ]);
    expect(await world.civicrm.reader.fetchAddresses([], never())).toEqual([]);
  });

  test('carried out again after a cut line it changes nothing more', async () => {
    const world = await startWithContacts(1, null);
    const [wilma] = world.ids;
    if (wilma === undefined) throw new Error('there is one');
    const holds = [{ contactId: wilma, address: WILMA }];
    world.sandbox.faults.inject({ system: 'civicrm', kind: 'reset-after', path: 'Email/update' });
    await expect(world.civicrm.writer.putOnHold(holds, never())).rejects.toMatchObject({
      name: 'OutcomeUnknownError',
    });
    expect(await world.civicrm.writer.putOnHold(holds, never())).toEqual({ written: [], failed: [] });
  });
});
