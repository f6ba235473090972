import type { Connection } from '@mcsync/core/store/connections';
import { countProblems, type PeopleProblems } from '@mcsync/core/store/people-problems';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { FLAG_WORDS, WARNING_WORDS } from '@mcsync/core/words/warnings';
import { getConnectionOf } from '../connection-path.ts';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { formatNumber } from '../html/format.ts';
import { Layout } from '../html/layout.tsx';
import { page } from '../page.ts';

interface Problems {
  readonly connection: Connection;
  readonly problems: PeopleProblems;
}

/** Who cannot be synced, by reason, each with what to do about it; and what else somebody should know of. */
export const problemsPage = page<Problems>({
  load: async (deps, visit) => {
    const connection = await getConnectionOf(visit, deps);
    return { connection, problems: await countProblems(deps.store.db, connection.id) };
  },
  render: ({ connection, problems: { refused, warnings, flags } }, visit) => {
    const path = `/connections/${connection.id}/people`;
    const told = warnings.filter(({ name }) => name !== 'flagged');
    return (
      <Layout title="Problems" path="/problems" visit={visit}>
        <ConnectionNav connection={connection} at="problems" />
        <h1>Problems</h1>
        {refused.length === 0 && <NoProblems connection={connection} />}
        {refused.map(({ name, people }) => (
          <article key={name}>
            <header>
              <h2>
                {formatNumber(people)}: {REFUSAL_WORDS[name].short}
              </h2>
              <a href={`${path}?reason=${name}`}>Who they are</a>
            </header>
            <p>{REFUSAL_WORDS[name].what}</p>
            <p>
              <strong>What to do:</strong> {REFUSAL_WORDS[name].remedy}
            </p>
          </article>
        ))}
        {told.length > 0 && (
          <article>
            <h2>To be known</h2>
            <ul>
              {told.map(({ name, people }) => (
                <li key={name}>
                  {formatNumber(people)}: {WARNING_WORDS[name]}
                </li>
              ))}
            </ul>
          </article>
        )}
        {flags.length > 0 && (
          <article>
            <h2>In the group under a mark</h2>
            <p>
              Marks never by themselves change the group. Remove these people from it if they are not to get
              mail.
            </p>
            <ul>
              {flags.map(({ name, people }) => (
                <li key={name}>
                  {formatNumber(people)}: {FLAG_WORDS[name]}
                </li>
              ))}
            </ul>
          </article>
        )}
      </Layout>
    );
  },
});

function NoProblems({ connection: { id, firstSyncedAt } }: { readonly connection: Connection }) {
  return firstSyncedAt === null ? (
    <p>
      Who cannot be synced is known after the first sync. <a href={`/connections/${id}`}>Preview it</a>
    </p>
  ) : (
    <p class="notice good">Everybody can be synced.</p>
  );
}
