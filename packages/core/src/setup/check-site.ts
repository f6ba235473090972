import type { SiteId } from '../domain/ids.ts';
import { getSite, recordSite } from '../store/sites.ts';
import { inspectSite, type SiteFindings } from './inspect-site.ts';
import { insistOn, type Look, look } from './obstacle.ts';
import type { SetupContext } from './setup-context.ts';

export interface CheckedSite extends SiteFindings {
  readonly id: SiteId;
  readonly name: string;
  readonly url: string;
}

/** Does the key still have every right (E24), and is the version still one that can be synced? Keeps the version seen. Rejects with all that stands in the way. */
export async function checkSite(ctx: SetupContext, id: SiteId): Promise<CheckedSite> {
  return insistOn(await lookAtSite(ctx, id));
}

/** The same, where what stands in the way is told with other things. */
export async function lookAtSite(
  { store, secrets, signal }: SetupContext,
  id: SiteId,
): Promise<Look<CheckedSite>> {
  const stored = await look(() => getSite(store.db, secrets, id));
  if (stored.kind === 'obstructed') return stored;
  const site = stored.found;
  const inspected = await inspectSite(site, signal);
  if (inspected.kind === 'obstructed') return inspected;
  await recordSite(store.db, secrets, { ...site, version: inspected.found.version });
  return { kind: 'found', found: { ...inspected.found, id, name: site.name, url: site.url } };
}
