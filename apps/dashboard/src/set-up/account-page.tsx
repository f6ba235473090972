import { type AccountSummary, listAccounts } from '@mcsync/core/store/sites';
import type { Dependencies } from '../dependencies.ts';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { Problems } from '../html/problems.tsx';
import { Table } from '../html/table.tsx';
import { page } from '../page.ts';
import type { Visit } from '../visit.ts';
import { CheckButton, KeyField, NameField } from './place-fields.tsx';
import { StepList } from './step-list.tsx';

export interface AccountView {
  readonly accounts: readonly AccountSummary[];
  /** What was done just now, in a sentence; null: nothing. */
  readonly done: string | null;
  readonly given: { readonly baseUrl: string; readonly name: string };
  readonly problems: readonly string[];
}

export async function loadAccounts({ store }: Pick<Dependencies, 'store'>): Promise<AccountView> {
  return {
    accounts: await listAccounts(store.db),
    done: null,
    given: { baseUrl: '', name: '' },
    problems: [],
  };
}

/** A Mailchimp account is added, or looked at again. */
export const accountSetUpPage = page<AccountView>({ load: loadAccounts, render: renderAccountSetUp });

export function renderAccountSetUp({ accounts, done, given, problems }: AccountView, visit: Visit) {
  return (
    <Layout title="Mailchimp account" path="/set-up" visit={visit}>
      <StepList at="account" />
      <h1>Mailchimp account</h1>
      <Problems problems={problems} />
      {done !== null && (
        <div class="notice good" role="status">
          <p>{done}</p>
          <p>
            <a class="action" href="/set-up/pair">
              Next: pair an audience with a group
            </a>
          </p>
        </div>
      )}
      {accounts.length > 0 && (
        <article>
          <Table caption="Accounts" columns={['Name', 'API', '']}>
            {accounts.map(({ id, name, baseUrl }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td class="wraps">{baseUrl}</td>
                <td>
                  <CheckButton visit={visit} kind="account" of={{ id, name }} />
                </td>
              </tr>
            ))}
          </Table>
        </article>
      )}
      <article>
        <h2>{accounts.length === 0 ? 'Add the account' : 'Add another account, or renew a key'}</h2>
        <p>Make an API key at Mailchimp under Account, Extras, API keys. We check it at once.</p>
        <form method="post" action="/set-up/account">
          <FormToken token={visit.cookie.formToken()} />
          <KeyField />
          <NameField name={given.name} />
          <details>
            <summary>A rehearsal on the sandbox</summary>
            <label for="baseUrl">
              Address of the API, up to and including /3.0 (follows from the key if empty)
            </label>
            <input id="baseUrl" name="baseUrl" type="url" value={given.baseUrl} />
          </details>
          <button type="submit">Check and add</button>
        </form>
      </article>
    </Layout>
  );
}
