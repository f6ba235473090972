import { checkRights, checkVersion } from '../decide/check-connection.ts';
import type { SiteInfo } from '../gateways/civicrm/civicrm.ts';
import { parseBaseUrl } from '../gateways/http.ts';
import { fault, type Look, look, unless, usage } from './obstacle.ts';
import { readCivicrm } from './readers.ts';

/** A key, and the site that it opens: everything before `/civicrm/ajax/api4`. */
export interface SiteAccess {
  readonly url: string;
  readonly apiKey: string;
}

/** What a site is like. */
export interface SiteFindings {
  /** Null where the API user may not ask. */
  readonly version: string | null;
  /** What an administrator should know, and that keeps nothing from working. */
  readonly warnings: readonly string[];
}

/** The site's address as it is kept: without what we add to it ourselves, so that one site is added once. */
export function locateSite(url: string, apiKey: string): Look<SiteAccess> {
  const parsed = parseBaseUrl(url);
  const key = apiKey.trim();
  const kept = parsed?.href.replace(/\/civicrm\/ajax\/api4\/*$/, '').replace(/\/+$/, '') ?? '';
  const obstacles = [
    ...(parsed === null ? [usage('BAD_INPUT', BAD_URL)] : []),
    ...(/^[!-~]+$/.test(key) ? [] : [usage('BAD_INPUT', BAD_KEY)]),
  ];
  return unless(obstacles, { url: kept, apiKey: key });
}

const BAD_URL =
  'The site’s URL must be a web address: everything before /civicrm/ajax/api4, such as https://example.org.';
const BAD_KEY = 'The API key must be one word, as it stands on the contact of the API user.';

/** Version and rights (E24). All rights that are missing are told, each by name. Two requests. */
export async function inspectSite(access: SiteAccess, signal: AbortSignal): Promise<Look<SiteFindings>> {
  const looked = await look(async () => await readCivicrm(access).fetchSite(signal));
  if (looked.kind === 'obstructed') return looked;
  const site = looked.found;
  const missing = checkRights(site.rights).map(({ code, message }) => fault(code, message));
  // Whoever lacks rights may not ask for version and actions either: what is missing there says nothing.
  const tooOld = missing.length === 0 && isTooOld(site) ? [fault('CIVICRM_TOO_OLD', TOO_OLD)] : [];
  const warnings = [...warnOfVersion(site), ...warnOfPlainHttp(access)];
  return unless([...missing, ...tooOld], { version: site.version, warnings });
}

/** A version that cannot be asked is judged by an action that came with 5.80 (civicrm-api.md 1.4). */
function isTooOld({ version, knowsMerges }: SiteInfo): boolean {
  const verdict = checkVersion(version);
  return verdict === 'too-old' || (verdict === 'unknown' && !knowsMerges);
}

const TOO_OLD = 'CiviCRM is older than 5.81, the oldest version that can be synced. Update it first.';

function warnOfVersion({ version }: SiteInfo): readonly string[] {
  if (checkVersion(version) !== 'old') return [];
  return [
    `CiviCRM ${version} is older than 6.7: who is put in the trash there is noticed by full runs only. Update it when you can.`,
  ];
}

function warnOfPlainHttp({ url }: SiteAccess): readonly string[] {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return [];
  return [
    'The site is called over http, so the API key and everybody’s addresses travel in the clear. Use https.',
  ];
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
