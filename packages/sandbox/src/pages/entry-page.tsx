import type { Sandbox } from '../sandbox.ts';
import { countState } from '../sandbox-state.ts';
import { Layout } from './layout.tsx';

/** What there is, where it is, and with which keys: the sandbox has no secrets. */
export function EntryPage({ sandbox }: { sandbox: Sandbox }) {
  const { mailchimp, civicrm, url } = sandbox;
  const state = countState(sandbox);
  return (
    <Layout title="Mailchimp and CiviCRM, made up">
      <p>
        Stand-ins for the two outside systems, on this machine only. Nobody in them exists. It is {state.now}{' '}
        here.
      </p>
      <h2>
        <a href="/pages/mailchimp">Mailchimp</a>
      </h2>
      <p>
        API: <code>{mailchimp.baseUrl}</code>, key: <code>{mailchimp.apiKey}</code>
      </p>
      <ul>
        {state.mailchimp.map(({ listId, name, members }) => (
          <li>
            <a href={`/pages/mailchimp?audience=${listId}`}>{name}</a> ({listId}): {inWords(members)}
          </li>
        ))}
      </ul>
      <h2>
        <a href="/civicrm">CiviCRM</a>
      </h2>
      <p>
        Site: <code>{civicrm.url}</code>, key: <code>{civicrm.apiKey}</code>
      </p>
      <ul>
        {state.civicrm.groups.map(({ groupId, title, memberships }) => (
          <li>
            {title} ({groupId}): {inWords(memberships)}
          </li>
        ))}
      </ul>
      <p class="note">
        Both can be driven by the control API at <code>{url}/control</code>, which is described in the
        sandbox’s README.
      </p>
    </Layout>
  );
}

function inWords(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en-GB')} ${name}`);
  return parts.length === 0 ? 'nobody' : parts.join(', ');
}
