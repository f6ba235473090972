import { expect } from 'vitest';
import type { RunMode } from '../src/domain/run.ts';
import type { Scene } from './scene.ts';

/** A further sync writes nothing to either side, plans nothing and mails nobody: one of what changed, unless it is said of what. */
export async function expectNothingMore(
  scene: Scene,
  modes: readonly RunMode[] = ['incremental'],
): Promise<void> {
  const before = scene.describe();
  for (const mode of modes) {
    const { run, counts } = await scene.sync({ mode });
    expect(run.error).toBeNull();
    expect(run.state).toBe('done');
    expect(run.plan).toEqual([]);
    expect(counts).toMatchObject({ created: 0, addedToGroup: 0, removedFromGroup: 0, held: 0, open: 0 });
    expect(counts).toMatchObject({ subscribed: 0, unsubscribed: 0, archived: 0, pending: 0 });
    expect(scene.describe()).toBe(before);
  }
}
