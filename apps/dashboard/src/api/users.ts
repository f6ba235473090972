import { ROLES } from '@mcsync/core/domain/role';
import { listAdministrators } from '@mcsync/core/store/administrators';
import { listInvitations } from '@mcsync/core/store/invitations';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import {
  changeRoleFor,
  inviteFor,
  removeUserFor,
  signOutUserFor,
  withdrawInvitationFor,
} from '../manage-users.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const USER = z.object({ user: rowNumber });
const INVITATION = z.object({ invitation: rowNumber });
const DONE = { done: true } as const;
/** All of it is for administrators. */
const common = { tag: 'users', role: 'administrator' } as const;

export const USER_ENDPOINTS = [
  define({
    ...{ at: 'GET /users', id: 'listUsers', ...common, summary: 'Who may sign in.' },
    result: z.object({ users: z.array(answers.user) }),
    handle: async (_, { store }) => ({ users: await listAdministrators(store.db) }),
  }),
  define({
    ...{ at: 'PUT /users/{user}/role', id: 'setRole', ...common, params: USER },
    summary: 'Gives somebody another role. The last administrator stays one.',
    body: z.object({ role: z.enum(ROLES) }),
    result: answers.ok,
    async handle({ params, body }, context) {
      await changeRoleFor(context, context.caller.email, params.user, body.role);
      return DONE;
    },
  }),
  define({
    ...{ at: 'POST /users/{user}/sign-out', id: 'signOutUser', ...common, params: USER },
    summary: 'Signs somebody out in every browser. Their tokens stay.',
    result: answers.ok,
    async handle({ params }, context) {
      await signOutUserFor(context, context.caller.email, params.user);
      return DONE;
    },
  }),
  define({
    ...{ at: 'DELETE /users/{user}', id: 'removeUser', ...common, params: USER },
    summary: 'Removes somebody with their sessions and tokens. The last administrator stays.',
    result: answers.ok,
    async handle({ params }, context) {
      await removeUserFor(context, context.caller.email, params.user);
      return DONE;
    },
  }),
  define({
    ...{ at: 'GET /invitations', id: 'listInvitations', ...common },
    summary: 'Who is invited, by links that can still be used.',
    result: z.object({ invitations: z.array(answers.invitation) }),
    handle: async (_, { store }) => ({ invitations: await listInvitations(store.db, new Date()) }),
  }),
  define({
    ...{ at: 'POST /invitations', id: 'inviteUser', ...common, status: 201 },
    summary:
      'Invites somebody: the link works once, for three days, and is told this once. An earlier one is over.',
    body: z.object({ email: z.string().trim().max(500), role: z.enum(ROLES) }),
    result: answers.invitation.extend({ url: z.string() }),
    async handle({ body }, context) {
      const { invitation, token } = await inviteFor(context, context.caller.email, body);
      return { ...invitation, url: `${context.origin}/invitation/${token}` };
    },
  }),
  define({
    ...{ at: 'DELETE /invitations/{invitation}', id: 'withdrawInvitation', ...common, params: INVITATION },
    summary: 'Withdraws an invitation: its link is worth nothing then.',
    result: answers.ok,
    async handle({ params }, context) {
      await withdrawInvitationFor(context, context.caller.email, params.invitation);
      return DONE;
    },
  }),
];
