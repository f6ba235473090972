import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { startTestService } from '../../testing/test-service.ts';
import { recordRunState } from './runs.ts';
import { waitForRun } from './wait-for-run.ts';

test('who waits for a run of which nothing is heard leaves nothing behind on the signal, and hears of its end', async () => {
  const service = await startTestService({ worker: 'none' });
  const { store } = service.service;
  const { connection } = await service.charity(0);
  const id = await service.start(connection);
  const waiting = new AbortController();
  let looks = 0;
  const run = await waitForRun(store, id, {
    until: 'run',
    signal: waiting.signal,
    async onChange(seen) {
      looks += 1;
      expect(getEventListeners(waiting.signal, 'abort')).toHaveLength(0);
      // Notifications of other runs are not meant for us, so the third look is one that came by itself.
      if (looks === 3) await recordRunState(store.db, seen, 'failed');
    },
  });
  expect(run.state).toBe('failed');
});

test('who waits and is told to stop rejects with the reason, at once', async () => {
  const service = await startTestService({ worker: 'none' });
  const { connection } = await service.charity(0);
  const id = await service.start(connection);
  const waiting = new AbortController();
  const reason = new Error('enough');
  await expect(
    waitForRun(service.service.store, id, {
      until: 'run',
      signal: waiting.signal,
      onChange: () => void setImmediate(() => waiting.abort(reason)),
    }),
  ).rejects.toBe(reason);
});
