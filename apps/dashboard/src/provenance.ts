/** Where a request comes from: a page of ours; somebody else's; or it does not say, as programs other than browsers do not. */
export type Provenance = 'own' | 'foreign' | 'unsaid';

/** What a browser says about it, and no page can change. */
export interface Tracks {
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Tells by `Sec-Fetch-Site`, which every current browser sends over HTTPS and to this machine, or else by `Origin`, which it sends with every write. `publicUrl`: where
 * the dashboard is reached, where a proxy before us changes `Host`.
 */
export function findProvenance({ secFetchSite, origin, host }: Tracks, publicUrl: string | null): Provenance {
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin' ? 'own' : 'foreign';
  if (origin === undefined) return 'unsaid';
  return isOurs(origin, host, publicUrl) ? 'own' : 'foreign';
}

function isOurs(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false; // "null": a page without an origin of its own
  const from = new URL(origin);
  return from.host === host || (publicUrl !== null && from.origin === new URL(publicUrl).origin);
}
