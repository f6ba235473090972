import { describe, expect, test } from 'vitest';
import { type ContactsWorld, never, startWithContacts } from '../../../testing/gateways-sandbox.ts';

describe('groups that cannot be connected', () => {
  const probeGroup = async ({ civicrm, group }: ContactsWorld) =>
    (await civicrm.reader.probe(group, never())).group;

  test.each<[string, (world: ContactsWorld) => void, object]>([
    ['smart', ({ sandbox, group }) => sandbox.civicrm.world.makeSmart(group, [1]), { isSmart: true }],
    [
      'a parent',
      ({ sandbox, group }) =>
        sandbox.civicrm.world.addChildGroup(group, sandbox.civicrm.world.createGroup('Child')),
      { hasChildren: true },
    ],
    ['disabled', ({ sandbox, group }) => sandbox.civicrm.world.disableGroup(group), { isActive: false }],
  ])('%s', async (_, change, expected) => {
    const world = await startWithContacts(1, 'Added');
    change(world);
    expect(await probeGroup(world)).toMatchObject(expected);
  });

  test('deleted', async () => {
    const world = await startWithContacts(1, 'Added');
    world.sandbox.civicrm.world.deleteGroup(world.group);
    expect(await probeGroup(world)).toBeNull();
  });
});
