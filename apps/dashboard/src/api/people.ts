import { connectionId, memberId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { getConnection } from '@mcsync/core/store/connections';
import { countProblems } from '@mcsync/core/store/people-problems';
import { listPeople } from '@mcsync/core/store/people-search';
import { listPersonRecordsOf, type PersonRecord } from '@mcsync/core/store/person-records';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { WARNING_WORDS } from '@mcsync/core/words/warnings';
import { writeWords } from '@mcsync/core/words/writes';
import { z } from 'zod';
import { syncPersonFor } from '../actions/sync-person.ts';
import { rowNumber } from '../connection-path.ts';
import { listNextRuns } from '../next-runs.ts';
import { findNextStep } from '../people/next-step.ts';
import { exportPeopleFor } from '../people/people-csv.ts';
import { findPlaces, findUrls } from '../people/places.ts';
import { fromCursor, PEOPLE_FILTER, toCursor, toPeopleQuery } from '../people/query.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const PARAMS = z.object({ connection: rowNumber });
const tag = 'people';

export const PEOPLE_ENDPOINTS = [
  define({
    ...{ at: 'GET /connections/{connection}/people', id: 'listPeople', tag, params: PARAMS },
    summary: 'People by address: search, filter, page by page. As fast on the last page as on the first.',
    query: PEOPLE_FILTER.extend({
      after: z.string().max(1000).optional().describe('`next` of the page before'),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    result: answers.peoplePage,
    async handle({ params, query: { after, limit, ...filter } }, { store }) {
      const { id } = await getConnection(store.db, connectionId(params.connection));
      const page = { after: fromCursor(after), limit: limit + 1 };
      const found = await listPeople(store.db, id, toPeopleQuery(filter), page);
      const people = found.slice(0, limit);
      const last = people.at(-1);
      return { people, next: found.length > limit && last !== undefined ? toCursor(last) : null };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/people.csv', id: 'exportPeople', tag, params: PARAMS },
    ...{ query: PEOPLE_FILTER, answers: 'csv', result: z.string() },
    summary: 'Everybody who fits the filters, as a file. Who exported people is kept.',
    async handle({ params, query }, context) {
      const connection = await getConnection(context.store.db, connectionId(params.connection));
      return await exportPeopleFor(context, context.caller.email, connection, query);
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/people/{member}', id: 'getPerson', tag },
    summary:
      'Everything about one person: both sides, what they agreed, what happens next, and every decision.',
    params: PARAMS.extend({ member: rowNumber }),
    result: z.object({ links: z.array(answers.personLink) }),
    async handle({ params }, { store, queues }) {
      const connection = await getConnection(store.db, connectionId(params.connection));
      const { id } = connection;
      const records = await listPersonRecordsOf(store.db, id, memberId(params.member));
      if (records.length === 0)
        throw new UsageError('NOT_FOUND', ['There is no such person in this connection.']);
      const { incremental, full } = (await listNextRuns(queues))(id);
      const urls = await findUrls(store.db, connection);
      return {
        links: records.map((record) => ({
          ...toLink(record, incremental ?? full),
          places: findPlaces(urls, record),
        })),
      };
    },
  }),
  define({
    ...{ at: 'POST /connections/{connection}/people/{member}/sync', id: 'syncPerson', tag },
    summary: 'Has a worker sync one person now, by the same rules and within the same limits.',
    params: PARAMS.extend({ member: rowNumber }),
    body: z.object({}),
    result: answers.ok,
    async handle({ params }, context) {
      const connection = await getConnection(context.store.db, connectionId(params.connection));
      const id = memberId(params.member);
      if ((await listPersonRecordsOf(context.store.db, connection.id, id)).length === 0)
        throw new UsageError('NOT_FOUND', ['There is no such person in this connection.']);
      await syncPersonFor(context, context.caller.email, connection, id);
      return { done: true };
    },
  }),
  define({
    ...{ at: 'GET /connections/{connection}/problems', id: 'listProblems', tag, params: PARAMS },
    summary: 'Who cannot be synced, by reason, each with what to do; and what else somebody should know of.',
    result: answers.problemCounts,
    async handle({ params }, { store }) {
      const { id } = await getConnection(store.db, connectionId(params.connection));
      const { refused, warnings, flags } = await countProblems(store.db, id);
      return {
        refused: refused.map(({ name, people }) => ({ reason: name, people, ...REFUSAL_WORDS[name] })),
        warnings: warnings.map(({ name, people }) => ({ code: name, people, text: WARNING_WORDS[name] })),
        flags: flags.map(({ name, people }) => ({ code: name, people })),
      };
    },
  }),
];

function toLink(record: PersonRecord, nextRun: Date | null) {
  const { link, rule, decisions, ...rest } = record;
  const { refusal, mailchimp, civicrm, base } = link;
  return {
    ...rest,
    ...{ memberId: link.id, mailchimp, civicrm, base },
    rule: rule === null ? null : { id: rule, words: RULE_WORDS[rule] },
    reason: refusal === null ? null : { code: refusal.reason, ...REFUSAL_WORDS[refusal.reason] },
    next: findNextStep(record, nextRun),
    decisions: decisions.map((decision) => ({
      ...decision,
      words: RULE_WORDS[decision.rule],
      writes: decision.writes.map(writeWords),
    })),
  };
}
