import { type ApiTokenSummary, listApiTokens } from '@mcsync/core/store/api-tokens';
import { listSessions, type SessionSummary } from '@mcsync/core/store/sessions';
import type { Dependencies } from '../dependencies.ts';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { NewPasswordFields } from '../html/new-password-fields.tsx';
import { PostButton } from '../html/post-button.tsx';
import { Problems } from '../html/problems.tsx';
import { Said } from '../html/said.tsx';
import { Table } from '../html/table.tsx';
import { page } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import type { Visit } from '../visit.ts';

export interface AccountView {
  readonly sessions: readonly SessionSummary[];
  readonly tokens: readonly ApiTokenSummary[];
  /** What is wrong with what was typed. */
  readonly problems: readonly string[];
  /** Just made: shown this once. */
  readonly newToken: string | null;
}

export async function loadAccount({ store }: Dependencies, visit: Visit): Promise<AccountView> {
  const { id } = whoOf(visit);
  const [sessions, tokens] = await Promise.all([listSessions(store.db, id), listApiTokens(store.db, id)]);
  return { sessions, tokens, problems: [], newToken: null };
}

/** One's own password, browsers and API tokens. */
export const accountPage = page<AccountView>({ load: loadAccount, render: renderAccount });

export function renderAccount({ sessions, tokens, problems, newToken }: AccountView, visit: Visit) {
  return (
    <Layout title="Your account" path="/account" visit={visit}>
      <hgroup>
        <h1>Your account</h1>
        <p>
          {visit.administrator?.email}, {visit.administrator?.role}
        </p>
      </hgroup>
      <Said visit={visit} />
      <Problems problems={problems} />
      {newToken !== null && (
        <div class="notice attention" role="status">
          <p>This is the new token. It is shown this once: copy it now.</p>
          <p>
            <code class="whole">{newToken}</code>
          </p>
        </div>
      )}
      <Sessions sessions={sessions} visit={visit} />
      <Tokens tokens={tokens} visit={visit} />
      <PasswordForm visit={visit} />
    </Layout>
  );
}

function Sessions({
  sessions,
  visit,
}: {
  readonly sessions: readonly SessionSummary[];
  readonly visit: Visit;
}) {
  return (
    <article>
      <Table caption="Browsers in which you are signed in" columns={['Browser', 'Since', 'Last used', '']}>
        {sessions.map(({ id, browser, createdAt, seenAt }) => (
          <tr key={id}>
            <td class="text">{browser === '' ? 'unknown' : browser}</td>
            <td>
              <Moment at={createdAt} />
            </td>
            <td>
              <Moment at={seenAt} />
            </td>
            <td class="moment">
              {id === visit.cookie.sessionId ? (
                'this one'
              ) : (
                <PostButton
                  visit={visit}
                  action="/account/end-session"
                  fields={{ id }}
                  kind="secondary outline"
                >
                  Sign out there
                </PostButton>
              )}
            </td>
          </tr>
        ))}
      </Table>
      <PostButton visit={visit} action="/account/sign-out-everywhere" kind="secondary">
        Sign out everywhere
      </PostButton>
    </article>
  );
}

function Tokens({ tokens, visit }: { readonly tokens: readonly ApiTokenSummary[]; readonly visit: Visit }) {
  return (
    <article>
      <h2>API tokens</h2>
      <p>
        With a token a program calls the <a href="/api">API</a> in your name and with your rights.
      </p>
      {tokens.length > 0 && (
        <Table caption="Your tokens" columns={['Name', 'Made', 'Last used', '']}>
          {tokens.map(({ id, name, createdAt, usedAt }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>
                <Moment at={createdAt} />
              </td>
              <td>
                <Moment at={usedAt} />
              </td>
              <td>
                <PostButton
                  visit={visit}
                  action="/account/revoke-token"
                  fields={{ id: String(id) }}
                  kind="secondary outline"
                  label={`Revoke ${name}`}
                >
                  Revoke
                </PostButton>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form method="post" action="/account/make-token">
        <FormToken token={visit.cookie.formToken()} />
        <label for="token-name">What the token is for</label>
        <input id="token-name" name="name" type="text" maxlength={100} required autocomplete="off" />
        <button type="submit">Make a token</button>
      </form>
    </article>
  );
}

function PasswordForm({ visit }: { readonly visit: Visit }) {
  return (
    <article>
      <h2>Another password</h2>
      <form method="post" action="/account/password">
        <FormToken token={visit.cookie.formToken()} />
        <label for="present">Your present password</label>
        <input id="present" name="present" type="password" autocomplete="current-password" required />
        <NewPasswordFields called="A new password" />
        <button type="submit">Change the password</button>
      </form>
    </article>
  );
}
