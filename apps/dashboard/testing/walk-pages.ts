import { connectionId, runId } from '@mcsync/core/domain/ids';
import { HOUR_MS } from '@mcsync/core/domain/instant';
import { startRun } from '@mcsync/core/queue/run-control';
import { waitForRun } from '@mcsync/core/store/wait-for-run';
import type { Service } from '@mcsync/core/worker/open-service';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import type { Charity } from '@mcsync/sandbox/scenario';
import type { Page } from 'playwright-core';
import type { FirstVisit } from '../src/first-visit.ts';
import { tellHistory } from './tell-history.ts';

/** Who walks. */
const WHO = { email: 'wilma@example.org', password: 'correct horse battery' };

/** A dashboard that nobody has signed in to yet, with a worker behind it, a sandbox, and a browser. */
export interface Walk {
  readonly page: Page;
  readonly url: string;
  readonly firstVisit: FirstVisit;
  readonly service: Pick<Service, 'store' | 'queues'>;
  readonly sandbox: Sandbox;
  readonly charity: Charity;
  readonly signal: AbortSignal;
  /** Called wherever there is something to be looked at, by a name of its own. */
  at(name: string): Promise<void>;
}

/** Goes through every page of the dashboard as an administrator would: set-up, first sync, a plan that waits, and all that can be looked at. */
export async function walkPages(walk: Walk): Promise<void> {
  await becomeAdministrator(walk);
  await setUp(walk);
  const run = await syncFirst(walk);
  await tellHistory(walk.service.store.db);
  await lookAround(walk, run);
  await reviewLaterPlan(walk);
  await manageUsers(walk);
}

async function becomeAdministrator({ page, url, firstVisit, at }: Walk): Promise<void> {
  await page.goto(url);
  await at('first-administrator');
  await page.getByLabel('One-time token').fill(firstVisit.token);
  await page.getByLabel('Your e-mail address').fill(WHO.email);
  await page.getByLabel('A password').fill(WHO.password);
  await page.getByLabel('The password again').fill(WHO.password);
  await page.getByRole('button', { name: 'Make me the administrator' }).click();
  await page.getByText('Nothing is connected yet').waitFor();
  await at('overview-empty');
}

async function setUp({ page, url, sandbox, charity, at }: Walk): Promise<void> {
  await page.goto(`${url}/set-up`);
  await at('set-up');
  await page.goto(`${url}/set-up/site`);
  await page.getByLabel('Address of the site').fill(sandbox.civicrm.url);
  await page.getByLabel('API key').fill(sandbox.civicrm.apiKey);
  await page.getByLabel('What you call it').fill('CRM of the charity');
  await page.getByRole('button', { name: 'Check and add' }).click();
  await page.getByText('Next: the Mailchimp account').waitFor();
  await at('set-up-site');
  await page.getByText('Next: the Mailchimp account').click();
  await page.getByLabel('API key').fill(sandbox.mailchimp.apiKey);
  await page.getByText('A rehearsal on the sandbox').click();
  await page.getByLabel('Address of the API').fill(sandbox.mailchimp.baseUrl);
  await page.getByRole('button', { name: 'Check and add' }).click();
  await page.getByText('Next: pair an audience').waitFor();
  await at('set-up-account');
  await page.getByText('Next: pair an audience').click();
  await page.locator(`#audience-${charity.listId}`).check();
  await page.locator(`#group-${charity.groupId}`).check();
  await at('set-up-pair');
  await page.getByRole('button', { name: 'Next: interests' }).click();
  const [walks] = charity.interests;
  await page.getByLabel('What do you like?: Walks').selectOption(String(walks?.groupId));
  await at('set-up-details');
}

async function syncFirst({ page, service, signal, at }: Walk): Promise<number> {
  await page.getByRole('button', { name: 'Connect, and preview' }).click();
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await at('preview');
  const [, run = ''] = /runs\/(\d+)/.exec(page.url()) ?? [];
  await page.getByLabel('A note').fill('Looked through with the board.');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('heading', { name: 'How it stands' }).waitFor();
  await at('overview-running');
  await waitForRun(service.store, runId(Number(run)), { until: 'updates', signal });
  // As it stands once a worker has gone by it for a while.
  const startDate = Date.now() + HOUR_MS;
  await service.queues.schedule.upsertJobScheduler('incremental-1', { every: HOUR_MS, startDate });
  return Number(run);
}

async function lookAround({ page, url, service: { store }, at }: Walk, run: number): Promise<void> {
  const refused = await store.db.member.findFirstOrThrow({ where: { reason: 'cleaned' } });
  const pages = [
    ['overview', '/'],
    ['connection', '/connections/1'],
    ['people', '/connections/1/people'],
    ['person', `/connections/1/people/${refused.id}`],
    ['problems', '/connections/1/problems'],
    ['settings', '/connections/1/settings'],
    ['pairings', '/connections/1/pairings'],
    ['run', `/runs/${run}`],
    ['activity', '/activity'],
    ['account', '/account'],
    ['api', '/api'],
    ['not-found', '/nothing-here'],
  ] as const;
  for (const [name, path] of pages) {
    await page.goto(`${url}${path}`);
    // Both sides are asked once the page is there.
    if (name === 'person') await page.getByText(/^As both sides stand/).waitFor();
    await at(name);
  }
  await page.goto(`${url}/queues`);
  await page
    .getByText(/^\d+ Jobs?$/)
    .first()
    .waitFor();
  await at('queues');
}

/** Far more people leave the group than may in a day. */
async function reviewLaterPlan({ page, url, service, sandbox, charity, signal, at }: Walk): Promise<void> {
  const { world } = sandbox.civicrm;
  const added = world.addedTo(charity.groupId);
  for (const contact of added.slice(0, Math.ceil(added.length / 10)))
    world.removeFromGroup(charity.groupId, contact);
  const { id } = await service.store.db.connection.findFirstOrThrow();
  const asked = { mode: 'incremental', purpose: 'sync', requestedBy: 'schedule' } as const;
  const started = await startRun(service.store, service.queues, {
    ...asked,
    connectionId: connectionId(id),
  });
  if (started.kind === 'busy') throw new Error(`run ${started.holder} holds the connection`);
  await waitForRun(service.store, started.runId, { until: 'updates', signal });
  await page.goto(url);
  await page.getByText('awaiting approval').first().waitFor();
  await at('overview-held');
  await page.getByRole('link', { name: 'Review the plan' }).click();
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  await at('plan-held');
}

async function manageUsers({ page, url, at }: Walk): Promise<void> {
  await page.goto(`${url}/users`);
  await at('users');
  await page.getByLabel('E-mail address').fill('fred@example.org');
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await page.locator('code.whole').waitFor();
  await at('users-invited');
  const link = (await page.locator('code.whole').textContent()) ?? '';
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await at('sign-in');
  await page.goto(link);
  await at('invitation');
}
