import { ROLES } from '@mcsync/core/domain/role';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { saying } from '../html/said.tsx';
import {
  changeRoleFor,
  inviteFor,
  removeUserFor,
  signOutUserFor,
  withdrawInvitationFor,
} from '../manage-users.ts';
import { originOf } from '../own-origin.ts';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadUsers, renderUsers } from '../pages/users.tsx';
import { showingProblems } from '../showing-problems.ts';
import { whoOf } from '../signed-in.ts';

const ID = z.object({ id: rowNumber });
const INVITE = z.object({ email: z.string().trim(), role: z.enum(ROLES) });

/** On the page of users, as it is. */
const onUsers = (handle: Handle): Handle =>
  showingProblems(handle, async (problems, visit, deps) =>
    renderUsers({ ...(await loadUsers(deps)), problems }, visit),
  );

/** Makes a one-time link by which somebody lets themselves in, and shows it this once. */
export const inviteUser = onUsers(async (visit, deps) => {
  const { invitation, token } = await inviteFor(deps, whoOf(visit).email, formOf(visit, INVITE));
  const url = `${originOf(visit.request, deps)}/invitation/${token}`;
  return showPage(renderUsers({ ...(await loadUsers(deps)), link: { email: invitation.email, url } }, visit));
});

export const changeRole = onUsers(async (visit, deps) => {
  const { id, role } = formOf(visit, ID.extend({ role: z.enum(ROLES) }));
  await changeRoleFor(deps, whoOf(visit).email, id, role);
  return redirect(saying('/users', 'role-changed'));
});

export const removeUser = onUsers(async (visit, deps) => {
  await removeUserFor(deps, whoOf(visit).email, formOf(visit, ID).id);
  return redirect(saying('/users', 'user-removed'));
});

export const signOutUser = onUsers(async (visit, deps) => {
  await signOutUserFor(deps, whoOf(visit).email, formOf(visit, ID).id);
  return redirect(saying('/users', 'user-signed-out'));
});

export const withdrawInvitation = onUsers(async (visit, deps) => {
  await withdrawInvitationFor(deps, whoOf(visit).email, formOf(visit, ID).id);
  return redirect(saying('/users', 'invitation-withdrawn'));
});
