import type { Audience } from '../mailchimp/audience.ts';
import type { SandboxParts } from '../sandbox.ts';
import { Hidden, Layout } from './layout.tsx';
import { BatchTable, ClockForm, FaultForms, WebhookTables } from './mailchimp-machinery.tsx';
import { type MemberQuery, MemberTable, STATUSES } from './mailchimp-members.tsx';

interface MailchimpPageProps {
  readonly parts: SandboxParts;
  readonly audienceId: string;
  readonly query: MemberQuery;
  /** What the last click could not do. */
  readonly error: string;
  /** Where a click leads back to. */
  readonly back: string;
}

/** Mailchimp as a person sees it, with everything that people and administrators can do there. */
export function MailchimpPage({ parts, audienceId, query, error, back }: MailchimpPageProps) {
  const { world, accountId } = parts.mailchimp;
  const audiences = [...world.account(accountId).audiences.values()];
  const audience = audiences.find(({ id }) => id === audienceId) ?? audiences.at(-1);
  return (
    <Layout title="Mailchimp">
      {error !== '' && <p class="error">{error}</p>}
      <ClockForm parts={parts} back={back} />
      <h2>Audiences</h2>
      <ul>
        {audiences.map((one) => (
          <li>
            <a href={`/pages/mailchimp?audience=${one.id}`}>{one.name}</a> ({one.id}): {countsOf(one)}
          </li>
        ))}
      </ul>
      {audience === undefined ? (
        <p>There is no audience yet.</p>
      ) : (
        <>
          <h2>{audience.name}</h2>
          <SignUpForm audience={audience} back={back} />
          <MemberTable audience={audience} query={query} back={back} />
        </>
      )}
      <BatchTable parts={parts} />
      <WebhookTables parts={parts} />
      <FaultForms parts={parts} back={back} />
    </Layout>
  );
}

function SignUpForm({ audience, back }: { audience: Audience; back: string }) {
  return (
    <form class="line" method="post" action="/pages/mailchimp/act">
      <Hidden values={{ act: 'signUp', listId: audience.id, back }} />
      <label>
        Somebody signs up: address <input name="email" type="email" required />
      </label>{' '}
      <input name="firstName" aria-label="first name" placeholder="first name" />{' '}
      <input name="lastName" aria-label="last name" placeholder="last name" />{' '}
      <button type="submit">sign up</button>
      {audience.doubleOptIn && <span class="note"> They are asked to confirm.</span>}
    </form>
  );
}

function countsOf(audience: Audience): string {
  const counts = STATUSES.map((status) => ({
    status,
    count: audience.sorted(status, 'last_changed').length,
  }));
  const some = counts.filter(({ count }) => count > 0);
  return some.length === 0
    ? 'nobody'
    : some.map(({ status, count }) => `${count.toLocaleString('en-GB')} ${status}`).join(', ');
}
