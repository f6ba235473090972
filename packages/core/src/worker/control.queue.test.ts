import { describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { BATCH, type News, settleUpdates, startWithNews, syncToEnd } from '../../testing/remote-trouble.ts';
import { newScene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService } from '../../testing/test-service.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/instant.ts';
import {
  abortRun,
  approveRun,
  pauseConnection,
  rejectRun,
  resumeConnection,
  startRun,
} from '../queue/run-control.ts';
import { listBatches, listDueBatches } from '../store/batches.ts';
import { findHolder } from '../store/leases.ts';
import { getRun } from '../store/runs.ts';
import { waitForRun } from '../store/wait-for-run.ts';
import { runPollingJob } from './mailchimp-jobs.ts';
import { repair } from './repair.ts';

/** Starts a run and waits until it rests; its updates may be under way. */
async function run({ service, scene }: News) {
  service.sandbox.clock.advance(2000);
  const id = await service.start(scene.connection);
  await waitForRun(service.service.store, id, { until: 'run', signal: AbortSignal.timeout(MINUTE_MS) });
  return id;
}

/** Looks at every batch that is due. */
async function look({ env }: News): Promise<void> {
  for (const { id } of await listDueBatches(env.store.db, new Date(env.now())))
    await runPollingJob(env, { batchId: id });
}

const countOf = async ({ env: { store } }: News) => ({
  live: await store.db.member.count({ where: { syncStatus: 'live' } }),
  open: await store.db.update.count({ where: { state: { in: ['queued', 'submitted'] } } }),
});

const once = (news: News): boolean => {
  const ids = news.service.sandbox.requests.operations().map(({ operationId }) => operationId);
  return new Set(ids).size === ids.length;
};

/** Waits for the one batch that was submitted. */
async function submitted({ env, scene }: News) {
  return await expect
    .poll(async () => (await listBatches(env.store.db, scene.connection.id, 5))[0], { timeout: 20_000 })
    .toMatchObject({ state: 'submitted' });
}

describe.each(QUEUE_STORES)('on %s', (queue) => {
  describe('abort', () => {
    test('a batch that does not end is deleted at Mailchimp, its people are read, and nobody stays live', async ({
      onTestFinished,
    }) => {
      const news = await startWithNews(queue, BATCH, onTestFinished);
      const { sandbox, service } = news.service;
      sandbox.faults.inject({ system: 'mailchimp', kind: 'stuck-batch' });
      const id = await run(news);
      await submitted(news);
      expect(await countOf(news)).toMatchObject({ live: BATCH + 1 });
      expect(await abortRun(service.store, news.scene.connection.id, new Date(news.env.now()))).toBe(id);
      await look(news);
      expect(await countOf(news)).toEqual({ live: 0, open: 0 });
      const [batch] = await listBatches(service.store.db, news.scene.connection.id, 1);
      expect(batch?.state).toBe('lost');
      const { reader } = news.env.gateways.mailchimp({
        apiKey: sandbox.mailchimp.apiKey,
        baseUrl: sandbox.mailchimp.baseUrl,
      });
      expect(await reader.fetchBatch(batch?.remoteId ?? '', news.env.signal)).toBeNull();
      expect((await syncToEnd(news)).run.state).toBe('done');
      expect(news.isRight()).toBe(true);
      expect(once(news)).toBe(true);
      await expectNothingMore(news.scene);
    });

    test('a batch that has ended by then is settled as it ended', async ({ onTestFinished }) => {
      const news = await startWithNews(queue, BATCH, onTestFinished);
      await run(news);
      await submitted(news);
      await abortRun(news.env.store, news.scene.connection.id, new Date(news.env.now()));
      await expect
        .poll(async () => {
          await look(news);
          return await countOf(news);
        })
        .toEqual({ live: 0, open: 0 });
      expect((await syncToEnd(news)).run.state).toBe('done');
      expect(news.isRight()).toBe(true);
      expect(once(news)).toBe(true);
    });

    test('what is queued is withdrawn, and decided afresh by the next run', async ({ onTestFinished }) => {
      const news = await startWithNews(queue, BATCH, onTestFinished);
      news.service.sandbox.faults.inject({
        system: 'mailchimp',
        kind: 'rate-limit',
        path: '^/batches$',
        times: 9,
      });
      const id = await run(news);
      await expect
        .poll(() => news.env.store.db.update.count({ where: { runId: id, state: 'queued', attempts: 1 } }))
        .toBe(BATCH + 1);
      await abortRun(news.env.store, news.scene.connection.id);
      expect(await countOf(news)).toEqual({ live: 0, open: 0 });
      news.service.sandbox.faults.clear();
      expect((await syncToEnd(news)).run.state).toBe('done');
      expect(news.isRight()).toBe(true);
      await expectNothingMore(news.scene);
    });

    test('a run that is at work writes nothing more', async ({ onTestFinished }) => {
      const news = await startWithNews(queue, 2, onTestFinished);
      const { run: stopped } = await news.scene.sync({ stopBefore: 'write-civicrm' });
      const before = news.scene.describe();
      await abortRun(news.env.store, news.scene.connection.id);
      expect((await getRun(news.env.store.db, stopped.id)).state).toBe('aborted');
      expect(news.scene.describe()).toBe(before);
      expect((await syncToEnd(news)).run.state).toBe('done');
      expect(news.isRight()).toBe(true);
    });
  });

  test('I5: an ask that Mailchimp would not take, and that is decided afresh, is made then, and once', async ({
    onTestFinished,
  }) => {
    const news = await startWithNews(queue, 2, onTestFinished);
    await syncToEnd(news);
    const pebbles = news.scene.person('pebbles', { mailchimp: 'unsubscribed', civicrm: 'Removed' });
    await news.scene.sync({ mode: 'full' });
    pebbles.civicrm.add();
    news.service.sandbox.faults.inject({
      system: 'mailchimp',
      kind: 'rate-limit',
      path: '/members/',
      method: 'PUT',
    });
    await run(news);
    await expect
      .poll(() => news.env.store.db.update.count({ where: { state: 'queued', kind: 'ask' } }))
      .toBe(1);
    await abortRun(news.env.store, news.scene.connection.id);
    await syncToEnd(news);
    expect(pebbles.mailchimp.status()).toBe('pending');
    expect(news.scene.mails()).toBe(1);
    await expectNothingMore(news.scene);
  });

  test('while a connection is paused nothing starts and nothing is sent, and what is at Mailchimp is settled', async ({
    onTestFinished,
  }) => {
    const news = await startWithNews(queue, BATCH, onTestFinished);
    const { store, queues } = news.env;
    const { id } = news.scene.connection;
    news.service.sandbox.faults.inject({ system: 'mailchimp', kind: 'stuck-batch', delayMs: MINUTE_MS });
    const first = await run(news);
    await submitted(news);
    await pauseConnection(store, id);
    const asked = { connectionId: id, mode: 'incremental', purpose: 'sync', requestedBy: 'test' } as const;
    await expect(startRun(store, queues, asked)).rejects.toMatchObject({ code: 'CONNECTION_PAUSED' });
    news.service.sandbox.clock.advance(2 * MINUTE_MS);
    await settleUpdates(news, first);
    expect(news.isRight()).toBe(true);
    await resumeConnection(store, id);
    await expectNothingMore(news.scene);
  });

  test('adoption: a batch that was taken without our hearing of it, and is not finished yet, waits, is found, and is never sent twice', async ({
    onTestFinished,
  }) => {
    const news = await startWithNews(queue, BATCH, onTestFinished);
    const { faults } = news.service.sandbox;
    faults.inject({ system: 'mailchimp', kind: 'stuck-batch', delayMs: HOUR_MS });
    faults.inject({ system: 'mailchimp', kind: 'reset-after', path: '^/batches$', method: 'POST' });
    const id = await run(news);
    await expect
      .poll(async () => (await listBatches(news.env.store.db, news.scene.connection.id, 1))[0], {
        timeout: 20_000,
      })
      .toMatchObject({ state: 'claimed', remoteId: null, polls: 2 });
    await settleUpdates(news, id);
    expect(await listBatches(news.env.store.db, news.scene.connection.id, 5)).toMatchObject([
      { state: 'settled', remoteId: expect.stringMatching(/.+/) },
    ]);
    expect(news.isRight()).toBe(true);
    expect(once(news)).toBe(true);
    expect(news.service.sandbox.requests.operations()).toHaveLength(BATCH + 1);
  });

  describe('at once', () => {
    test('two who ask for a sync: one run starts, and the other is told which', async ({
      onTestFinished,
    }) => {
      const news = await startWithNews(queue, 2, onTestFinished);
      const { store, queues } = news.env;
      const asked = { connectionId: news.scene.connection.id, mode: 'incremental', purpose: 'sync' } as const;
      const starts = await Promise.all(
        ['one', 'other'].map((requestedBy) => startRun(store, queues, { ...asked, requestedBy })),
      );
      const [started] = starts.flatMap((start) => (start.kind === 'started' ? start.runId : []));
      expect(starts.filter(({ kind }) => kind === 'busy')).toEqual([{ kind: 'busy', holder: started }]);
    });

    test('two who go on with a run that had stopped: it goes on once', async ({ onTestFinished }) => {
      const news = await startWithNews(queue, 2, onTestFinished);
      const { run: stopped } = await news.scene.sync({ stopBefore: 'reconcile' });
      const { store, queues } = news.env;
      const asked = { connectionId: news.scene.connection.id, mode: 'incremental', purpose: 'sync' } as const;
      const starts = await Promise.all(
        ['one', 'other'].map((requestedBy) => startRun(store, queues, { ...asked, requestedBy })),
      );
      expect(starts).toContainEqual({ kind: 'started', runId: stopped.id });
      expect(starts).toContainEqual({ kind: 'busy', holder: stopped.id });
      await waitForRun(store, stopped.id, { until: 'updates', signal: AbortSignal.timeout(MINUTE_MS) });
      expect(news.isRight()).toBe(true);
    });

    test.each(['approve', 'reject'] as const)(
      'one approves while another says "%s": the first word counts',
      async (word) => {
        const service = await startTestService({ queue });
        const scene = await newScene(service);
        const people = Array.from({ length: 4 }, (_, at) => scene.person(`betty${at}`, { civicrm: 'Added' }));
        const held = await scene.sync({ mode: 'full' });
        expect(held.run.state).toBe('held');
        const { store, queues } = service.service;
        const { id } = held.run;
        const words = await Promise.allSettled([
          approveRun(store, queues, id, 'wilma'),
          word === 'approve' ? approveRun(store, queues, id, 'fred') : rejectRun(store, id, 'fred'),
        ]);
        const [refusal, ...others] = words.flatMap((one) => (one.status === 'rejected' ? one.reason : []));
        expect(others).toEqual([]);
        expect(refusal).toMatchObject({ code: 'BAD_INPUT' });
        await waitForRun(store, id, { until: 'updates', signal: AbortSignal.timeout(MINUTE_MS) });
        const isApproved = (await getRun(store.db, id)).state === 'done';
        expect(people.map(({ mailchimp }) => mailchimp.status())).toEqual(
          people.map(() => (isApproved ? 'subscribed' : 'absent')),
        );
        expect(people.every(({ mailchimp }) => mailchimp.writes() <= 1)).toBe(true);
        const by = await store.db.decision.findMany({ where: { runId: id, category: { not: null } } });
        expect(new Set(by.map(({ decidedBy }) => decidedBy)).size).toBe(1);
      },
    );
  });

  test('what is approved while somebody has just changed is not done for them, and a run meanwhile keeps the other word out', async () => {
    const service = await startTestService({ queue });
    const scene = await newScene(service);
    const [wilma, betty] = ['wilma', 'betty'].map((name) => scene.person(name, { civicrm: 'Added' }));
    const held = await scene.sync({ mode: 'full' });
    const { store, queues } = service.service;
    service.sandbox.clock.advance(2000);
    wilma?.civicrm.unsubscribeByMail();
    const said = await Promise.allSettled([
      approveRun(store, queues, held.run.id, 'fred'),
      service.start(scene.connection),
    ]);
    for (const one of said) if (one.status === 'fulfilled') expect(one.value).toBeDefined();
    const ids = (await store.db.run.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
    for (const id of ids)
      await waitForRun(store, id as typeof held.run.id, {
        until: 'updates',
        signal: AbortSignal.timeout(MINUTE_MS),
      });
    expect(wilma?.mailchimp.status()).toBe('absent');
    expect(wilma?.mailchimp.writes()).toBe(0);
    await scene.sync({ approval: 'all' });
    expect(betty?.mailchimp.status()).toBe('subscribed');
    expect(wilma?.mailchimp.status()).toBe('absent');
  });

  test('a lease that a run left behind when it ended is freed by the repair pass, and one of a run at work is not', async ({
    onTestFinished,
  }) => {
    const news = await startWithNews(queue, 2, onTestFinished);
    const { store } = news.env;
    const over = await run(news);
    // As a worker did that was killed while it took up a run that was just ending.
    await store.db
      .$executeRaw`UPDATE leases SET run_id = ${over} WHERE connection_id = ${news.scene.connection.id}`;
    await repair(news.env);
    expect(await findHolder(store.db, news.scene.connection.id)).toBeNull();
    const asked = { connectionId: news.scene.connection.id, mode: 'incremental', purpose: 'sync' } as const;
    const started = await startRun(store, news.env.queues, { ...asked, requestedBy: 'test' });
    await repair(news.env);
    if (started.kind === 'busy') throw new Error('it is still held');
    await waitForRun(store, started.runId, { until: 'updates', signal: AbortSignal.timeout(MINUTE_MS) });
    expect((await getRun(store.db, started.runId)).state).toBe('done');
  });
});
