import { createLog } from '@mcsync/core/log';
import { storeProbes } from '@mcsync/core/process/health';
import { listen } from '@mcsync/core/process/listen';
import { type RunningProgram, runProgram } from '@mcsync/core/process/run-program';
import { readSettings } from '@mcsync/core/settings';
import { createNotifiers } from '@mcsync/core/worker/notifiers';
import { openService } from '@mcsync/core/worker/open-service';
import { startWorker } from '@mcsync/core/worker/start-worker';
import { createHealthApp } from './health.ts';
import { measureJobs, measureRequests } from './measure.ts';
import { createMetrics } from './metrics.ts';
import { createStatusReader } from './read-status.ts';
import { shutDown } from './shut-down.ts';
import { workerProbe } from './worker-probe.ts';

await runProgram(start);

async function start(): Promise<RunningProgram> {
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel).child({ program: 'worker' });
  const service = await openService(settings, log);
  const { environment, store, queues } = service;
  const metrics = createMetrics(createStatusReader(store.db, environment.now));
  const queueStore = measureJobs(service.queueStore, metrics);
  const gateways = measureRequests(environment.gateways, metrics);
  const worker = await startWorker({ ...environment, log, gateways }, queueStore, {
    duties: 'every',
    defaults: settings,
    deadAfterMs: settings.deadAfterMs,
    repairEveryMs: settings.repairEveryMs,
    notifiers: createNotifiers(settings),
  });
  const probes = { ...storeProbes(store, queues), worker: workerProbe(queueStore) };
  const health = await listen(createHealthApp(probes, metrics), {
    host: settings.host,
    port: settings.healthPort,
    variable: 'HEALTH_PORT',
  });
  log.info(
    {
      health: health.url,
      queue: queueStore.kind,
      database: settings.databaseUrl === null ? 'embedded' : 'configured',
      installation: environment.installationId,
    },
    'worker started',
  );
  return { stop: () => shutDown({ worker, health, service }, log) };
}
