import {
  type Administrator,
  findAdministratorByEmail,
  recordPasswordHash,
} from '@mcsync/core/store/administrators';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { nextPath } from '../next-path.ts';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { signInForm } from '../pages/sign-in.tsx';
import { hashPassword, isOutdated, verifyPassword } from '../password.ts';
import { startSession } from '../visit.ts';

const FORM = z.object({
  email: z.string().default(''),
  password: z.string().default(''),
  next: z.string().default('/'),
});
type Form = z.infer<typeof FORM>;

/** Signs in, or shows the form again; it does not tell whether it is the address or the password that is wrong. */
export const signIn: Handle = async (visit, deps) => {
  const form = formOf(visit, FORM);
  const administrator = await findByPassword(deps, form);
  if (administrator === null) {
    const next = nextPath(form.next);
    const formToken = visit.cookie.formToken();
    return showPage(signInForm({ email: form.email, next, formToken, hasFailed: true }), 401);
  }
  await startSession(visit, deps, administrator);
  return redirect(nextPath(form.next));
};

async function findByPassword(
  { store }: Dependencies,
  { email, password }: Form,
): Promise<Administrator | null> {
  const administrator = await findAdministratorByEmail(store.db, email);
  const isRight = await verifyPassword(password, administrator?.passwordHash ?? null);
  if (administrator === null || !isRight) return null;
  if (isOutdated(administrator.passwordHash))
    await recordPasswordHash(store.db, administrator.id, await hashPassword(password));
  return administrator;
}
