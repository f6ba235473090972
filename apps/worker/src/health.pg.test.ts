import { storeProbes } from '@mcsync/core/process/health';
import { listen } from '@mcsync/core/process/listen';
import { openStore } from '@mcsync/core/store/store';
import { startTestService } from '@mcsync/core/testing/test-service';
import { startWorker } from '@mcsync/core/worker/start-worker';
import type { Express } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { createHealthApp } from './health.ts';
import { measureJobs, measureRequests } from './measure.ts';
import { createMetrics } from './metrics.ts';
import { createStatusReader } from './read-status.ts';
import { workerProbe } from './worker-probe.ts';

/** A measured worker against a sandbox, with its health server, as main.ts puts them together. */
async function startMeasuredWorker() {
  const test = await startTestService({ worker: 'none' });
  const { environment, store, queues, queueStore } = test.service;
  const metrics = createMetrics(createStatusReader(store.db, environment.now));
  const measured = measureJobs(queueStore, metrics);
  const gateways = measureRequests(environment.gateways, metrics);
  const worker = await startWorker({ ...environment, gateways }, measured, {
    duties: 'every',
    defaults: { syncEveryMs: 3_600_000, fullSyncCron: '0 3 * * *', retentionDays: 400 },
  });
  const probes = { ...storeProbes(store, queues), worker: workerProbe(measured) };
  const url = await serve(createHealthApp(probes, metrics));
  return { ...test, worker, url };
}

async function serve(app: Express): Promise<string> {
  const server = await listen(app, { host: '127.0.0.1', port: 0, variable: 'HEALTH_PORT' });
  onTestFinished(() => server.close());
  return server.url;
}

test('it is well while it works, and not once it is told to stop', async () => {
  const { url, worker } = await startMeasuredWorker();
  const well = await fetch(`${url}/health`);
  expect({ status: well.status, body: await well.json() }).toEqual({
    status: 200,
    body: { status: 'ok', checks: { database: 'ok', queue: 'ok', worker: 'ok' } },
  });
  const stopping = worker.stop();
  const unwell = await fetch(`${url}/health`);
  expect({ status: unwell.status, body: await unwell.json() }).toEqual({
    status: 503,
    body: { status: 'failing', checks: { database: 'ok', queue: 'ok', worker: 'failing' } },
  });
  await stopping;
});

test('a store that is gone is named, and nothing of how to reach it', async () => {
  const { service } = await startTestService({ worker: 'none' });
  const gone = await openStore({ url: service.databaseUrl });
  await gone.close();
  const metrics = createMetrics(createStatusReader(gone.db, Date.now));
  const url = await serve(createHealthApp(storeProbes(gone, service.queues), metrics));
  const answer = await fetch(`${url}/health`);
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    status: 503,
    body: { status: 'failing', checks: { database: 'failing', queue: 'ok' } },
  });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('mcsync_database_up 0');
});

test('after a sync the metrics tell of its jobs, requests and members, and of nobody by name', async () => {
  const { url, charity, sync, sandbox } = await startMeasuredWorker();
  const { connection } = await charity(60);
  await sync(connection, { approval: 'all' });
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const report = await answer.text();
  for (const stage of ['probe', 'fetch-mailchimp', 'reconcile', 'finish'])
    expect(report).toMatch(
      new RegExp(`mcsync_jobs_total\\{queue="mcsync-stages",name="${stage}",outcome="done"\\} [1-9]`),
    );
  const counted = (system: string) =>
    Number(new RegExp(`mcsync_remote_requests_total\\{system="${system}"\\} (\\d+)`).exec(report)?.[1]);
  expect(counted('mailchimp')).toBe(sandbox.requests.counts().mailchimp.total);
  expect(counted('civicrm')).toBe(sandbox.requests.counts().civicrm.total);
  expect(report).toMatch(/mcsync_members\{connection="1",status="ok"\} [1-9]/);
  expect(report).toContain('mcsync_runs{state="done"} 1');
  expect(report).toContain('mcsync_database_up 1');
  expect(report).not.toContain('@');
});
