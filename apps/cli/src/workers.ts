import { SECOND_MS } from '@mcsync/core/domain/instant';
import type { Settings } from '@mcsync/core/settings';
import type { Service } from '@mcsync/core/worker/open-service';
import { repeat } from '@mcsync/core/worker/repeat';
import { runScheduleJob } from '@mcsync/core/worker/schedule';
import { startWorker } from '@mcsync/core/worker/start-worker';

/** Workers of this process, for as long as a command runs. */
export interface OwnWorkers {
  /** Finishes the pieces that are being worked at. What is left goes on with the next worker. */
  stop(): Promise<void>;
}

/** Changes that Mailchimp was too busy for are sent again when their time comes. */
const PASS_EVERY_MS = 15 * SECOND_MS;

/** Brings workers in this process. Nothing recurs because of them; what is under way already they take up, too. */
export async function startOwnWorkers(
  { environment, queueStore }: Service,
  { syncEveryMs, fullSyncCron, retentionDays }: Settings,
): Promise<OwnWorkers> {
  const defaults = { syncEveryMs, fullSyncCron, retentionDays };
  const worker = await startWorker(environment, queueStore, { duties: 'no-schedule', defaults });
  const pass = async () => {
    await runScheduleJob(environment, { kind: 'batching' }, defaults);
    await runScheduleJob(environment, { kind: 'polling' }, defaults);
  };
  const passing = repeat(pass, PASS_EVERY_MS, (err) => environment.log.error({ err }, 'pass failed'));
  return {
    async stop() {
      await passing.stop();
      await worker.stop();
    },
  };
}

/** How many work on the queue, in this process or others. */
export async function countWorkers({ queues }: Service): Promise<number> {
  return await queues.stages.getWorkersCount();
}
