import type { QueueStore } from '@mcsync/core/queue/connect';
import type { GatewayProvider } from '@mcsync/core/worker/gateways';
import { type Processor, WaitingChildrenError, type Worker } from 'bullmq';
import type { JobOutcome, Metrics } from './metrics.ts';

/** A queue store whose workers' jobs are measured. */
export interface MeasuredQueueStore extends QueueStore {
  /** Whether all workers made by it take jobs; false once they are told to stop. */
  areWorking(): boolean;
}

/** Measures the jobs of every worker that is made by this store. */
export function measureJobs(store: QueueStore, metrics: Pick<Metrics, 'countJob'>): MeasuredQueueStore {
  const workers: Pick<Worker, 'isRunning' | 'isPaused'>[] = [];
  return {
    ...store,
    async worker<Data>(name: string, process: Processor<Data>, options: Parameters<QueueStore['worker']>[2]) {
      const worker = await store.worker<Data>(name, measured(name, process, metrics), options);
      workers.push(worker);
      return worker;
    },
    // Who is told to stop pauses first.
    areWorking: () => workers.every((worker) => worker.isRunning() && !worker.isPaused()),
  };
}

function measured<Data>(
  queue: string,
  process: Processor<Data>,
  metrics: Pick<Metrics, 'countJob'>,
): Processor<Data> {
  return async (job, token) => {
    const startedAt = performance.now();
    const count = (outcome: JobOutcome) =>
      metrics.countJob({ queue, name: job.name }, outcome, (performance.now() - startedAt) / 1000);
    try {
      const result = await process(job, token);
      count('done');
      return result;
    } catch (error) {
      count(error instanceof WaitingChildrenError ? 'waiting' : 'failed');
      throw error;
    }
  };
}

/** Counts the requests of all gateways, besides counting them with their runs. */
export function measureRequests(
  gateways: GatewayProvider,
  { countRequest }: Pick<Metrics, 'countRequest'>,
): GatewayProvider {
  return {
    ...gateways,
    forConnection: (connection, count, permit) =>
      gateways.forConnection(
        connection,
        (system) => {
          countRequest(system);
          count(system);
        },
        permit,
      ),
  };
}
