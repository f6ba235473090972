import type { Express } from 'express';
import { acceptInvitation } from './actions/accept-invitation.ts';
import { changePassword, endSession, makeToken, revokeToken } from './actions/account.ts';
import { answerPlan } from './actions/answer-plan.ts';
import { abort, pause, planOnly, resume, switchWriting, syncNow } from './actions/control.ts';
import { createFirstAdministrator } from './actions/create-first-administrator.ts';
import { pairOf, unpairOf } from './actions/pairings.ts';
import { changePoliciesOf, removeConnectionOf } from './actions/settings.ts';
import { signIn } from './actions/sign-in.ts';
import { signOut, signOutEverywhere } from './actions/sign-out.ts';
import { syncPersonNow } from './actions/sync-person.ts';
import { changeRole, inviteUser, removeUser, signOutUser, withdrawInvitation } from './actions/users.ts';
import { answerNotFound } from './answer-errors.ts';
import { health } from './api/health.ts';
import { apiRouter } from './api/router.ts';
import { assets } from './assets.ts';
import { bullBoard } from './bull-board.ts';
import type { Dependencies } from './dependencies.ts';
import {
  readForm,
  refuseForeignWrites,
  requireAdministrator,
  requireOwnPage,
  requireSignIn,
} from './guards.ts';
import { createSignInLimits } from './limits.ts';
import { liveEvents } from './live.ts';
import { createLoading } from './load-overview.ts';
import { createServing } from './page.ts';
import { accountPage } from './pages/account.tsx';
import { activityPage } from './pages/activity.tsx';
import { apiPage } from './pages/api.tsx';
import { connectionPage } from './pages/connection.tsx';
import { firstAdministratorPage } from './pages/first-administrator.tsx';
import { invitationPage } from './pages/invitation.tsx';
import { overviewPage } from './pages/overview.tsx';
import { pairingsPage } from './pages/pairings.tsx';
import { peoplePage } from './pages/people.tsx';
import { personAheadPart, personPage } from './pages/person.tsx';
import { problemsPage } from './pages/problems.tsx';
import { reviewPage } from './pages/review.tsx';
import { runPage, runProgressPart } from './pages/run.tsx';
import { settingsPage } from './pages/settings.tsx';
import { signInPage } from './pages/sign-in.tsx';
import { usersPage } from './pages/users.tsx';
import { peopleCsv } from './people/people-csv.ts';
import { planCsv } from './plan-csv.ts';
import { boardPolicy } from './security-headers.ts';
import { addAccountAction, checkAccountAction } from './set-up/account-actions.ts';
import { accountSetUpPage } from './set-up/account-page.tsx';
import { connectAction } from './set-up/connect-action.ts';
import { detailsPage } from './set-up/details-page.tsx';
import { pairPage } from './set-up/pair-page.tsx';
import { setUpPage } from './set-up/set-up-page.tsx';
import { addSiteAction, checkSiteAction } from './set-up/site-actions.ts';
import { sitePage } from './set-up/site-page.tsx';
import { createVisits } from './visit.ts';

/** Every URL of the dashboard. Their order is their protection: what stands below a guard is behind it, also what nobody has thought of. */
export function addRoutes(app: Express, deps: Dependencies): void {
  const visitOf = createVisits(deps);
  const serve = createServing(deps, visitOf);
  const form = readForm(visitOf);
  const { perPlace, perAccount } = createSignInLimits(deps);
  const load = createLoading(deps);

  app.get('/health', health(deps));
  app.use('/assets', assets());

  app.use('/api/v1/me/password', perPlace);
  app.use('/api/v1', apiRouter(deps, visitOf, load), answerNotFound);

  app.use(refuseForeignWrites(deps.publicUrl));
  app.get('/sign-in', serve(signInPage));
  app.post('/sign-in', perPlace, form, perAccount, serve(signIn));
  app.get('/first-administrator', serve(firstAdministratorPage));
  app.post('/first-administrator', perPlace, form, serve(createFirstAdministrator));
  app.get('/invitation/:token', perPlace, serve(invitationPage));
  app.post('/invitation/:token', perPlace, form, serve(acceptInvitation));

  app.use(requireSignIn(visitOf));
  app.get('/', serve(overviewPage(load.overview)));
  app.get('/events', liveEvents(deps, visitOf, load.overview));
  app.get('/activity', serve(activityPage));
  app.get('/api', serve(apiPage));
  app.get('/connections/:connection', serve(connectionPage(load.connection)));
  app.get('/connections/:connection/people', serve(peoplePage));
  app.get('/connections/:connection/people.csv', peopleCsv(deps, visitOf));
  app.get('/connections/:connection/people/:member', serve(personPage));
  app.get('/connections/:connection/people/:member/ahead', serve(personAheadPart));
  app.get('/connections/:connection/problems', serve(problemsPage));
  app.get('/connections/:connection/settings', serve(settingsPage));
  app.get('/runs/:run', serve(runPage));
  app.get('/runs/:run/progress', serve(runProgressPart));
  app.get('/runs/:run/review', serve(reviewPage));
  app.get('/runs/:run/plan.csv', planCsv(deps, visitOf));
  app.get('/account', serve(accountPage));
  app.post('/account/password', perPlace, form, serve(changePassword));
  app.post('/account/end-session', form, serve(endSession));
  app.post('/account/sign-out-everywhere', form, serve(signOutEverywhere));
  app.post('/account/make-token', form, serve(makeToken));
  app.post('/account/revoke-token', form, serve(revokeToken));
  app.post('/sign-out', form, serve(signOut));

  app.use(requireAdministrator(visitOf));
  app.post('/writing', form, serve(switchWriting));
  app.post('/connections/:connection/sync', form, serve(syncNow));
  app.post('/connections/:connection/people/:member/sync', form, serve(syncPersonNow));
  app.post('/connections/:connection/plan', form, serve(planOnly));
  app.post('/connections/:connection/pause', form, serve(pause));
  app.post('/connections/:connection/resume', form, serve(resume));
  app.post('/connections/:connection/abort', form, serve(abort));
  app.post('/connections/:connection/policies', form, serve(changePoliciesOf));
  app.get('/connections/:connection/pairings', serve(pairingsPage));
  app.post('/connections/:connection/pair', form, serve(pairOf));
  app.post('/connections/:connection/unpair', form, serve(unpairOf));
  app.post('/connections/:connection/remove', form, serve(removeConnectionOf));
  app.post('/runs/:run/answer', form, serve(answerPlan));
  app.get('/set-up', serve(setUpPage));
  app.get('/set-up/site', serve(sitePage));
  app.post('/set-up/site', form, serve(addSiteAction));
  app.post('/set-up/site/check', form, serve(checkSiteAction));
  app.get('/set-up/account', serve(accountSetUpPage));
  app.post('/set-up/account', form, serve(addAccountAction));
  app.post('/set-up/account/check', form, serve(checkAccountAction));
  app.get('/set-up/pair', serve(pairPage));
  app.get('/set-up/details', serve(detailsPage));
  app.post('/set-up/connection', form, serve(connectAction));
  app.get('/users', serve(usersPage));
  app.post('/users/invite', form, serve(inviteUser));
  app.post('/users/withdraw', form, serve(withdrawInvitation));
  app.post('/users/role', form, serve(changeRole));
  app.post('/users/sign-out', form, serve(signOutUser));
  app.post('/users/remove', form, serve(removeUser));
  app.use('/queues', boardPolicy(), requireOwnPage(deps.publicUrl), bullBoard('/queues', deps.queues));

  app.use(answerNotFound);
}
