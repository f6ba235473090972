import { recordAct } from '@mcsync/core/store/acts';
import { type PlannedChange, streamPlannedChanges } from '@mcsync/core/store/plan-examples';
import type { Run } from '@mcsync/core/store/runs';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { writeWords } from '@mcsync/core/words/writes';
import type { RequestHandler } from 'express';
import { type CsvFile, type CsvRow, sendCsv } from './csv.ts';
import type { Dependencies } from './dependencies.ts';
import { factWords } from './html/change-table.tsx';
import { queryOf } from './page.ts';
import { PLAN_QUERY, type PlanQuery } from './pages/review.tsx';
import { getRunOf } from './run-path.ts';
import { whoOf } from './signed-in.ts';
import type { VisitOf } from './visit.ts';

const COLUMNS = [
  'address',
  'first name',
  'last name',
  'contact id',
  'what',
  'writes',
  'rule',
  'because',
  'facts',
  'state',
  'decided by',
];

/** All changes of a plan that fit the filters, as a file. Who exported people is kept. */
export async function exportPlanFor(
  { store: { db } }: Pick<Dependencies, 'store'>,
  who: string,
  { id, connectionId }: Pick<Run, 'id' | 'connectionId'>,
  query: PlanQuery,
): Promise<CsvFile> {
  await recordAct(db, { who, kind: 'people-exported', connectionId, runId: id });
  const pages = inRows(streamPlannedChanges(db, id, query));
  return { name: `plan-of-run-${id}.csv`, columns: COLUMNS, pages };
}

export function planCsv(deps: Dependencies, visitOf: VisitOf): RequestHandler {
  return async (request, response) => {
    const visit = await visitOf(request, response);
    const { run } = await getRunOf(visit, deps);
    const query = queryOf(visit, PLAN_QUERY);
    await sendCsv(response, await exportPlanFor(deps, whoOf(visit).email, run, query));
  };
}

async function* inRows(pages: AsyncIterable<readonly PlannedChange[]>): AsyncGenerator<readonly CsvRow[]> {
  for await (const changes of pages) yield changes.map(toRow);
}

function toRow(change: PlannedChange): CsvRow {
  const { address, firstName, lastName, contactId, rule, state, decidedBy } = change;
  return {
    address,
    'first name': firstName,
    'last name': lastName,
    'contact id': contactId,
    what: CATEGORY_WORDS[change.category],
    writes: change.writes.map(writeWords).join(', then '),
    rule,
    because: RULE_WORDS[rule],
    facts: factWords(change.facts),
    state,
    'decided by': decidedBy,
  };
}
