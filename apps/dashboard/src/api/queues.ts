import { UsageError } from '@mcsync/core/errors/sync-error';
import { recordAct } from '@mcsync/core/store/acts';
import type { Job } from 'bullmq';
import { z } from 'zod';
import { QUEUE_KEYS } from '../bull-board.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const QUEUE = z.object({ queue: z.enum(QUEUE_KEYS) });
/** As Bull Board, all of it is for administrators. */
const common = { tag: 'queues', role: 'administrator' } as const;

export const QUEUE_ENDPOINTS = [
  define({
    ...{
      at: 'GET /queues',
      id: 'listQueues',
      ...common,
      summary: 'The queues, with how many jobs are how far.',
    },
    result: z.object({ queues: z.array(answers.queue) }),
    handle: async (_, { queues }) => ({
      queues: await Promise.all(
        QUEUE_KEYS.map(async (queue) => ({ queue, jobs: await queues[queue].getJobCounts() })),
      ),
    }),
  }),
  define({
    ...{ at: 'GET /queues/{queue}/failed', id: 'listFailedJobs', ...common, params: QUEUE },
    summary: 'Jobs that failed, the last one first. What failed is made again from the rows in any case.',
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    result: z.object({ jobs: z.array(answers.failedJob) }),
    async handle({ params, query }, { queues }) {
      const jobs: readonly Job[] = await queues[params.queue].getFailed(0, query.limit - 1);
      return { jobs: jobs.map(toFailed) };
    },
  }),
  define({
    ...{ at: 'POST /queues/{queue}/failed/{job}/retry', id: 'retryJob', ...common },
    summary: 'Has a failed job tried again at once.',
    params: QUEUE.extend({ job: z.string().max(200) }),
    result: answers.ok,
    async handle({ params }, { queues, store, caller }) {
      const job: Job | undefined = await queues[params.queue].getJob(params.job);
      if (job === undefined) throw new UsageError('NOT_FOUND', ['There is no such job.']);
      if (!(await job.isFailed()))
        throw new UsageError('BAD_INPUT', ['This job has not failed, or is tried again already.']);
      await job.retry('failed');
      const note = `${params.queue}: ${params.job}`;
      await recordAct(store.db, { who: caller.email, kind: 'job-retried', note });
      return { done: true };
    },
  }),
];

const toFailed = ({ id, name, data, failedReason, attemptsMade, finishedOn }: Job) => ({
  ...{ id, name, data, attempts: attemptsMade, reason: failedReason },
  failedAt: finishedOn === undefined ? null : new Date(finishedOn),
});
