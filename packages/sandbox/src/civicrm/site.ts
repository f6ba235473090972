import type { SandboxClock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { CivicrmTables } from './tables/civicrm-tables.ts';
import type { TimeZone } from './time-zone.ts';
import { wholeSecond } from './time-zone.ts';

/** What every rule of CiviCRM works on: the tables, the time, and how the site is set up. */
export interface Site {
  readonly tables: CivicrmTables;
  readonly clock: SandboxClock;
  readonly random: Random;
  /** `6.13.3`; some behaviours depend on it (civicrm-api.md 8). */
  readonly version: string;
  readonly timeZone: TimeZone;
  /** Off: every delete is for good (setting `contact_undelete`). */
  readonly trash: 'on' | 'off';
  /** A secret of the site's. */
  readonly siteKey: string;
  /** Contacts with a login of the CMS: they cannot be deleted (civicrm-recorded.md 21). */
  readonly cmsUsers: ReadonlySet<number>;
  /** API keys by contact. */
  readonly apiKeys: ReadonlyMap<number, string>;
  /** Whom the search of a smart group found, by group: its cache. */
  readonly smartGroupMembers: Map<number, SmartGroupMembers>;
  /** Runs a saved search; undefined if it is not there, or finds no contacts. */
  readonly findBySearch: (searchId: number) => readonly number[] | undefined;
}

/** What a smart group's cache holds. */
export interface SmartGroupMembers {
  readonly contactIds: readonly number[];
  /** Ms since 1970: from then on the search is run again when somebody asks. */
  readonly expiresAt: number;
}

/** What the database refuses; the message is the one CiviCRM passes on. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

export const alreadyExists = () => new DatabaseError('DB Error: already exists');
export const constraintViolation = () => new DatabaseError('DB Error: constraint violation');

/** Now, as TIMESTAMP columns get it. */
export const siteNow = (site: Site): number => wholeSecond(site.clock.now());

/** Is the site's CiviCRM at least of this version (`6.7`)? */
export function isAtLeast(site: Pick<Site, 'version'>, version: string): boolean {
  const have = site.version.split('.').map(Number);
  const want = version.split('.').map(Number);
  for (const [at, part] of want.entries()) {
    const ours = have[at] ?? 0;
    if (ours !== part) return ours > part;
  }
  return true;
}
