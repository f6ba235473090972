import type { SiteId } from '../domain/ids.ts';
import { listSites, recordSite } from '../store/sites.ts';
import { inspectSite, locateSite, type SiteFindings } from './inspect-site.ts';
import { insistOn } from './obstacle.ts';
import type { SetupContext } from './setup-context.ts';

export interface SiteRequest {
  readonly url: string;
  readonly apiKey: string;
  /** Null: the host's name. */
  readonly name: string | null;
}

export interface AddedSite extends SiteFindings {
  readonly id: SiteId;
  readonly name: string;
  readonly url: string;
  /** `renewed`: a site with this URL was there already, and has the new key now. */
  readonly outcome: 'added' | 'renewed';
}

/**
 * Adds a CiviCRM site once its key is known to have every right that a sync needs. Adding a site again renews its key and name. Rejects with all that stands in the way, having stored nothing.
 */
export async function addSite(
  { store, secrets, signal }: SetupContext,
  { url, apiKey, name }: SiteRequest,
): Promise<AddedSite> {
  const access = insistOn(locateSite(url, apiKey));
  const findings = insistOn(await inspectSite(access, signal));
  const isKnown = (await listSites(store.db)).some((site) => site.url === access.url);
  const added = { ...access, name: name ?? new URL(access.url).host, version: findings.version };
  const id = await recordSite(store.db, secrets, added);
  return { ...findings, id, name: added.name, url: access.url, outcome: isKnown ? 'renewed' : 'added' };
}
