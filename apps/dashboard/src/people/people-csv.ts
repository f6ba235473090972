import { recordAct } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import { type PersonSummary, streamPeople } from '@mcsync/core/store/people-search';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import type { RequestHandler } from 'express';
import { getConnectionOf } from '../connection-path.ts';
import { type CsvFile, type CsvRow, sendCsv } from '../csv.ts';
import type { Dependencies } from '../dependencies.ts';
import { queryOf } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import type { VisitOf } from '../visit.ts';
import { PEOPLE_FILTER, type PeopleFilter, toPeopleQuery } from './query.ts';

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

/** Everybody of a connection who fits the filters, as a file. Who exported people is kept. */
export async function exportPeopleFor(
  { store: { db } }: Pick<Dependencies, 'store'>,
  who: string,
  { id }: Pick<Connection, 'id'>,
  filter: PeopleFilter,
): Promise<CsvFile> {
  await recordAct(db, { who, kind: 'people-exported', connectionId: id });
  const pages = inRows(streamPeople(db, id, toPeopleQuery(filter)));
  return { name: `people-${id}.csv`, columns: COLUMNS, pages };
}

export function peopleCsv(deps: Dependencies, visitOf: VisitOf): RequestHandler {
  return async (request, response) => {
    const visit = await visitOf(request, response);
    const connection = await getConnectionOf(visit, deps);
    const filter = queryOf(visit, PEOPLE_FILTER);
    await sendCsv(response, await exportPeopleFor(deps, whoOf(visit).email, connection, filter));
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
