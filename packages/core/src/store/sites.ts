import { type AccountId, accountId, type SiteId, siteId } from '../domain/ids.ts';
import { UsageError } from '../errors/sync-error.ts';
import type { Db } from './db.ts';
import type { Secrets } from './secrets.ts';

/** A CiviCRM site, with its key opened: to be handed to a gateway and to nobody else. */
export interface Site {
  readonly id: SiteId;
  readonly name: string;
  readonly url: string;
  readonly apiKey: string;
  /** CiviCRM's, as last seen; null where our key may not ask. */
  readonly version: string | null;
}

/** A Mailchimp account, with its key opened: to be handed to a gateway and to nobody else. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly baseUrl: string;
  readonly mailchimpAccountId: string;
  readonly apiKey: string;
}

/** What can be shown of a site. */
export type SiteSummary = Omit<Site, 'apiKey'> & {
  readonly checkedAt: Date | null;
};
/** What can be shown of an account. */
export type AccountSummary = Omit<Account, 'apiKey'>;

const siteContext = (url: string) => `site ${url}`;
const accountContext = (mailchimpAccountId: string) => `account ${mailchimpAccountId}`;

/** Adds a site; the same URL again renews its key and name. */
export async function recordSite(db: Db, secrets: Secrets, added: Omit<Site, 'id'>): Promise<SiteId> {
  const { apiKey, url, name, version } = added;
  const data = { name, version, checkedAt: new Date(), apiKeySealed: secrets.seal(apiKey, siteContext(url)) };
  const row = await db.site.upsert({ where: { url }, create: { url, ...data }, update: data });
  return siteId(row.id);
}

/** Adds an account; the same Mailchimp account again renews its key, base URL and name. */
export async function recordAccount(
  db: Db,
  secrets: Secrets,
  added: Omit<Account, 'id'>,
): Promise<AccountId> {
  const { apiKey, mailchimpAccountId, name, baseUrl } = added;
  const data = { name, baseUrl, apiKeySealed: secrets.seal(apiKey, accountContext(mailchimpAccountId)) };
  const row = await db.account.upsert({
    where: { mailchimpAccountId },
    create: { mailchimpAccountId, ...data },
    update: data,
  });
  return accountId(row.id);
}

/** Rejects with `UsageError` where there is none, and with `FaultError` where its key cannot be opened. */
export async function getSite(db: Db, secrets: Secrets, id: SiteId): Promise<Site> {
  const row = await db.site.findUnique({ where: { id } });
  if (row === null) throw new UsageError('NOT_FOUND', [`There is no site ${id}. See "mcsync site list".`]);
  const { name, url, version, apiKeySealed } = row;
  return { id, name, url, version, apiKey: secrets.open(apiKeySealed, siteContext(url)) };
}

/** Where a site is, without opening its key. */
export async function getSiteUrl(db: Db, id: SiteId): Promise<string> {
  return (await db.site.findUniqueOrThrow({ where: { id }, select: { url: true } })).url;
}

/** Rejects with `UsageError` where there is none, and with `FaultError` where its key cannot be opened. */
export async function getAccount(db: Db, secrets: Secrets, id: AccountId): Promise<Account> {
  const row = await db.account.findUnique({ where: { id } });
  if (row === null)
    throw new UsageError('NOT_FOUND', [`There is no account ${id}. See "mcsync account list".`]);
  const { name, baseUrl, mailchimpAccountId, apiKeySealed } = row;
  return {
    id,
    name,
    baseUrl,
    mailchimpAccountId,
    apiKey: secrets.open(apiKeySealed, accountContext(mailchimpAccountId)),
  };
}

/** All sites, oldest first, without their keys. */
export async function listSites(db: Db): Promise<readonly SiteSummary[]> {
  const rows = await db.site.findMany({
    orderBy: { id: 'asc' },
    select: { id: true, name: true, url: true, version: true, checkedAt: true },
  });
  return rows.map((row) => ({ ...row, id: siteId(row.id) }));
}

/** All accounts, oldest first, without their keys. */
export async function listAccounts(db: Db): Promise<readonly AccountSummary[]> {
  const rows = await db.account.findMany({
    orderBy: { id: 'asc' },
    select: { id: true, name: true, baseUrl: true, mailchimpAccountId: true },
  });
  return rows.map((row) => ({ ...row, id: accountId(row.id) }));
}
