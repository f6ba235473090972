import { RULE_IDS } from '@mcsync/core/domain/decision';
import { runId } from '@mcsync/core/domain/ids';
import { CATEGORIES } from '@mcsync/core/domain/plan';
import { listPlanGroups, listPlannedChanges, listPlanRefusals } from '@mcsync/core/store/plan-examples';
import { listLogLines } from '@mcsync/core/store/run-log';
import { reportRun } from '@mcsync/core/store/run-report';
import { getRun } from '@mcsync/core/store/runs';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { writeWords } from '@mcsync/core/words/writes';
import { z } from 'zod';
import { answerPlanFor } from '../actions/answer-plan.ts';
import { rowNumber } from '../connection-path.ts';
import { listRunStages } from '../list-run-stages.ts';
import { PLAN_QUERY } from '../pages/review.tsx';
import { exportPlanFor } from '../plan-csv.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const PARAMS = z.object({ run: rowNumber });
const NOTE = z.object({ note: z.string().max(2000).default('') });
const tag = 'runs';

export const RUN_ENDPOINTS = [
  define({
    ...{ at: 'GET /runs/{run}', id: 'getRun', tag, params: PARAMS },
    summary: 'A run with its stages, its plan and what it did.',
    result: answers.runReport,
    async handle({ params }, { store }) {
      const report = await reportRun(store.db, runId(params.run));
      return { ...report, stages: await listRunStages(store.db, report.run.id) };
    },
  }),
  define({
    ...{ at: 'GET /runs/{run}/groups', id: 'listPlanGroups', tag, params: PARAMS },
    summary:
      'What the plan of a run would change, by rule and category; and who cannot be agreed, by reason.',
    result: z.object({ groups: z.array(answers.planGroup), refused: answers.planRefusals }),
    async handle({ params }, { store }) {
      const { id } = await getRun(store.db, runId(params.run));
      const [groups, refused] = await Promise.all([
        listPlanGroups(store.db, id),
        listPlanRefusals(store.db, id),
      ]);
      return {
        groups: groups.map((group) => ({ ...group, words: CATEGORY_WORDS[group.category] })),
        refused: refused.map((one) => ({ ...one, ...REFUSAL_WORDS[one.reason] })),
      };
    },
  }),
  define({
    ...{ at: 'GET /runs/{run}/changes', id: 'listPlannedChanges', tag, params: PARAMS },
    summary: 'Every change of a plan, page by page: whom it is about, what it does, and why.',
    query: z.object({
      rule: z.enum(RULE_IDS).optional(),
      category: z.enum(CATEGORIES).optional(),
      text: z.string().max(200).optional(),
      after: rowNumber.optional().describe('`next` of the page before'),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    result: z.object({ changes: z.array(answers.plannedChange), next: z.int().nullable() }),
    async handle({ params, query: { after = 0, limit, ...query } }, { store }) {
      const { id } = await getRun(store.db, runId(params.run));
      const found = await listPlannedChanges(store.db, id, query, { after, limit: limit + 1 });
      const changes = found.slice(0, limit);
      return {
        changes: changes.map((change) => ({ ...change, writes: change.writes.map(writeWords) })),
        next: found.length > limit ? (changes.at(-1)?.memberId ?? null) : null,
      };
    },
  }),
  define({
    ...{ at: 'GET /runs/{run}/plan.csv', id: 'exportPlan', tag, params: PARAMS },
    ...{ query: PLAN_QUERY.omit({ after: true }), answers: 'csv', result: z.string() },
    summary: 'All changes of a plan that fit the filters, as a file. Who exported people is kept.',
    async handle({ params, query }, context) {
      const run = await getRun(context.store.db, runId(params.run));
      return await exportPlanFor(context, context.caller.email, run, query);
    },
  }),
  define({
    ...{ at: 'GET /runs/{run}/log', id: 'listRunLog', tag, params: PARAMS },
    summary: 'What a run has said, the newest first.',
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    result: z.object({ lines: z.array(answers.logLine) }),
    async handle({ params, query }, { store }) {
      const { id } = await getRun(store.db, runId(params.run));
      return { lines: await listLogLines(store.db, { runId: id }, query.limit) };
    },
  }),
  ...(['approve', 'reject'] as const).map((answer) =>
    define({
      ...{ at: `POST /runs/{run}/${answer}`, id: `${answer}Run`, tag, params: PARAMS, body: NOTE },
      summary:
        answer === 'approve'
          ? 'Approves exactly what a held run shows, and applies it.'
          : 'Rejects what a held run shows: it is not proposed again until one of its facts changes.',
      result: answers.ok,
      async handle({ params, body }, context) {
        const run = await getRun(context.store.db, runId(params.run));
        await answerPlanFor(context, context.caller.email, run, { answer, note: body.note });
        return { done: true };
      },
    }),
  ),
];
