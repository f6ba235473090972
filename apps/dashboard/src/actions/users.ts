import { randomBytes } from 'node:crypto';
import { DAY_MS } from '@mcsync/core/domain/instant';
import { ROLES } from '@mcsync/core/domain/role';
import { recordAct } from '@mcsync/core/store/acts';
import {
  findAdministrator,
  findAdministratorByEmail,
  recordRole,
  removeAdministrator,
} from '@mcsync/core/store/administrators';
import { recordInvitation, removeInvitation } from '@mcsync/core/store/invitations';
import { removeSessionsOf } from '@mcsync/core/store/sessions';
import { z } from 'zod';
import { checkEmail } from '../administrator-input.ts';
import { hashSecret } from '../cookie.ts';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { type Answer, formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadUsers, renderUsers } from '../pages/users.tsx';
import { whoOf } from '../signed-in.ts';
import type { Visit } from '../visit.ts';

const ID = z.object({ id: z.coerce.number().int().positive() });
const INVITE = z.object({ email: z.string().trim(), role: z.enum(ROLES) });
const TOKEN_BYTES = 24;
const LASTS_MS = 3 * DAY_MS;
const LAST_ADMINISTRATOR =
  'That would leave nobody who can change anything. Make somebody else an administrator first.';

/** Makes a one-time link by which somebody lets themselves in, and shows it this once. */
export const inviteUser: Handle = async (visit, deps) => {
  const { email, role } = formOf(visit, INVITE);
  const problems = await checkInvited(deps, email);
  if (problems.length > 0) return await showAgain(visit, deps, problems);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const invitedBy = whoOf(visit).email;
  const expiresAt = new Date(Date.now() + LASTS_MS);
  const { db } = deps.store;
  await recordInvitation(db, { email, role, invitedBy, expiresAt, tokenHash: hashSecret(token) });
  await recordAct(db, { who: invitedBy, kind: 'user-invited', note: `${email} as ${role}` });
  const url = `${originOf(visit, deps)}/invitation/${token}`;
  return showPage(renderUsers({ ...(await loadUsers(deps)), link: { email, url } }, visit));
};

async function checkInvited({ store }: Dependencies, email: string): Promise<readonly string[]> {
  const problems = checkEmail(email);
  if (problems.length > 0 || (await findAdministratorByEmail(store.db, email)) === null) return problems;
  return ['They may sign in already.'];
}

const originOf = ({ request }: Visit, { publicUrl }: Dependencies): string =>
  publicUrl === null ? `${request.protocol}://${request.get('host')}` : new URL(publicUrl).origin;

export const changeRole: Handle = async (visit, deps) => {
  const { id, role } = formOf(visit, ID.extend({ role: z.enum(ROLES) }));
  const changed = await findAdministrator(deps.store.db, id);
  if (changed === null) return redirect('/users');
  const isDone = await deps.store.transaction((tx) => recordRole(tx, id, role));
  if (!isDone) return await showAgain(visit, deps, [LAST_ADMINISTRATOR]);
  const act = {
    who: whoOf(visit).email,
    kind: 'user-role-changed',
    note: `${changed.email}: ${role}`,
  } as const;
  await recordAct(deps.store.db, act);
  return redirect(saying('/users', 'role-changed'));
};

export const removeUser: Handle = async (visit, deps) => {
  const { id } = formOf(visit, ID);
  const removed = await findAdministrator(deps.store.db, id);
  if (removed === null) return redirect('/users');
  const isDone = await deps.store.transaction((tx) => removeAdministrator(tx, id));
  if (!isDone) return await showAgain(visit, deps, [LAST_ADMINISTRATOR]);
  await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'user-removed', note: removed.email });
  return redirect(saying('/users', 'user-removed'));
};

export const signOutUser: Handle = async (visit, { store }) => {
  await removeSessionsOf(store.db, formOf(visit, ID).id);
  return redirect(saying('/users', 'user-signed-out'));
};

export const withdrawInvitation: Handle = async (visit, { store }) => {
  await removeInvitation(store.db, formOf(visit, ID).id);
  return redirect(saying('/users', 'invitation-withdrawn'));
};

async function showAgain(visit: Visit, deps: Dependencies, problems: readonly string[]): Promise<Answer> {
  return showPage(renderUsers({ ...(await loadUsers(deps)), problems }, visit), 422);
}
