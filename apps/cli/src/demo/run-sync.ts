import { EventEmitter, once } from 'node:events';
import type { RunId } from '@mcsync/core/domain/ids';
import { approveRun, type Started, startRun } from '@mcsync/core/queue/run-control';
import { type RunReport, reportRun } from '@mcsync/core/store/run-report';
import { getRun, RUN_CHANNEL } from '@mcsync/core/store/runs';
import type { RunDisplay } from '../run-display.ts';
import { watchRun } from '../watch-runs.ts';
import type { DemoContext } from './demo-context.ts';

/** Starts a run as `mcsync sync` does, and waits until it and its changes at Mailchimp rest. */
export async function runSync(
  ctx: DemoContext,
  mode: 'full' | 'incremental',
  display: RunDisplay,
): Promise<RunReport> {
  const { store, queues } = ctx.service;
  const asked = { connectionId: ctx.connection, mode, purpose: 'sync', requestedBy: 'demo' } as const;
  return await seeThrough(ctx, await startRun(store, queues, asked), display);
}

/** Approves a held run as `mcsync approve` does, and waits in the same way. */
export async function approve(ctx: DemoContext, id: RunId, display: RunDisplay): Promise<RunReport> {
  const { store, queues } = ctx.service;
  return await seeThrough(ctx, await approveRun(store, queues, id, 'demo'), display);
}

/** Waits until somebody else approves or rejects a held run, or a later plan takes its place; then as above. */
export async function untilDecided(ctx: DemoContext, id: RunId, display: RunDisplay): Promise<RunReport> {
  const { store } = ctx.service;
  const changes = new EventEmitter();
  const stopListening = await store.listen(RUN_CHANNEL, () => void changes.emit('change'));
  try {
    for (;;) {
      const change = once(changes, 'change', { signal: ctx.interruption });
      change.catch(() => undefined); // where nobody gets to wait for it
      if ((await getRun(store.db, id)).state !== 'held') break;
      await change;
    }
  } finally {
    await stopListening();
  }
  return await seeThrough(ctx, { kind: 'started', runId: id }, display);
}

async function seeThrough(ctx: DemoContext, started: Started, display: RunDisplay): Promise<RunReport> {
  const { store } = ctx.service;
  // Whoever holds the connection is somebody at the dashboard or at a command line: theirs is as good as ours.
  const id = started.kind === 'started' ? started.runId : started.holder;
  const { interruption } = ctx;
  await watchRun(store, id, {
    display,
    until: 'updates',
    deadline: null,
    interruption,
    whenInterrupted: 'stop',
  });
  return await reportRun(store.db, id);
}
