import { RULE_IDS } from '@mcsync/core/domain/decision';
import { runId } from '@mcsync/core/domain/ids';
import { CATEGORIES } from '@mcsync/core/domain/plan';
import { listPlanGroups, listPlannedChanges } from '@mcsync/core/store/plan-examples';
import { reportRun } from '@mcsync/core/store/run-report';
import { getRun } from '@mcsync/core/store/runs';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { writeWords } from '@mcsync/core/words/writes';
import { z } from 'zod';
import { answerPlanFor } from '../actions/answer-plan.ts';
import { rowNumber } from '../connection-path.ts';
import { listRunStages } from '../list-run-stages.ts';
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
    summary: 'What the plan of a run would change, by rule and category.',
    result: z.object({ groups: z.array(answers.planGroup) }),
    async handle({ params }, { store }) {
      const { id } = await getRun(store.db, runId(params.run));
      const groups = await listPlanGroups(store.db, id);
      return { groups: groups.map((group) => ({ ...group, words: CATEGORY_WORDS[group.category] })) };
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
