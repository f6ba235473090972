import { describe, expect, test } from 'vitest';
import { newScene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { APPLY_STAGES, PLAN_STAGES } from '../domain/run.ts';
import { isUnderstood, KEPT, versioned } from '../queue/queues.ts';
import { startWorker } from './start-worker.ts';

/** Somebody to be subscribed and somebody to be created, and a run that nobody has begun. */
async function runWaiting(service: TestService) {
  const scene = await newScene(service);
  const betty = scene.person('betty', { civicrm: 'Added' });
  const barney = scene.person('barney', { mailchimp: 'subscribed' });
  service.sandbox.clock.advance(2000);
  const run = await service.start(scene.connection, { approval: 'all', mode: 'full' });
  return {
    run,
    isRight: () => betty.mailchimp.status() === 'subscribed' && barney.civicrm.status() === 'Added',
  };
}

/** As if another version of ours had written the jobs that wait. */
async function rewriteJobs({ service: { queues } }: TestService, to: (data: object) => object) {
  const jobs = await queues.stages.getJobs(['waiting', 'waiting-children', 'prioritized', 'delayed']);
  expect(jobs.length).toBeGreaterThan(5);
  for (const job of jobs) await job.updateData(to(job.data) as typeof job.data);
}

/** Soon, so that a test need not wait for what is set aside to be noticed. */
async function work({ service: { environment, queueStore } }: TestService) {
  const defaults = { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 };
  return await startWorker(environment, queueStore, { duties: 'no-schedule', defaults, repairEveryMs: 200 });
}

test('what goes into the queue says its version; no version is the first one', () => {
  expect(versioned({ batchId: 7 })).toEqual({ batchId: 7, v: 1 });
  expect([{}, { v: 1 }, { v: 2 }, { v: 0 }].map(isUnderstood)).toEqual([true, true, false, false]);
});

describe.each(QUEUE_STORES)('on %s', (queue) => {
  test('jobs from before there were versions are understood', async () => {
    const service = await startTestService({ queue, worker: 'none' });
    const { run, isRight } = await runWaiting(service);
    await rewriteJobs(service, ({ v: _, ...data }: { v?: number }) => data);
    await work(service);
    expect((await service.wait(run)).run.state).toBe('done');
    expect(isRight()).toBe(true);
  });

  test('a run whose jobs are of a version that nobody knows gets them anew, and is done once', async () => {
    const service = await startTestService({ queue, worker: 'none' });
    const { run, isRight } = await runWaiting(service);
    await rewriteJobs(service, (data) => ({ ...data, v: 99, shape: 'new' }));
    await work(service);
    expect((await service.wait(run)).run.state).toBe('done');
    expect(isRight()).toBe(true);
  });

  test('unknown jobs for Mailchimp are set aside, and what they were for is done all the same', async () => {
    const service = await startTestService({ queue, worker: 'none' });
    const { queues } = service.service;
    await queues.batching.add('send', { v: 99 } as never, KEPT);
    await queues.polling.add('look', { v: 99 } as never, KEPT);
    await queues.stages.add('probe', { v: 99 } as never, KEPT);
    const { run, isRight } = await runWaiting(service);
    await work(service);
    expect((await service.wait(run)).run.state).toBe('done');
    expect(isRight()).toBe(true);
    const failed = await Promise.all(
      [queues.batching, queues.polling, queues.stages].map((one) => one.getFailedCount()),
    );
    expect(failed).toEqual([0, 0, 0]);
  });

  test('a run that an older version began without a stage that is new since does that stage too', async () => {
    const service = await startTestService({ queue, worker: 'none' });
    const { run, isRight } = await runWaiting(service);
    const { db } = service.service.store;
    await db.runStage.deleteMany({ where: { runId: run, stage: { in: ['fetch-mailchimp', 'reconcile'] } } });
    await work(service);
    expect((await service.wait(run)).run.state).toBe('done');
    expect(isRight()).toBe(true);
    expect(await db.runStage.count({ where: { runId: run, state: 'done' } })).toBe(
      PLAN_STAGES.length + APPLY_STAGES.length,
    );
  });
});
