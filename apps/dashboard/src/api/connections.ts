import { accountId, connectionId, groupId, siteId } from '@mcsync/core/domain/ids';
import { DAY_MS } from '@mcsync/core/domain/instant';
import { abortRun, dropConnection, pauseConnection, resumeConnection } from '@mcsync/core/queue/run-control';
import { addConnection } from '@mcsync/core/setup/add-connection';
import { recordAct } from '@mcsync/core/store/acts';
import { countBatchOutcomes } from '@mcsync/core/store/batch-outcomes';
import { listBatches } from '@mcsync/core/store/batches';
import { getConnection, listConnections } from '@mcsync/core/store/connections';
import { listDailySizes } from '@mcsync/core/store/daily-sizes';
import { listLogLines } from '@mcsync/core/store/run-log';
import { listRuns } from '@mcsync/core/store/runs';
import { z } from 'zod';
import { startRunFor } from '../actions/control.ts';
import { pairFor, unpairFor } from '../actions/pairings.ts';
import { changePoliciesFor } from '../actions/settings.ts';
import { nameOf } from '../alerts.ts';
import { drawUpBalance } from '../balance-sheet.ts';
import { rowNumber } from '../connection-path.ts';
import { define } from './define.ts';
import type { ApiContext } from './endpoint.ts';
import * as answers from './schemas.ts';

const PARAMS = z.object({ connection: rowNumber });
const LIMIT = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });
const tag = 'connections';
const DONE = { done: true } as const;

const INTERESTS = z.array(z.string()).default([]).describe('INTERESTID=GROUPID');
const MAPPINGS = z.array(z.string()).default([]).describe('FIELDPATH=MERGETAG[:direction], or tag:NAME');

const get = ({ connection }: z.infer<typeof PARAMS>, { store }: ApiContext) =>
  getConnection(store.db, connectionId(connection));

async function settingsOf(params: z.infer<typeof PARAMS>, context: ApiContext) {
  const { policies, pairings } = await get(params, context);
  return { policies, ...pairings };
}

