import { hasAdministrator } from '@mcsync/core/store/administrators';
import { FormToken } from '../html/form-token.tsx';
import { Card } from '../html/layout.tsx';
import { Problems } from '../html/problems.tsx';
import { nextPath } from '../next-path.ts';
import { type Handle, redirect, showPage } from '../page.ts';

/** The way in. Who is in already goes on; where nobody could get in, the first administrator is made. */
export const signInPage: Handle = async (visit, { store }) => {
  const next = nextPath(visit.request.query['next']);
  if (visit.administrator !== null) return redirect(next);
  if (!(await hasAdministrator(store.db))) return redirect('/first-administrator');
  return showPage(signInForm({ email: '', next, formToken: visit.cookie.formToken(), hasFailed: false }));
};

export interface SignInForm {
  readonly email: string;
  /** Where to go afterwards. */
  readonly next: string;
  readonly formToken: string;
  readonly hasFailed: boolean;
}

export function signInForm({ email, next, formToken, hasFailed }: SignInForm) {
  return (
    <Card title="Sign in">
      <h1>Sign in</h1>
      <Problems problems={hasFailed ? ['The e-mail address or the password is wrong.'] : []} />
      <form method="post" action="/sign-in">
        <FormToken token={formToken} />
        <input type="hidden" name="next" value={next} />
        <label for="email">E-mail address</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="username"
          required
          value={email}
          autofocus
        />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <button type="submit">Sign in</button>
      </form>
    </Card>
  );
}
