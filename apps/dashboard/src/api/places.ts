import { accountId, audienceId, siteId } from '@mcsync/core/domain/ids';
import { addAccount } from '@mcsync/core/setup/add-account';
import { addSite } from '@mcsync/core/setup/add-site';
import { checkAccount } from '@mcsync/core/setup/check-account';
import { listAudienceChoices, listDetailChoices, listGroupChoices } from '@mcsync/core/setup/list-choices';
import { insistOn } from '@mcsync/core/setup/obstacle';
import { inspectSiteSteps } from '@mcsync/core/setup/site-steps';
import { recordAct } from '@mcsync/core/store/acts';
import { getSite, listAccounts, listSites } from '@mcsync/core/store/sites';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { define } from './define.ts';
import * as answers from './schemas.ts';

const SITE = z.object({ site: rowNumber });
const ACCOUNT = z.object({ account: rowNumber });
const tag = 'set-up';

export const PLACE_ENDPOINTS = [
  define({
    ...{ at: 'GET /sites', id: 'listSites', tag, summary: 'CiviCRM sites, without their keys.' },
    result: z.object({ sites: z.array(answers.site) }),
    handle: async (_, { store }) => ({ sites: await listSites(store.db) }),
  }),
  define({
    ...{ at: 'POST /sites', id: 'addSite', tag, status: 201 },
    summary: 'Adds a site once its key is known to have every right. The same URL again renews key and name.',
    body: z.object({ url: z.string(), apiKey: z.string(), name: z.string().nullable().default(null) }),
    result: z.object({ id: z.int(), outcome: z.enum(['added', 'renewed']), warnings: z.array(z.string()) }),
    async handle({ body }, context) {
      const added = await addSite(context, body);
      const { email: who } = context.caller;
      await recordAct(context.store.db, { who, kind: 'site-added', note: added.url });
      return added;
    },
  }),
  define({
    ...{ at: 'POST /sites/{site}/check', id: 'checkSite', tag, params: SITE },
    summary: 'Looks at a site step by step: reachable, key, rights one by one, version, time zone.',
    result: z.object({ steps: z.array(answers.siteStep) }),
    async handle({ params }, { store, secrets, signal }) {
      const { url, apiKey } = await getSite(store.db, secrets, siteId(params.site));
      return { steps: await inspectSiteSteps(url, apiKey, signal) };
    },
  }),
  define({
    ...{ at: 'GET /sites/{site}/groups', id: 'listGroups', tag, params: SITE, role: 'administrator' },
    summary: 'Groups of a site; those with problems cannot be picked.',
    result: z.object({ groups: z.array(answers.groupChoice) }),
    handle: async ({ params }, context) => ({
      groups: insistOn(await listGroupChoices(context, siteId(params.site))),
    }),
  }),
  define({
    ...{ at: 'GET /accounts', id: 'listAccounts', tag, summary: 'Mailchimp accounts, without their keys.' },
    result: z.object({ accounts: z.array(answers.account) }),
    handle: async (_, { store }) => ({ accounts: await listAccounts(store.db) }),
  }),
  define({
    ...{ at: 'POST /accounts', id: 'addAccount', tag, status: 201 },
    summary:
      'Adds an account once Mailchimp has accepted its key. The same account again renews key and name.',
    body: z.object({
      apiKey: z.string(),
      baseUrl: z.string().nullable().default(null),
      name: z.string().nullable().default(null),
    }),
    result: z.object({ id: z.int(), name: z.string(), outcome: z.enum(['added', 'renewed']) }),
    async handle({ body }, context) {
      const added = await addAccount(context, body);
      const { email: who } = context.caller;
      await recordAct(context.store.db, { who, kind: 'account-added', note: added.name });
      return added;
    },
  }),
  define({
    ...{ at: 'POST /accounts/{account}/check', id: 'checkAccount', tag, params: ACCOUNT },
    summary: 'Asks Mailchimp whether the key still opens the same account.',
    result: z.object({ id: z.int(), name: z.string(), nameAtMailchimp: z.string() }),
    handle: ({ params }, context) => checkAccount(context, accountId(params.account)),
  }),
  define({
    ...{ at: 'GET /accounts/{account}/audiences', id: 'listAudiences', tag, params: ACCOUNT },
    ...{ role: 'administrator', summary: 'Audiences of an account; those with problems cannot be picked.' },
    result: z.object({ audiences: z.array(answers.audienceChoice) }),
    handle: async ({ params }, context) => ({
      audiences: insistOn(await listAudienceChoices(context, accountId(params.account))),
    }),
  }),
  define({
    ...{ at: 'GET /sites/{site}/pairable', id: 'listPairable', tag, params: SITE, role: 'administrator' },
    summary:
      'What of an audience and this site can be paired besides the people: interests, merge fields, fields.',
    query: z.object({ account: rowNumber, audience: z.string().min(1).max(50) }),
    result: answers.pairable,
    handle: async ({ params, query }, context) =>
      insistOn(
        await listDetailChoices(context, {
          siteId: siteId(params.site),
          accountId: accountId(query.account),
          audience: audienceId(query.audience),
        }),
      ),
  }),
];