export const CONNECTION_ENDPOINTS = [
  define({
    ...{ at: 'GET /connections', id: 'listConnections', tag, summary: 'All connections.' },
    result: z.object({ connections: z.array(answers.connection) }),
    handle: async (_, { store }) => ({ connections: await listConnections(store.db) }),
  }),
  define({
    ...{ at: 'POST /connections', id: 'addConnection', tag, status: 201 },
    summary:
      'Connects an audience with a group, once both are known to be there, fit and free. Nothing is synced yet.',
    body: z.object({
      accountId: rowNumber,
      siteId: rowNumber,
      audienceId: z.string(),
      groupId: rowNumber,
      interests: INTERESTS,
      mappings: MAPPINGS,
      policies: z.array(z.string()).default([]).describe('name=value'),
    }),
    result: answers.connection,
    async handle({ body }, context) {
      const added = await addConnection(context, {
        ...body,
        accountId: accountId(body.accountId),
        siteId: siteId(body.siteId),
        groupId: groupId(body.groupId),
      });
      const { email: who } = context.caller;
      await recordAct(context.store.db, { who, kind: 'connection-added', connectionId: added.id });
      return await getConnection(context.store.db, added.id);
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}', id: 'getConnection', tag, params: PARAMS },
    summary:
      'How a connection stands: situation, people by sync status, the run under way, when it is synced next.',
    result: answers.status,
    async handle({ params }, context) {
      const status = await context.load.connection(await get(params, context));
      return { ...status, bySyncStatus: status.people.bySyncStatus };
    },
  }),
  define({
    ...{ at: 'DELETE /connections/{connection}', id: 'removeConnection', tag, params: PARAMS },
    summary: 'Removes a connection with everything that is known of its people. Neither system is changed.',
    result: answers.ok,
    async handle({ params }, context) {
      const connection = await get(params, context);
      await dropConnection(context.store, connection.id);
      const note = nameOf(connection);
      const { email: who } = context.caller;
      await recordAct(context.store.db, {
        who,
        kind: 'connection-removed',
        connectionId: connection.id,
        note,
      });
      return DONE;
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/sync', id: 'syncConnection', tag, params: PARAMS, status: 202 },
    summary: 'Starts a sync. What is more than may happen in a day waits for approval.',
    body: z.object({ mode: z.enum(['incremental', 'full']).default('incremental') }),
    result: answers.started,
    async handle({ params, body }, context) {
      const connection = await get(params, context);
      const asked = { mode: body.mode, purpose: 'sync' } as const;
      return { runId: await startRunFor(context, context.caller.email, connection, asked) };
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/plan', id: 'planConnection', tag, params: PARAMS, status: 202 },
    summary: 'Makes a plan: what a full sync would do. Nothing is written to either system.',
    result: answers.started,
    async handle({ params }, context) {
      const connection = await get(params, context);
      const asked = { mode: 'full', purpose: 'plan' } as const;
      return { runId: await startRunFor(context, context.caller.email, connection, asked) };
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/pause', id: 'pauseConnection', tag, params: PARAMS },
    summary: 'Stops plans and submission. What is at Mailchimp is still settled.',
    result: answers.ok,
    async handle({ params }, context) {
      const { id } = await get(params, context);
      await pauseConnection(context.store, id);
      const { email: who } = context.caller;
      await recordAct(context.store.db, { who, kind: 'connection-paused', connectionId: id });
      return DONE;
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/resume', id: 'resumeConnection', tag, params: PARAMS },
    summary: 'Lets a paused or faulted connection run again.',
    result: answers.ok,
    async handle({ params }, context) {
      const { id } = await get(params, context);
      await resumeConnection(context.store, id);
      const { email: who } = context.caller;
      await recordAct(context.store.db, { who, kind: 'connection-resumed', connectionId: id });
      return DONE;
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/abort', id: 'abortConnection', tag, params: PARAMS },
    summary: 'Ends the run that holds the connection. What is at Mailchimp is still settled.',
    result: z.object({ runId: z.int().nullable().describe('Null: nothing was running.') }),
    async handle({ params }, context) {
      const { id } = await get(params, context);
      const runId = await abortRun(context.store, id);
      const { email: who } = context.caller;
      if (runId !== null)
        await recordAct(context.store.db, { who, kind: 'run-aborted', connectionId: id, runId });
      return { runId };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/balance', id: 'getBalance', tag, params: PARAMS },
    summary: 'Both sides as a balance: in, to be added, to be removed, left out for a reason.',
    result: answers.balance,
    async handle({ params }, context) {
      const { people } = await context.load.connection(await get(params, context));
      return drawUpBalance(people.places);
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/sizes', id: 'listSizes', tag, params: PARAMS },
    summary: 'How large both sides were, and what was changed, by day.',
    query: z.object({ days: z.coerce.number().int().min(1).max(3660).default(90) }),
    result: z.object({ sizes: z.array(answers.size) }),
    async handle({ params, query }, context) {
      const { id } = await get(params, context);
      const since = new Date(Date.now() - query.days * DAY_MS);
      return { sizes: await listDailySizes(context.store.db, id, since) };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/runs', id: 'listRuns', tag, params: PARAMS, query: LIMIT },
    summary: 'The newest runs.',
    result: z.object({ runs: z.array(answers.run) }),
    async handle({ params, query }, context) {
      const { id } = await get(params, context);
      return { runs: await listRuns(context.store.db, id, query.limit) };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/batches', id: 'listBatches', tag, params: PARAMS, query: LIMIT },
    summary: 'The newest batches at Mailchimp, with progress and outcomes.',
    result: z.object({ batches: z.array(answers.batch) }),
    async handle({ params, query }, context) {
      const { id } = await get(params, context);
      const { db } = context.store;
      const batches = await listBatches(db, id, query.limit);
      const outcomes = await countBatchOutcomes(
        db,
        batches.map((batch) => batch.id),
      );
      return { batches: batches.map((batch) => ({ ...batch, outcomes: outcomes.get(batch.id) ?? {} })) };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/log', id: 'listLog', tag, params: PARAMS, query: LIMIT },
    summary: 'What its runs have said, the newest first.',
    result: z.object({ lines: z.array(answers.logLine) }),
    async handle({ params, query }, context) {
      const { id } = await get(params, context);
      return { lines: await listLogLines(context.store.db, { connectionId: id }, query.limit) };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/settings', id: 'getSettings', tag, params: PARAMS },
    summary: 'Policies, interests paired with groups, merge fields mapped to fields.',
    result: answers.settings,
    handle: ({ params }, context) => settingsOf(params, context),
  }),
  define({
    ...{ at: 'PUT /connections/{connection}/policies', id: 'setPolicies', tag, params: PARAMS },
    summary: 'Other policies, as name=value; those not named get their usual value.',
    body: z.object({ policies: z.array(z.string()) }),
    result: answers.settings,
    async handle({ params, body }, context) {
      const { id } = await get(params, context);
      const changed = await changePoliciesFor(context, context.caller.email, id, body.policies);
      return { policies: changed.policies, ...changed.pairings };
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/pair', id: 'pairConnection', tag, params: PARAMS },
    summary: 'Pairs more interests, fields and tags. A new interest’s first sync waits for approval.',
    body: z.object({ interests: INTERESTS, mappings: MAPPINGS }),
    result: answers.settings,
    async handle({ params, body }, context) {
      const { id } = await get(params, context);
      await pairFor(context, context.caller.email, id, body);
      return await settingsOf(params, context);
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/unpair', id: 'unpairConnection', tag, params: PARAMS },
    summary: 'Stops keeping interests, fields or tags the same. Neither system is changed.',
    body: z.object({
      interests: z.array(z.string()).default([]).describe('INTERESTID'),
      mappings: z.array(z.string()).default([]).describe('MERGETAG, or tag:NAME'),
    }),
    result: answers.settings,
    async handle({ params, body }, context) {
      const { id } = await get(params, context);
      await unpairFor(context, context.caller.email, id, body);
      return await settingsOf(params, context);
    },
  }),
];
