import { recordFirstAdministrator } from '@mcsync/core/store/administrators';
import { z } from 'zod';
import { checkAdministrator } from '../administrator-input.ts';
import { type Answer, formOf, type Handle, redirect, showPage } from '../page.ts';
import { firstAdministratorForm } from '../pages/first-administrator.tsx';
import { hashPassword } from '../password.ts';
import { startSession, type Visit } from '../visit.ts';

const FORM = z.object({
  token: z.string().default(''),
  email: z.string().default(''),
  password: z.string().default(''),
  repeated: z.string().default(''),
});
type Form = z.infer<typeof FORM>;

const WRONG_TOKEN = 'This is not the token that the server printed when it last started. Copy it again.';

/** Makes the first administrator, and signs them in. Where there is one meanwhile, the token is worth nothing, and it leads to the sign-in page. */
export const createFirstAdministrator: Handle = async (visit, deps) => {
  const { store, firstVisit } = deps;
  const form = formOf(visit, FORM);
  if (!firstVisit?.matches(form.token)) return showAgain(visit, form, 401, [WRONG_TOKEN]);
  const problems = check(form);
  if (problems.length > 0) return showAgain(visit, form, 422, problems);
  const passwordHash = await hashPassword(form.password);
  const administrator = await store.transaction((tx) =>
    recordFirstAdministrator(tx, { email: form.email, passwordHash }),
  );
  if (administrator === null) return redirect('/sign-in');
  await startSession(visit, deps, administrator);
  return redirect('/');
};

function check(form: Form): readonly string[] {
  const problems = checkAdministrator(form);
  return form.password === form.repeated
    ? problems
    : [...problems, 'The two passwords differ. Type both again.'];
}

function showAgain(visit: Visit, form: Form, status: number, problems: readonly string[]): Answer {
  const formToken = visit.cookie.formToken();
  return showPage(firstAdministratorForm({ ...form, problems, formToken }), status);
}
