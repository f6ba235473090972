import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import { waitForRun } from './wait-for-run.ts';

const { store, connect, startRun } = useTestStore();

test('who waits long for a run that does not change leaves nothing behind on their signal', async () => {
  const { run } = await startRun(await connect());
  const aborting = new AbortController();
  const { signal } = aborting;
  const listeners: number[] = [];
  const waiting = waitForRun(store(), run.id, {
    until: 'run',
    signal,
    // It looks by itself, now and then.
    onChange() {
      listeners.push(getEventListeners(signal, 'abort').length);
      if (listeners.length === 3) aborting.abort(new Error('enough'));
    },
  });
  await expect(waiting).rejects.toThrow('enough');
  expect(listeners).toEqual([0, 0, 0]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
