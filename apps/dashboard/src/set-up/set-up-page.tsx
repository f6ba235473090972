import { type Connection, listConnections } from '@mcsync/core/store/connections';
import { type AccountSummary, listAccounts, listSites, type SiteSummary } from '@mcsync/core/store/sites';
import { nameOf } from '../alerts.ts';
import { Layout } from '../html/layout.tsx';
import { Said } from '../html/said.tsx';
import { page } from '../page.ts';

interface SetUp {
  readonly sites: readonly SiteSummary[];
  readonly accounts: readonly AccountSummary[];
  readonly connections: readonly Connection[];
}

/** What there is, and what comes next. */
export const setUpPage = page<SetUp>({
  load: async ({ store: { db } }) => {
    const [sites, accounts, connections] = await Promise.all([
      listSites(db),
      listAccounts(db),
      listConnections(db),
    ]);
    return { sites, accounts, connections };
  },
  render: ({ sites, accounts, connections }, visit) => {
    const next = nextOf(sites.length, accounts.length);
    return (
      <Layout title="Set-up" path="/set-up" visit={visit}>
        <h1>Set-up</h1>
        <Said visit={visit} />
        <p>
          A connection keeps one Mailchimp audience and one CiviCRM group the same. It needs a site, an
          account, and a pair of them. Nothing is written to either system before you have seen a preview and
          approved it.
        </p>
        <p>
          <a class="action" href={next.path}>
            {next.title}
          </a>
        </p>
        <article>
          <h2>CiviCRM sites</h2>
          <ul>
            {sites.map(({ id, name, url, version }) => (
              <li key={id}>
                {name}, {url}
                {version !== null && `, CiviCRM ${version}`}
              </li>
            ))}
          </ul>
          <a href="/set-up/site">{sites.length === 0 ? 'Add a site' : 'Check them, or add another'}</a>
        </article>
        <article>
          <h2>Mailchimp accounts</h2>
          <ul>
            {accounts.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
          <a href="/set-up/account">
            {accounts.length === 0 ? 'Add an account' : 'Check them, or add another'}
          </a>
        </article>
        <article>
          <h2>Connections</h2>
          <ul>
            {connections.map((connection) => (
              <li key={connection.id}>
                <a href={`/connections/${connection.id}`}>{nameOf(connection)}</a>
              </li>
            ))}
          </ul>
          {sites.length > 0 && accounts.length > 0 ? (
            <a href="/set-up/pair">Pair an audience with a group</a>
          ) : (
            <p>First a site and an account are needed.</p>
          )}
        </article>
      </Layout>
    );
  },
});

function nextOf(sites: number, accounts: number): { readonly path: string; readonly title: string } {
  if (sites === 0) return { path: '/set-up/site', title: 'First: add a CiviCRM site' };
  if (accounts === 0) return { path: '/set-up/account', title: 'Next: add a Mailchimp account' };
  return { path: '/set-up/pair', title: 'Pair an audience with a group' };
}
