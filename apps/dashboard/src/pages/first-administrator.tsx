import { hasAdministrator } from '@mcsync/core/store/administrators';
import { FormToken } from '../html/form-token.tsx';
import { Card } from '../html/layout.tsx';
import { NewPasswordFields } from '../html/new-password-fields.tsx';
import { Problems } from '../html/problems.tsx';
import { type Handle, redirect, showPage } from '../page.ts';

/** The very first visit: whoever holds the server's one-time token becomes the administrator. */
export const firstAdministratorPage: Handle = async (visit, { store }) => {
  if (await hasAdministrator(store.db)) return redirect('/sign-in');
  const formToken = visit.cookie.formToken();
  return showPage(firstAdministratorForm({ token: '', email: '', formToken, problems: [] }));
};

export interface FirstAdministratorForm {
  readonly token: string;
  readonly email: string;
  readonly formToken: string;
  readonly problems: readonly string[];
}

export function firstAdministratorForm({ token, email, formToken, problems }: FirstAdministratorForm) {
  return (
    <Card title="First administrator">
      <h1>Welcome</h1>
      <p>
        Nobody can sign in yet. Whoever runs the server makes the first administrator, with the one-time token
        that the server printed when it started.
      </p>
      <Problems problems={problems} />
      <form method="post" action="/first-administrator">
        <FormToken token={formToken} />
        <label for="token">One-time token</label>
        <input
          id="token"
          name="token"
          type="text"
          class="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          value={token}
          autofocus
        />
        <label for="email">Your e-mail address</label>
        <input id="email" name="email" type="email" autocomplete="username" required value={email} />
        <NewPasswordFields called="A password" />
        <button type="submit">Make me the administrator</button>
      </form>
    </Card>
  );
}
