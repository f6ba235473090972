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
