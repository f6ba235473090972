import { UsageError } from '@mcsync/core/errors/sync-error';
import { listApiTokens } from '@mcsync/core/store/api-tokens';
import { listSessions, removeSession, removeSessionsOf } from '@mcsync/core/store/sessions';
import { z } from 'zod';
import { TOKEN_NAME } from '../actions/account.ts';
import { rowNumber } from '../connection-path.ts';
import { changePasswordFor, makeTokenFor, revokeTokenFor } from '../own-account.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const DONE = { done: true } as const;
/** One's own: for everybody who may sign in, also where something is changed. */
const common = { tag: 'own account', role: 'viewer' } as const;

export const OWN_ACCOUNT_ENDPOINTS = [
  define({
    ...{ at: 'GET /me', id: 'getMe', ...common, summary: 'In whose name this token calls.' },
    result: answers.user,
    handle: async (_, { caller }) => caller,
  }),
  define({
    ...{ at: 'PUT /me/password', id: 'changePassword', ...common },
    summary: 'Changes your password; the present one has to be known. You are signed out in every browser.',
    body: z.object({ present: z.string(), password: z.string() }),
    result: answers.ok,
    async handle({ body: { present, password } }, context) {
      await changePasswordFor(context, context.caller, { present, password, repeated: password }, null);
      return DONE;
    },
  }),
  define({
    ...{
      at: 'GET /me/tokens',
      id: 'listTokens',
      ...common,
      summary: 'Your tokens, without what they are worth.',
    },
    result: z.object({ tokens: z.array(answers.token) }),
    handle: async (_, { store, caller }) => ({ tokens: await listApiTokens(store.db, caller.id) }),
  }),
  define({
    ...{ at: 'POST /me/tokens', id: 'makeToken', ...common, status: 201 },
    summary: 'Makes another token in your name, which is told this once.',
    body: z.object({ name: TOKEN_NAME }),
    result: answers.token.extend({ token: z.string() }),
    handle: async ({ body }, context) => await makeTokenFor(context, context.caller, body.name),
  }),
  define({
    ...{ at: 'DELETE /me/tokens/{token}', id: 'revokeToken', ...common },
    summary: 'Revokes one of your tokens; it may be the one with which you call.',
    params: z.object({ token: rowNumber }),
    result: answers.ok,
    async handle({ params }, context) {
      await revokeTokenFor(context, context.caller, params.token);
      return DONE;
    },
  }),
  define({
    ...{
      at: 'GET /me/sessions',
      id: 'listSessions',
      ...common,
      summary: 'Browsers in which you are signed in.',
    },
    result: z.object({ sessions: z.array(answers.session) }),
    handle: async (_, { store, caller }) => ({ sessions: await listSessions(store.db, caller.id) }),
  }),
  define({
    ...{ at: 'DELETE /me/sessions', id: 'signOutEverywhere', ...common },
    summary: 'Signs you out in every browser. Tokens stay.',
    result: answers.ok,
    async handle(_, { store, caller }) {
      await removeSessionsOf(store.db, caller.id);
      return DONE;
    },
  }),
  define({
    ...{ at: 'DELETE /me/sessions/{session}', id: 'endSession', ...common },
    summary: 'Signs you out in one browser.',
    params: z.object({ session: z.string().max(100) }),
    result: answers.ok,
    async handle({ params }, { store, caller }) {
      const own = await listSessions(store.db, caller.id);
      if (!own.some(({ id }) => id === params.session))
        throw new UsageError('NOT_FOUND', ['You are not signed in by such a session.']);
      await removeSession(store.db, params.session);
      return DONE;
    },
  }),
];
