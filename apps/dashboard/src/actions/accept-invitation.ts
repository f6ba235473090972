import { recordAct } from '@mcsync/core/store/acts';
import { recordUser } from '@mcsync/core/store/administrators';
import { claimInvitation, findInvitation } from '@mcsync/core/store/invitations';
import { z } from 'zod';
import { checkAdministrator } from '../administrator-input.ts';
import { hashSecret } from '../cookie.ts';
import { formOf, type Handle, pathOf, redirect, showPage } from '../page.ts';
import { INVITATION_PATH, invitationForm, invitationOver } from '../pages/invitation.tsx';
import { hashPassword } from '../password.ts';
import { startSession } from '../visit.ts';

const FORM = z.object({ password: z.string().default(''), repeated: z.string().default('') });

/** Lets in whoever holds a one-time link, once, and signs them in. */
export const acceptInvitation: Handle = async (visit, deps) => {
  const { token } = pathOf(visit, INVITATION_PATH);
  const { password, repeated } = formOf(visit, FORM);
  const { store } = deps;
  const [tokenHash, now] = [hashSecret(token), new Date()];
  const invitation = await findInvitation(store.db, tokenHash, now);
  if (invitation === null) return showPage(invitationOver(), 404);
  const { email, role } = invitation;
  const problems = [
    ...checkAdministrator({ email, password }),
    ...(password === repeated ? [] : ['The two passwords differ. Type both again.']),
  ];
  if (problems.length > 0) {
    const formToken = visit.cookie.formToken();
    return showPage(invitationForm({ token, email, role, formToken, problems }), 422);
  }
  const passwordHash = await hashPassword(password);
  const user = await store.transaction(async (tx) => {
    if ((await claimInvitation(tx, tokenHash, now)) === null) return null;
    return await recordUser(tx, { email, role, passwordHash });
  });
  if (user === null) return showPage(invitationOver(), 404);
  await recordAct(store.db, { who: email, kind: 'user-joined' });
  await startSession(visit, deps, user);
  return redirect('/');
};
