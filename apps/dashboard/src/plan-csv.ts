import { recordAct } from '@mcsync/core/store/acts';
import { type PlannedChange, streamPlannedChanges } from '@mcsync/core/store/plan-examples';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { writeWords } from '@mcsync/core/words/writes';
import type { RequestHandler } from 'express';
import { type CsvRow, sendCsv } from './csv.ts';
import type { Dependencies } from './dependencies.ts';
import { factWords } from './html/change-table.tsx';
import { queryOf } from './page.ts';
import { PLAN_QUERY } from './pages/review.tsx';
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
export function planCsv(deps: Dependencies, visitOf: VisitOf): RequestHandler {
  return async (request, response) => {
    const visit = await visitOf(request, response);
    const { run } = await getRunOf(visit, deps);
    const query = queryOf(visit, PLAN_QUERY);
    const { db } = deps.store;
    const { id, connectionId } = run;
    await recordAct(db, { who: whoOf(visit).email, kind: 'people-exported', connectionId, runId: id });
    await sendCsv(response, `plan-of-run-${id}.csv`, COLUMNS, inRows(streamPlannedChanges(db, id, query)));
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
