import type { SiteStep } from '@mcsync/core/setup/site-steps';
import { listSites, type SiteSummary } from '@mcsync/core/store/sites';
import type { Dependencies } from '../dependencies.ts';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { Problems } from '../html/problems.tsx';
import { Said } from '../html/said.tsx';
import { Table } from '../html/table.tsx';
import { page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { CheckButton, KeyField, NameField } from './place-fields.tsx';
import { StepList } from './step-list.tsx';

export interface SiteView {
  readonly sites: readonly SiteSummary[];
  /** What was looked at just now; null: nothing. */
  readonly steps: readonly SiteStep[] | null;
  readonly given: { readonly url: string; readonly name: string };
  readonly problems: readonly string[];
  /** The steps are those of a site that was added or is there. */
  readonly isKept: boolean;
}

export async function loadSites({ store }: Pick<Dependencies, 'store'>): Promise<SiteView> {
  const sites = await listSites(store.db);
  return { sites, steps: null, given: { url: '', name: '' }, problems: [], isKept: false };
}

/** A CiviCRM site is added, or looked at again. */
export const sitePage = page<SiteView>({ load: loadSites, render: renderSite });

export function renderSite({ sites, steps, given, problems, isKept }: SiteView, visit: Visit) {
  return (
    <Layout title="CiviCRM site" path="/set-up" visit={visit}>
      <StepList at="site" />
      <h1>CiviCRM site</h1>
      <Said visit={visit} />
      <Problems problems={problems} />
      {steps !== null && <Steps steps={steps} isKept={isKept} />}
      {sites.length > 0 && <Sites sites={sites} visit={visit} />}
      <article>
        <h2>{sites.length === 0 ? 'Add the site' : 'Add another site, or renew a key'}</h2>
        <p>
          Make a contact in CiviCRM for the API, with a user of the CMS whose role has the permissions
          "authenticate with api key", "access CiviCRM", "view all contacts", "edit all contacts", "add
          contacts" and "access deleted contacts", and give the contact an API key. We check everything at
          once.
        </p>
        <form method="post" action="/set-up/site">
          <FormToken token={visit.cookie.formToken()} />
          <label for="url">Address of the site: everything before /civicrm</label>
          <input
            id="url"
            name="url"
            type="url"
            required
            value={given.url}
            placeholder="https://example.org"
          />
          <KeyField />
          <NameField name={given.name} />
          <button type="submit">Check and add</button>
        </form>
      </article>
    </Layout>
  );
}

const TONES = { fine: 'good', warning: 'attention', problem: 'bad', unknown: 'quiet' } as const;
const WORDS = { fine: 'fine', warning: 'to be known', problem: 'to be mended', unknown: '–' } as const;

function Steps({ steps, isKept }: { readonly steps: readonly SiteStep[]; readonly isKept: boolean }) {
  return (
    <article>
      <Table caption="What was checked" columns={['What', 'Outcome', '']}>
        {steps.map(({ name, outcome, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <span class={`state ${TONES[outcome]}`}>{WORDS[outcome]}</span>
            </td>
            <td class="text">{text}</td>
          </tr>
        ))}
      </Table>
      {isKept ? (
        <p>
          <a class="action" href="/set-up/account">
            Next: the Mailchimp account
          </a>
        </p>
      ) : (
        <p>Nothing was kept. Mend what is to be mended, and try again.</p>
      )}
    </article>
  );
}

function Sites({ sites, visit }: { readonly sites: readonly SiteSummary[]; readonly visit: Visit }) {
  return (
    <article>
      <Table caption="Sites" columns={['Name', 'Address', 'CiviCRM', 'Checked', '']}>
        {sites.map(({ id, name, url, version, checkedAt }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td class="wraps">{url}</td>
            <td>{version ?? 'not told'}</td>
            <td class="moment">
              <Moment at={checkedAt} />
            </td>
            <td>
              <CheckButton visit={visit} kind="site" of={{ id, name }} />
            </td>
          </tr>
        ))}
      </Table>
    </article>
  );
}
