import { listSessions, removeSession } from '@mcsync/core/store/sessions';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { saying } from '../html/said.tsx';
import { changePasswordFor, makeTokenFor, revokeTokenFor } from '../own-account.ts';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadAccount, renderAccount } from '../pages/account.tsx';
import { showingProblems } from '../showing-problems.ts';
import { whoOf } from '../signed-in.ts';

/** On one's own page, as it is. */
const onAccount = (handle: Handle): Handle =>
  showingProblems(handle, async (problems, visit, deps) =>
    renderAccount({ ...(await loadAccount(deps, visit)), problems }, visit),
  );

const PASSWORD_FORM = z.object({ present: z.string(), password: z.string(), repeated: z.string() });

/** Changes one's own password: the present one has to be known, and all other browsers are signed out. */
export const changePassword = onAccount(async (visit, deps) => {
  const form = formOf(visit, PASSWORD_FORM);
  await changePasswordFor(deps, whoOf(visit), form, visit.cookie.sessionId);
  return redirect(saying('/account', 'password-changed'));
});

/** Signs one of one's own browsers out. */
export const endSession: Handle = async (visit, { store }) => {
  const { id } = formOf(visit, z.object({ id: z.string() }));
  const own = await listSessions(store.db, whoOf(visit).id);
  if (own.some((session) => session.id === id)) await removeSession(store.db, id);
  return redirect(saying('/account', 'session-ended'));
};

export const TOKEN_NAME = z.string().trim().min(1).max(100);

/** Makes a personal token, and shows it this once. */
export const makeToken: Handle = async (visit, deps) => {
  const { name } = formOf(visit, z.object({ name: TOKEN_NAME }));
  const { token } = await makeTokenFor(deps, whoOf(visit), name);
  return showPage(renderAccount({ ...(await loadAccount(deps, visit)), newToken: token }, visit));
};

export const revokeToken = onAccount(async (visit, deps) => {
  const { id } = formOf(visit, z.object({ id: rowNumber }));
  await revokeTokenFor(deps, whoOf(visit), id);
  return redirect(saying('/account', 'token-revoked'));
});
