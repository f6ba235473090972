import { recordAct } from '@mcsync/core/store/acts';
import { type PersonSummary, streamPeople } from '@mcsync/core/store/people-search';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import type { RequestHandler } from 'express';
import { getConnectionOf } from '../connection-path.ts';
import { type CsvRow, sendCsv } from '../csv.ts';
import type { Dependencies } from '../dependencies.ts';
import { queryOf } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import type { VisitOf } from '../visit.ts';
import { PEOPLE_FILTER, toPeopleQuery } from './query.ts';

const COLUMNS = [
  'address',
  'first name',
  'last name',
  'contact id',
  'contact',
  'mailchimp',
  'civicrm',
  'sync status',
  'rule',
  'reason',
  'what to do',
  'changed',
];

/** Everybody who fits the filters, as a file. Who exported people is kept. */
export function peopleCsv(deps: Dependencies, visitOf: VisitOf): RequestHandler {
  return async (request, response) => {
    const visit = await visitOf(request, response);
    const { id } = await getConnectionOf(visit, deps);
    const query = toPeopleQuery(queryOf(visit, PEOPLE_FILTER));
    const { db } = deps.store;
    await recordAct(db, { who: whoOf(visit).email, kind: 'people-exported', connectionId: id });
    await sendCsv(response, `people-${id}.csv`, COLUMNS, inRows(streamPeople(db, id, query)));
  };
}

async function* inRows(pages: AsyncIterable<readonly PersonSummary[]>): AsyncGenerator<readonly CsvRow[]> {
  for await (const people of pages) yield people.map(toRow);
}

function toRow(person: PersonSummary): CsvRow {
  const { addressKey, firstName, lastName, contactId, contactState, rule, reason, updatedAt } = person;
  return {
    address: addressKey,
    'first name': firstName,
    'last name': lastName,
    'contact id': contactId,
    contact: contactState,
    mailchimp: person.mailchimpStatus,
    civicrm: person.groupStatus,
    'sync status': person.syncStatus,
    rule,
    reason,
    'what to do': reason === null ? null : REFUSAL_WORDS[reason].remedy,
    changed: updatedAt.toISOString(),
  };
}
