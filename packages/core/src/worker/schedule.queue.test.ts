import { beforeAll, describe, expect, test } from 'vitest';
import { newScene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { syncSchedulers } from './schedule.ts';

const DEFAULTS = { syncEveryMs: HOUR_MS, fullSyncCron: '0 3 * * *', retentionDays: 400 };

describe.each(QUEUE_STORES)('schedulers, with jobs in %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', queue });
  });

  test('workers that start at the same moment bring them in line together', async () => {
    const { connection } = await newScene(service);
    const { environment } = service.service;
    for (let round = 0; round < 10; round += 1)
      await Promise.all(Array.from({ length: 8 }, () => syncSchedulers(environment, DEFAULTS)));
    const schedulers = await environment.queues.schedule.getJobSchedulers();
    expect(schedulers.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        'batching',
        'polling',
        'retention',
        `incremental-${connection.id}`,
        `full-${connection.id}`,
      ]),
    );
  });
});
