import type { Policies } from '@mcsync/core/domain/policies';
import type { Connection } from '@mcsync/core/store/connections';
import { listInterests, type PairedInterest } from '@mcsync/core/store/pairings';
import { type AccountSummary, listAccounts, listSites, type SiteSummary } from '@mcsync/core/store/sites';
import { getConnectionOf } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { DIRECTION_WORDS } from '../html/pairing-fields.tsx';
import { PolicyFields, PolicyList } from '../html/policy-fields.tsx';
import { PostButton } from '../html/post-button.tsx';
import { Problems } from '../html/problems.tsx';
import { Said } from '../html/said.tsx';
import { Table } from '../html/table.tsx';
import { page } from '../page.ts';
import { mayChange, type Visit } from '../visit.ts';

export interface SettingsView {
  readonly connection: Connection;
  readonly interests: readonly PairedInterest[];
  readonly site: SiteSummary | null;
  readonly account: AccountSummary | null;
  /** As they are, or as they were typed. */
  readonly policies: Policies;
  readonly problems: readonly string[];
}

export async function loadSettings(deps: Dependencies, visit: Visit): Promise<SettingsView> {
  const connection = await getConnectionOf(visit, deps);
  const { db } = deps.store;
  const [interests, sites, accounts] = await Promise.all([
    listInterests(db, connection.id),
    listSites(db),
    listAccounts(db),
  ]);
  return {
    ...{ connection, interests, policies: connection.policies, problems: [] },
    site: sites.find(({ id }) => id === connection.siteId) ?? null,
    account: accounts.find(({ id }) => id === connection.accountId) ?? null,
  };
}

/** What a connection pairs, and how it wants what the rules leave open. */
export const settingsPage = page<SettingsView>({ load: loadSettings, render: renderSettings });

export function renderSettings(view: SettingsView, visit: Visit) {
  const { connection, policies, problems } = view;
  const path = `/connections/${connection.id}`;
  return (
    <Layout title="Settings" path="/settings" visit={visit}>
      <ConnectionNav connection={connection} at="settings" />
      <h1>Settings</h1>
      <Said visit={visit} />
      <Problems problems={problems} />
      <article>
        <Pairs view={view} visit={visit} />
      </article>
      <article>
        <h2>Policies</h2>
        {mayChange(visit) ? (
          <form method="post" action={`${path}/policies`}>
            <FormToken token={visit.cookie.formToken()} />
            <PolicyFields policies={policies} />
            <button type="submit">Change the policies</button>
          </form>
        ) : (
          <PolicyList policies={policies} />
        )}
      </article>
      {mayChange(visit) && (
        <details>
          <summary>Remove the connection</summary>
          <p>
            Nothing is changed at Mailchimp or in CiviCRM. What we know of its people, and why, is deleted;
            what is still at Mailchimp has to be settled before.
          </p>
          <PostButton visit={visit} action={`${path}/remove`} kind="contrast outline">
            Remove the connection
          </PostButton>
        </details>
      )}
    </Layout>
  );
}

function Pairs({ view, visit }: { readonly view: SettingsView; readonly visit: Visit }) {
  const { connection, interests, site, account } = view;
  const { audienceName, audienceId, groupTitle, groupId, pairings } = connection;
  const isChangeable = mayChange(visit);
  const unpair = (fields: Readonly<Record<string, string>>, what: string) =>
    isChangeable && (
      <PostButton
        visit={visit}
        action={`/connections/${connection.id}/unpair`}
        fields={fields}
        kind="secondary outline"
        label={`Unpair ${what}`}
      >
        Unpair
      </PostButton>
    );
  return (
    <>
      <Table caption="What is kept the same" columns={['', 'At Mailchimp', 'In CiviCRM']}>
        <tr>
          <th scope="row">Where</th>
          <td>{account?.name}</td>
          <td class="wraps">
            {site?.name}, {site?.url}
            {site?.version != null && `, CiviCRM ${site.version}`}
          </td>
        </tr>
        <tr>
          <th scope="row">Subscription</th>
          <td>
            {audienceName} <small>{audienceId}</small>
          </td>
          <td>
            {groupTitle} <small>{groupId}</small>
          </td>
        </tr>
        {interests.map((pair) => (
          <tr key={pair.interestId}>
            <th scope="row">Interest</th>
            <td>
              {pair.interestName} <small>{pair.interestId}</small>
            </td>
            <td class="wraps">
              {pair.groupTitle} <small>{pair.groupId}</small> {pair.fault?.message}
              {unpair({ interest: pair.interestId }, `interest ${pair.interestName}`)}
            </td>
          </tr>
        ))}
        {pairings.mappings.map(({ mergeTag, fieldPath, direction }) => (
          <tr key={mergeTag}>
            <th scope="row">Field</th>
            <td>{mergeTag}</td>
            <td class="wraps">
              {fieldPath} <small>{DIRECTION_WORDS[direction]}</small>
              {unpair({ mapping: mergeTag }, `field ${mergeTag}`)}
            </td>
          </tr>
        ))}
        {pairings.tags.map((name) => (
          <tr key={name}>
            <th scope="row">Tag</th>
            <td>{name}</td>
            <td class="wraps">
              {name} {unpair({ mapping: `tag:${name}` }, `tag ${name}`)}
            </td>
          </tr>
        ))}
      </Table>
      {isChangeable && (
        <p>
          <a class="action" href={`/connections/${connection.id}/pairings`}>
            Pair more interests, fields or tags
          </a>
        </p>
      )}
      <p>
        Site checked: <Moment at={site?.checkedAt ?? null} />
      </p>
    </>
  );
}
