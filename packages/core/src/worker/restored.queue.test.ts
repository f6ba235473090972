import { describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene } from '../../testing/paired-scene.ts';
import { newScene, type Scene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService } from '../../testing/test-service.ts';
import { resumeConnection } from '../queue/run-control.ts';
import { getConnection } from '../store/connections.ts';

const historyTable = ({ sandbox }: Scene) => sandbox.civicrm.world.tables.history;
/** The rows of a contact's history in the group, to be tampered with. */
const historyOf = (scene: Scene, id: number) =>
  scene.sandbox.civicrm.world.historyOf(scene.connection.groupId, id);

describe.each(QUEUE_STORES)('E26: CiviCRM was restored from a backup, with jobs in %s', (queue) => {
  async function agreed(people = 3) {
    const service = await startTestService({ queue });
    const scene = await newScene(service);
    const crowd = scene.crowd(people);
    await scene.firstSync();
    const connection = () => getConnection(service.service.store.db, scene.connection.id);
    return { service, scene, crowd, connection };
  }

  test('the newest 50 rows are kept whole by a run that finished, and are as they were', async () => {
    const { scene, connection } = await agreed(60);
    const { historyTail } = await connection();
    expect(historyTail).toHaveLength(50);
    expect(new Set(historyTail.map(({ groupId, status }) => `${groupId} ${status}`))).toEqual(
      new Set([`${scene.connection.groupId} Added`]),
    );
    await expectNothingMore(scene);
  });

  test('rows that went with erased, trashed or merged contacts mean nothing', async () => {
    const { service, scene, crowd } = await agreed();
    const [erased, merged, keeper] = crowd;
    erased?.civicrm.erase();
    scene.sandbox.civicrm.world.mergeContacts(keeper?.civicrm.id ?? 0, merged?.civicrm.id ?? 0);
    const { run } = await scene.sync();
    expect(run).toMatchObject({ state: 'done', error: null });
    // The counts may tell that somebody is gone; the history does not.
    const log = await service.service.store.db.runLogLine.findMany({ where: { runId: run.id } });
    expect(log.map(({ text }) => text).join()).not.toContain('history are missing');
  });

  test('any other missing row starts a full compare', async () => {
    const { scene, crowd } = await agreed();
    const [row] = historyOf(scene, crowd[0]?.civicrm.id ?? 0);
    if (row !== undefined) historyTable(scene).delete(row);
    const { run } = await scene.sync();
    expect(run).toMatchObject({ state: 'done', error: null, civicrmWhole: true });
    expect((await scene.sync()).run.civicrmWhole).toBe(false);
  });

  test('an id that carries something else stops the connection; resumed, it is like a first sync', async () => {
    const { service, scene, crowd, connection } = await agreed();
    const [wilma] = crowd;
    const [row] = historyOf(scene, wilma?.civicrm.id ?? 0);
    Object.assign(row ?? {}, { status: 'Removed' });
    const { run } = await scene.sync();
    expect(run).toMatchObject({ state: 'failed', error: { code: 'HISTORY_REWRITTEN' } });
    expect(await connection()).toMatchObject({ state: 'faulted', firstSyncedAt: null, historyCursor: null });
    expect((await scene.rows())['somebody1 × somebody1']).toMatchObject({ base: null });
    await resumeConnection(service.service.store, scene.connection.id);
    wilma?.civicrm.remove();
    const again = await scene.sync();
    expect(again.run.state).toBe('held');
    expect(again.run.plan).toMatchObject([{ why: 'first-sync' }]);
    expect(wilma?.mailchimp.status()).toBe('subscribed');
  });

  describe('of interest groups as of the group', () => {
    async function paired() {
      const service = await startTestService({ queue });
      const scene = await newPairedScene(service, { interests: 2 });
      const people = ['wilma', 'fred'].map((name) =>
        scene.paired(name, { mailchimp: 'subscribed', civicrm: 'Added', on: [0, 1], inGroups: [0, 1] }),
      );
      await scene.firstSync();
      const { world } = scene.sandbox.civicrm;
      const rowsOf = (interest: number) =>
        people.flatMap(({ civicrm }) => world.historyOf(scene.pairs[interest]?.groupId ?? 0, civicrm.id));
      const log = async (run: number) =>
        (await service.service.store.db.runLogLine.findMany({ where: { runId: run } }))
          .map(({ text }) => text)
          .join();
      return { service, scene, people, world, rowsOf, log };
    }

    test('a missing row starts a full compare, unless its group is gone', async () => {
      const { scene, world, rowsOf, log } = await paired();
      world.deleteGroup(scene.pairs[1]?.groupId ?? 0);
      expect(rowsOf(1)).toEqual([]);
      const { run } = await scene.sync();
      expect(run).toMatchObject({ state: 'done', error: null, civicrmWhole: false });
      expect(await log(run.id)).not.toContain('history are missing');
      const [row] = rowsOf(0);
      if (row !== undefined) historyTable(scene).delete(row);
      const next = await scene.sync();
      expect(next.run).toMatchObject({ state: 'done', civicrmWhole: true });
      expect(await log(next.run.id)).toContain('history are missing');
      expect((await scene.sync()).run.civicrmWhole).toBe(false);
    });

    test('an id that carries something else stops the connection, and what was agreed of interests is set aside', async () => {
      const { scene, people, rowsOf } = await paired();
      const [row] = rowsOf(0);
      Object.assign(row ?? {}, { status: 'Removed' });
      expect((await scene.sync()).run.error).toMatchObject({ code: 'HISTORY_REWRITTEN' });
      expect(await Promise.all(people.map((person) => person.base()))).toEqual([null, null]);
    });
  });

  test('all 50 missing, with the contacts still there, stops the connection too', async () => {
    const { scene, crowd } = await agreed(55);
    for (const { civicrm } of crowd) {
      for (const row of [...historyOf(scene, civicrm.id)]) historyTable(scene).delete(row);
    }
    expect((await scene.sync()).run.error).toMatchObject({ code: 'HISTORY_REWRITTEN' });
  });
});
