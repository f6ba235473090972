import { connectionId } from '@mcsync/core/domain/ids';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import type { Status } from './read-status.ts';

const EMPTY: Status = { members: [], runs: [], updates: [] };

test('jobs are counted by how they ended, with how long they took', async () => {
  const metrics = createMetrics(async () => EMPTY);
  metrics.countJob({ queue: 'mcsync-stages', name: 'probe' }, 'done', 0.2);
  metrics.countJob({ queue: 'mcsync-stages', name: 'probe' }, 'done', 0.4);
  metrics.countJob({ queue: 'mcsync-stages', name: 'probe' }, 'failed', 3);
  const report = await metrics.report();
  expect(report).toContain('mcsync_jobs_total{queue="mcsync-stages",name="probe",outcome="done"} 2');
  expect(report).toContain('mcsync_jobs_total{queue="mcsync-stages",name="probe",outcome="failed"} 1');
  expect(report).toContain('mcsync_job_duration_seconds_count{queue="mcsync-stages",name="probe"} 3');
  expect(report).toContain(
    'mcsync_job_duration_seconds_bucket{le="0.25",queue="mcsync-stages",name="probe"} 1',
  );
});

test('requests are counted by system', async () => {
  const metrics = createMetrics(async () => EMPTY);
  metrics.countRequest('civicrm');
  metrics.countRequest('civicrm');
  metrics.countRequest('mailchimp');
  const report = await metrics.report();
  expect(report).toContain('mcsync_remote_requests_total{system="civicrm"} 2');
  expect(report).toContain('mcsync_remote_requests_total{system="mailchimp"} 1');
});

test('the installation is shown as it is, without what is gone', async () => {
  const [one, other] = [connectionId(1), connectionId(2)];
  const readings: Status[] = [
    {
      members: [
        { connectionId: one, status: 'ok', count: 7 },
        { connectionId: other, status: 'fail', count: 1 },
      ],
      runs: [{ state: 'done', count: 3 }],
      updates: [{ connectionId: one, state: 'queued', count: 5 }],
    },
    { ...EMPTY, members: [{ connectionId: one, status: 'ok', count: 8 }] },
  ];
  const metrics = createMetrics(async () => readings.shift() ?? EMPTY);
  const before = await metrics.report();
  expect(before).toContain('mcsync_members{connection="1",status="ok"} 7');
  expect(before).toContain('mcsync_members{connection="2",status="fail"} 1');
  expect(before).toContain('mcsync_runs{state="done"} 3');
  expect(before).toContain('mcsync_updates{connection="1",state="queued"} 5');
  const after = await metrics.report();
  expect(after).toContain('mcsync_members{connection="1",status="ok"} 8');
  expect(after).not.toMatch(/connection="2"|mcsync_runs\{|mcsync_updates\{/);
});

test('the rest is shown although the database is down', async () => {
  const metrics = createMetrics(() => Promise.reject(new Error('down')));
  metrics.countRequest('mailchimp');
  const report = await metrics.report();
  expect(report).toContain('mcsync_database_up 0');
  expect(report).toContain('mcsync_remote_requests_total{system="mailchimp"} 1');
  expect(report).toContain('nodejs_heap_size_used_bytes');
  expect(report).toContain('nodejs_eventloop_lag_seconds');
});

test('two workers of one process do not share their counts', async () => {
  const [one, other] = [createMetrics(async () => EMPTY), createMetrics(async () => EMPTY)];
  one.countRequest('mailchimp');
  expect(await other.report()).not.toContain('mcsync_remote_requests_total{');
});
