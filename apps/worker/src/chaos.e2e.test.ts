import { randomBytes } from 'node:crypto';
import { createTestDatabase } from '@mcsync/core/testing/test-database';
import { QUEUE_STORES } from '@mcsync/core/testing/test-service';
import { expect, onTestFinished, test } from 'vitest';
import { hasHeld, reportLines } from '../testing/chaos/report.ts';
import { runStorm } from '../testing/chaos/storm.ts';

/** `npm run chaos` in short: the same, with few people and few kills. */
test.each(QUEUE_STORES)(
  'workers are killed at steps and at random moments while people act on both sides, and nothing is lost or done twice (%s)',
  async (queue) => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const report = await runStorm({
      databaseUrl: database.url,
      queueUrl: queue === 'redis' ? (process.env['QUEUE_TEST_REDIS_URL'] ?? null) : null,
      kills: 6,
      seed: randomBytes(2).readUInt16BE(),
      people: 60,
      build: process.env['TEST_BUILD'] === 'compiled' ? 'compiled' : 'source',
      patienceMs: 4000,
      tell: () => undefined,
    });
    expect([...report.deaths.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(6);
    expect(hasHeld(report), reportLines(queue, report).join('\n')).toBe(true);
  },
);
