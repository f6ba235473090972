import { recordSessionsVoid } from '@mcsync/core/store/administrators';
import { type Handle, redirect } from '../page.ts';

/** Ends all sessions of who signs out, in this browser and others: a copy of the cookie is worth nothing afterwards. */
export const signOut: Handle = async ({ administrator, session }, { store }) => {
  if (administrator !== null) await recordSessionsVoid(store.db, administrator.id);
  session.destroy();
  return redirect('/sign-in');
};
