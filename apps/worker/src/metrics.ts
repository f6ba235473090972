import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Status } from './read-status.ts';

/** How a job left the worker: done; failed (it may be tried again); or waiting for its pieces, to come back when they are done. */
export type JobOutcome = 'done' | 'failed' | 'waiting';

/** What is measured, for Prometheus. Numbers and names of ours only: nothing tells about a person. */
export interface Metrics {
  countJob(
    job: { readonly queue: string; readonly name: string },
    outcome: JobOutcome,
    seconds: number,
  ): void;
  countRequest(system: 'mailchimp' | 'civicrm'): void;
  /** Everything as text, with the installation's numbers brought up to date. Does not reject: who watches wants the rest all the more when the database is down. */
  report(): Promise<string>;
  readonly contentType: string;
}

/** From a database query to a whole audience read page by page. Seconds. */
const DURATIONS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

const NOTHING: Status = { members: [], runs: [], updates: [] };

/** What is counted here is this process's own; what `readStatus` gives is the installation's, and the same from every worker. */
export function createMetrics(readStatus: () => Promise<Status>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const jobs = new Counter({
    name: 'mcsync_jobs_total',
    help: 'Jobs that left this worker, by how they left it.',
    labelNames: ['queue', 'name', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'mcsync_job_duration_seconds',
    help: 'How long this worker had a job.',
    labelNames: ['queue', 'name'],
    buckets: DURATIONS,
    registers,
  });
  const requests = new Counter({
    name: 'mcsync_remote_requests_total',
    help: 'Requests that this worker made to the remote systems.',
    labelNames: ['system'],
    registers,
  });
  const databaseUp = new Gauge({
    name: 'mcsync_database_up',
    help: 'Whether the numbers of the installation could be read: 1, or 0, and then they are missing.',
    registers,
  });
  const showStatus = createStatusGauges(registry);
  return {
    contentType: registry.contentType,
    countJob({ queue, name }, outcome, seconds) {
      jobs.inc({ queue, name, outcome });
      durations.observe({ queue, name }, seconds);
    },
    countRequest: (system) => requests.inc({ system }),
    async report() {
      const status = await readStatus().catch(() => null);
      databaseUp.set(status === null ? 0 : 1);
      showStatus(status ?? NOTHING);
      return await registry.metrics();
    },
  };
}

function createStatusGauges(registry: Registry): (status: Status) => void {
  const registers = [registry];
  const members = new Gauge({
    name: 'mcsync_members',
    help: 'Members by sync status.',
    labelNames: ['connection', 'status'],
    registers,
  });
  const runs = new Gauge({ name: 'mcsync_runs', help: 'Runs by state.', labelNames: ['state'], registers });
  const updates = new Gauge({
    name: 'mcsync_updates',
    help: 'Updates for Mailchimp by state.',
    labelNames: ['connection', 'state'],
    registers,
  });
  return (status) => {
    // Emptied first: a connection that was removed is not to be reported for ever.
    for (const gauge of [members, runs, updates]) gauge.reset();
    for (const { connectionId, status: name, count } of status.members)
      members.set({ connection: connectionId, status: name }, count);
    for (const { state, count } of status.runs) runs.set({ state }, count);
    for (const { connectionId, state, count } of status.updates)
      updates.set({ connection: connectionId, state }, count);
  };
}
