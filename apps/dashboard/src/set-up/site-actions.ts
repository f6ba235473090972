import { siteId } from '@mcsync/core/domain/ids';
import { addSite } from '@mcsync/core/setup/add-site';
import { look, obstaclesOf } from '@mcsync/core/setup/obstacle';
import { inspectSiteSteps } from '@mcsync/core/setup/site-steps';
import { recordAct } from '@mcsync/core/store/acts';
import { getSite } from '@mcsync/core/store/sites';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { formOf, type Handle, showPage } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import { loadSites, renderSite } from './site-page.tsx';

export const SITE_FORM = z.object({
  url: z.string().trim().max(500),
  apiKey: z.string().trim().max(500),
  name: z.string().trim().max(100).default(''),
});

/** Looks at a site step by step, and keeps it where nothing is to be mended. */
export const addSiteAction: Handle = async (visit, deps) => {
  const { url, apiKey, name } = formOf(visit, SITE_FORM);
  const steps = await inspectSiteSteps(url, apiKey, deps.signal);
  const isFine = steps.every(({ outcome }) => outcome === 'fine' || outcome === 'warning');
  const added = isFine ? await look(() => addSite(deps, { url, apiKey, name: name || null })) : null;
  const problems = added === null ? [] : obstaclesOf(added).map(({ message }) => message);
  const isKept = added?.kind === 'found';
  if (isKept) await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'site-added', note: url });
  const given = isKept ? { url: '', name: '' } : { url, name };
  const view = { ...(await loadSites(deps)), steps, given, problems, isKept };
  return showPage(renderSite(view, visit), isKept ? 200 : 422);
};

/** Looks at a site that is there again. */
export const checkSiteAction: Handle = async (visit, deps) => {
  const { id } = formOf(visit, z.object({ id: rowNumber }));
  const site = await getSite(deps.store.db, deps.secrets, siteId(id));
  const steps = await inspectSiteSteps(site.url, site.apiKey, deps.signal);
  return showPage(renderSite({ ...(await loadSites(deps)), steps, isKept: true }, visit));
};
