import { SYNC_STATUSES } from '@mcsync/core/domain/member';
import { REFUSAL_REASONS } from '@mcsync/core/domain/refusal';
import type { Connection } from '@mcsync/core/store/connections';
import { listPeople, type PersonSummary } from '@mcsync/core/store/people-search';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { GROUP_STATUS_WORDS, MEMBER_STATUS_WORDS, SYNC_STATUS_WORDS } from '@mcsync/core/words/sides';
import { z } from 'zod';
import { getConnectionOf } from '../connection-path.ts';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { Table } from '../html/table.tsx';
import { page, queryOf } from '../page.ts';
import {
  fromCursor,
  PEOPLE_FILTER,
  type PeopleFilter,
  toCursor,
  toPeopleQuery,
  toSearch,
} from '../people/query.ts';

interface People {
  readonly connection: Connection;
  readonly filter: PeopleFilter;
  readonly people: readonly PersonSummary[];
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null;
}

const A_PAGE = 50;
const QUERY = PEOPLE_FILTER.extend({ after: z.string().max(1000).optional() });

/** Everybody of a connection, by address: to search, to filter, to export. */
export const peoplePage = page<People>({
  load: async (deps, visit) => {
    const connection = await getConnectionOf(visit, deps);
    const { after, ...filter } = queryOf(visit, QUERY);
    const page = { after: fromCursor(after), limit: A_PAGE + 1 };
    const found = await listPeople(deps.store.db, connection.id, toPeopleQuery(filter), page);
    const people = found.slice(0, A_PAGE);
    const last = people.at(-1);
    return {
      ...{ connection, filter, people },
      next: found.length > A_PAGE && last !== undefined ? toCursor(last) : null,
    };
  },
  render: ({ connection, filter, people, next }, visit) => {
    const path = `/connections/${connection.id}/people`;
    return (
      <Layout title="People" path={path} visit={visit}>
        <ConnectionNav connection={connection} at="people" />
        <h1>People</h1>
        <Filters path={path} filter={filter} />
        {people.length === 0 ? (
          <Nobody connection={connection} path={path} />
        ) : (
          <List people={people} path={path} />
        )}
        <p>
          {next !== null && <a href={`${path}?${toSearch({ ...filter, after: next })}`}>Next {A_PAGE}</a>}
        </p>
      </Layout>
    );
  },
});

function Nobody({ connection, path }: { readonly connection: Connection; readonly path: string }) {
  return connection.syncedAt === null && connection.firstSyncedAt === null ? (
    <p>Nobody fits. Before the first sync nobody is known here.</p>
  ) : (
    <p>
      Nobody fits. <a href={path}>Show everybody</a>
    </p>
  );
}

function List({ people, path }: { readonly people: readonly PersonSummary[]; readonly path: string }) {
  return (
    <Table
      caption="By address"
      columns={['Address', 'Name', 'Contact', 'At Mailchimp', 'In CiviCRM', 'Together', 'Changed']}
    >
      {people.map((person) => (
        <tr key={person.id}>
          <th scope="row">
            <a href={`${path}/${person.id}`}>
              {person.addressKey === '' ? `contact ${person.contactId ?? ''}` : person.addressKey}
            </a>
          </th>
          <td>{[person.firstName, person.lastName].join(' ').trim()}</td>
          <td>{person.contactId}</td>
          <td>{person.mailchimpStatus ?? 'nobody'}</td>
          <td>
            {person.groupStatus ?? 'nobody'}
            {person.contactState !== null && person.contactState !== 'live' && ` (${person.contactState})`}
          </td>
          <td class="text">
            {person.reason === null
              ? SYNC_STATUS_WORDS[person.syncStatus]
              : REFUSAL_WORDS[person.reason].short}
          </td>
          <td class="moment">
            <Moment at={person.updatedAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Filters({ path, filter }: { readonly path: string; readonly filter: PeopleFilter }) {
  const reasons = Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, REFUSAL_WORDS[reason].short]));
  const statuses = Object.fromEntries(SYNC_STATUSES.map((status) => [status, SYNC_STATUS_WORDS[status]]));
  return (
    <form method="get" action={path} class="filters">
      <div>
        <label for="text">Address, name or contact number begins with</label>
        <input id="text" name="text" type="search" value={filter.text ?? ''} />
      </div>
      <Filter name="sync" title="Together" chosen={filter.sync} options={statuses} />
      <Filter
        name="mailchimp"
        title="At Mailchimp"
        chosen={filter.mailchimp}
        options={{ ...MEMBER_STATUS_WORDS, nobody: 'nobody there' }}
      />
      <Filter
        name="civicrm"
        title="In CiviCRM"
        chosen={filter.civicrm}
        options={{ ...GROUP_STATUS_WORDS, nobody: 'no contact' }}
      />
      <Filter name="reason" title="Cannot agree because" chosen={filter.reason} options={reasons} />
      <div class="buttons">
        <button type="submit">Search</button>
        <a class="action secondary" href={`${path}.csv?${toSearch(filter)}`}>
          As CSV
        </a>
      </div>
    </form>
  );
}

function Filter({
  name,
  title,
  chosen,
  options,
}: {
  readonly name: string;
  readonly title: string;
  readonly chosen: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}) {
  return (
    <div>
      <label for={name}>{title}</label>
      <select id={name} name={name}>
        <option value="">any</option>
        {Object.entries(options).map(([value, words]) => (
          <option key={value} value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
