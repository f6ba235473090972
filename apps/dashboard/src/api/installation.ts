import { connectionId, runId } from '@mcsync/core/domain/ids';
import { listActs, recordAct } from '@mcsync/core/store/acts';
import { recordWriting } from '@mcsync/core/store/installation';
import { z } from 'zod';
import { listAlerts } from '../alerts.ts';
import { rowNumber } from '../connection-path.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const tag = 'installation';

export const INSTALLATION_ENDPOINTS = [
  define({
    ...{ at: 'GET /overview', id: 'getOverview', tag },
    summary: 'How everything stands: alerts, and every connection.',
    result: answers.overview,
    async handle(_, { load }) {
      const overview = await load.overview();
      const connections = overview.connections.map((status) => ({
        ...status,
        bySyncStatus: status.people.bySyncStatus,
      }));
      return { ...overview, connections, alerts: listAlerts(overview) };
    },
  }),
  define({
    ...{ at: 'PUT /writing', id: 'setWriting', tag },
    summary: 'The one switch for all writing to both systems, of all connections.',
    body: z.object({ writing: z.enum(['stopped', 'allowed']) }),
    result: answers.ok,
    async handle({ body: { writing } }, { store, caller }) {
      await recordWriting(store.db, writing);
      await recordAct(store.db, { who: caller.email, kind: `writing-${writing}` });
      return { done: true };
    },
  }),
  define({
    ...{ at: 'GET /acts', id: 'listActs', tag, summary: 'Who did what, the newest first.' },
    query: z.object({
      connection: rowNumber.optional().describe('Only what was done to it'),
      run: rowNumber.optional().describe('Only what was done to it'),
      before: rowNumber.optional().describe('The id of the last one of the page before'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    result: z.object({ acts: z.array(answers.act) }),
    handle: async ({ query: { connection, run, before, limit } }, { store }) => ({
      acts: await listActs(store.db, {
        limit,
        ...(connection !== undefined && { connectionId: connectionId(connection) }),
        ...(run !== undefined && { runId: runId(run) }),
        ...(before !== undefined && { before }),
      }),
    }),
  }),
];
