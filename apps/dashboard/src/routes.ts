import type { Express } from 'express';
import { createFirstAdministrator } from './actions/create-first-administrator.ts';
import { signIn } from './actions/sign-in.ts';
import { signOut } from './actions/sign-out.ts';
import { answerNotFound } from './answer-errors.ts';
import { health } from './api/health.ts';
import { assets } from './assets.ts';
import { bullBoard } from './bull-board.ts';
import type { Dependencies } from './dependencies.ts';
import { readForm, refuseForeignWrites, requireOwnPage, requireSignIn } from './guards.ts';
import { createSignInLimits } from './limits.ts';
import { createServing } from './page.ts';
import { firstAdministratorPage } from './pages/first-administrator.tsx';
import { homePage } from './pages/home.tsx';
import { signInPage } from './pages/sign-in.tsx';
import { boardPolicy } from './security-headers.ts';
import { createVisits } from './visit.ts';

/** Every URL of the dashboard. Their order is their protection: what stands below a guard is behind it, also what nobody has thought of. */
export function addRoutes(app: Express, deps: Dependencies): void {
  const visitOf = createVisits(deps);
  const serve = createServing(deps, visitOf);
  const form = readForm(visitOf);
  const { perPlace, perAccount } = createSignInLimits();

  app.get('/health', health(deps));
  app.use('/assets', assets());

  app.use(refuseForeignWrites(deps.publicUrl));
  app.get('/sign-in', serve(signInPage));
  app.post('/sign-in', perPlace, form, perAccount, serve(signIn));
  app.get('/first-administrator', serve(firstAdministratorPage));
  app.post('/first-administrator', perPlace, form, serve(createFirstAdministrator));

  app.use(requireSignIn(visitOf));
  app.get('/', serve(homePage));
  app.post('/sign-out', form, serve(signOut));
  app.use('/queues', boardPolicy(), requireOwnPage(deps.publicUrl), bullBoard('/queues', deps.queues));

  app.use(answerNotFound);
}
