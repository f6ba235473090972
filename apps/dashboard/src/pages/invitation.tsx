import { findInvitation } from '@mcsync/core/store/invitations';
import { z } from 'zod';
import { hashSecret } from '../cookie.ts';
import { FormToken } from '../html/form-token.tsx';
import { Card } from '../html/layout.tsx';
import { NewPasswordFields } from '../html/new-password-fields.tsx';
import { Problems } from '../html/problems.tsx';
import { type Handle, pathOf, showPage } from '../page.ts';

export const INVITATION_PATH = z.object({ token: z.string() });

/** Where a one-time link leads: whoever holds it chooses a password. */
export const invitationPage: Handle = async (visit, { store }) => {
  const { token } = pathOf(visit, INVITATION_PATH);
  const invitation = await findInvitation(store.db, hashSecret(token), new Date());
  if (invitation === null) return showPage(invitationOver(), 404);
  const { email, role } = invitation;
  return showPage(invitationForm({ token, email, role, formToken: visit.cookie.formToken(), problems: [] }));
};

export interface InvitationForm {
  readonly token: string;
  readonly email: string;
  readonly role: string;
  readonly formToken: string;
  readonly problems: readonly string[];
}

export function invitationForm({ token, email, role, formToken, problems }: InvitationForm) {
  return (
    <Card title="Invitation">
      <h1>Welcome</h1>
      <p>
        You were invited as {role}. Choose a password; you sign in with it and <strong>{email}</strong>.
      </p>
      <Problems problems={problems} />
      <form method="post" action={`/invitation/${token}`}>
        <FormToken token={formToken} />
        <input type="hidden" name="username" autocomplete="username" value={email} />
        <NewPasswordFields called="A password" />
        <button type="submit">Let me in</button>
      </form>
    </Card>
  );
}

/** Does not tell whether there ever was such an invitation. */
export const invitationOver = () => (
  <Card title="Invitation">
    <h1>This link is over</h1>
    <p>It was used already, withdrawn, or is older than three days. Ask for another invitation.</p>
    <p>
      <a href="/sign-in">To the sign-in page</a>
    </p>
  </Card>
);
