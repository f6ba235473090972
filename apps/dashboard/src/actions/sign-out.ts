import { removeSession, removeSessionsOf } from '@mcsync/core/store/sessions';
import { type Handle, redirect } from '../page.ts';

/** Ends this session: a copy of the cookie is worth nothing afterwards. Other browsers stay signed in. */
export const signOut: Handle = async ({ cookie }, { store }) => {
  if (cookie.sessionId !== null) await removeSession(store.db, cookie.sessionId);
  cookie.forget();
  return redirect('/sign-in');
};

/** Ends all sessions of who asks for it, in this browser and all others. */
export const signOutEverywhere: Handle = async ({ administrator, cookie }, { store }) => {
  if (administrator !== null) await removeSessionsOf(store.db, administrator.id);
  cookie.forget();
  return redirect('/sign-in');
};
