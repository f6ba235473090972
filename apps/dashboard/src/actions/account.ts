import { randomBytes } from 'node:crypto';
import { recordPassword } from '@mcsync/core/store/administrators';
import { recordApiToken, removeApiToken } from '@mcsync/core/store/api-tokens';
import { listSessions, removeSession } from '@mcsync/core/store/sessions';
import { z } from 'zod';
import { checkAdministrator } from '../administrator-input.ts';
import { hashSecret } from '../cookie.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadAccount, renderAccount } from '../pages/account.tsx';
import { hashPassword, verifyPassword } from '../password.ts';
import { whoOf } from '../signed-in.ts';

const PASSWORD_FORM = z.object({ present: z.string(), password: z.string(), repeated: z.string() });

/** Changes one's own password: the present one has to be known, and all other browsers are signed out. */
export const changePassword: Handle = async (visit, deps) => {
  const form = formOf(visit, PASSWORD_FORM);
  const { id, email, passwordHash } = whoOf(visit);
  const isKnown = await verifyPassword(form.present, passwordHash);
  const problems = [
    ...(isKnown ? [] : ['That is not your present password.']),
    ...checkAdministrator({ email, password: form.password }),
    ...(form.password === form.repeated ? [] : ['The two new passwords differ. Type both again.']),
  ];
  if (problems.length > 0)
    return showPage(renderAccount({ ...(await loadAccount(deps, visit)), problems }, visit), 422);
  const hash = await hashPassword(form.password);
  await deps.store.transaction((tx) => recordPassword(tx, id, hash, visit.cookie.sessionId));
  return redirect(saying('/account', 'password-changed'));
};

/** Signs one of one's own browsers out. */
export const endSession: Handle = async (visit, { store }) => {
  const { id } = formOf(visit, z.object({ id: z.string() }));
  const own = await listSessions(store.db, whoOf(visit).id);
  if (own.some((session) => session.id === id)) await removeSession(store.db, id);
  return redirect(saying('/account', 'session-ended'));
};

const TOKEN_BYTES = 32;
/** By which a token that got lost somewhere is known for what it is. */
const TOKEN_PREFIX = 'mcsync_';

/** Makes a personal token, and shows it this once. */
export const makeToken: Handle = async (visit, deps) => {
  const { name } = formOf(visit, z.object({ name: z.string().trim().min(1).max(100) }));
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const administratorId = whoOf(visit).id;
  await recordApiToken(deps.store.db, { administratorId, name, tokenHash: hashSecret(token) });
  return showPage(renderAccount({ ...(await loadAccount(deps, visit)), newToken: token }, visit));
};

export const revokeToken: Handle = async (visit, { store }) => {
  const { id } = formOf(visit, z.object({ id: z.coerce.number().int() }));
  await removeApiToken(store.db, whoOf(visit).id, id);
  return redirect(saying('/account', 'token-revoked'));
};
