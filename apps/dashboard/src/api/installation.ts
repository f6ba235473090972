import { listActs, recordAct } from '@mcsync/core/store/acts';
import { listAdministrators } from '@mcsync/core/store/administrators';
import { recordWriting } from '@mcsync/core/store/installation';
import { z } from 'zod';
import { listAlerts } from '../alerts.ts';
import { rowNumber } from '../connection-path.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const tag = 'installation';

export const INSTALLATION_ENDPOINTS = [
  define({
    ...{ at: 'GET /me', id: 'getMe', tag, summary: 'In whose name this token calls.' },
    result: answers.user,
    handle: async (_, { caller }) => caller,
  }),
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
    ...{ at: 'GET /users', id: 'listUsers', tag, role: 'administrator', summary: 'Who may sign in.' },
    result: z.object({ users: z.array(answers.user) }),
    handle: async (_, { store }) => ({ users: await listAdministrators(store.db) }),
  }),
  define({
    ...{ at: 'GET /acts', id: 'listActs', tag, summary: 'Who did what, the newest first.' },
    query: z.object({
      before: rowNumber.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    result: z.object({ acts: z.array(answers.act) }),
    handle: async ({ query: { before, limit } }, { store }) => ({
      acts: await listActs(store.db, { limit, ...(before !== undefined && { before }) }),
    }),
  }),
];
