import { expect, test } from 'vitest';
import { type Json, serveCivicrm } from '../../testing/serve-civicrm.ts';

const MINUTE_MS = 60_000;

async function smartGroup() {
  const site = await serveCivicrm();
  const [wilma = 0, fred = 0] = ['Wilma', 'Fred'].map((firstName) =>
    site.world.createContact({ firstName, lastName: 'Flint' }),
  );
  const [search] = await site.values('admin', 'SavedSearch/create', {
    values: {
      label: 'Flints',
      api_entity: 'Contact',
      api_params: { version: 4, select: ['id'], where: [['last_name', '=', 'Flint']] },
    },
  });
  const [group] = await site.values('admin', 'Group/create', {
    values: { title: 'All Flints', saved_search_id: search.id },
  });
  const members = async () =>
    (
      await site.values('admin', 'Contact/get', {
        select: ['id'],
        where: [['groups', 'IN', [group.id]]],
        orderBy: { id: 'ASC' },
      })
    ).map((row: Json) => row.id);
  return { ...site, search, group, wilma, fred, members };
}

test('a smart group holds whom its saved search finds, looked up again after five minutes', async () => {
  const { world, clock, wilma, fred, members } = await smartGroup();
  expect(await members()).toEqual([wilma, fred]);
  const pebbles = world.createContact({ firstName: 'Pebbles', lastName: 'Flint' });
  expect(await members()).toEqual([wilma, fred]);
  clock.advance(5 * MINUTE_MS);
  expect(await members()).toEqual([wilma, fred, pebbles]);
});

test('who was removed by hand stays in until the search is run again, and is out then', async () => {
  const { world, clock, group, wilma, fred, members } = await smartGroup();
  expect(await members()).toEqual([wilma, fred]);
  world.removeFromGroup(group.id, wilma);
  expect(await members()).toEqual([wilma, fred]);
  clock.advance(5 * MINUTE_MS);
  expect(await members()).toEqual([fred]);
});

test('a saved search shows its parameters as they were given, and may be changed and deleted', async () => {
  const { values, call, search } = await smartGroup();
  const where = [['last_name', '=', 'Rubble']];
  await values('admin', 'SavedSearch/update', {
    values: { api_params: { where } },
    where: [['id', '=', search.id]],
  });
  const [changed] = await values('admin', 'SavedSearch/get', { where: [['id', '=', search.id]] });
  expect(changed).toMatchObject({ label: 'Flints', api_entity: 'Contact', api_params: { where } });
  await values('admin', 'SavedSearch/delete', { where: [['id', '=', search.id]] });
  expect(await values('admin', 'SavedSearch/get', {})).toEqual([]);
  expect((await call('sync', 'SavedSearch/get', {})).status).toBe(403);
});
