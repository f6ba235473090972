import type { CallLimiter, RequestCounter } from '../domain/call-limiter.ts';
import { isExtraPath } from '../domain/extra-data.ts';
import type { AccountId, SiteId } from '../domain/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/instant.ts';
import type { Pairings } from '../domain/pairings.ts';
import type { CivicrmReader, CivicrmWriter } from '../gateways/civicrm/civicrm.ts';
import { createCivicrm } from '../gateways/civicrm/create-civicrm.ts';
import type { ContactView } from '../gateways/civicrm/profile.ts';
import { createMailchimp } from '../gateways/mailchimp/create-mailchimp.ts';
import type { MailchimpReader, MailchimpWriter } from '../gateways/mailchimp/mailchimp.ts';
import type { MemberView } from '../gateways/mailchimp/profile.ts';
import { trackingPrefix } from '../stages/apply/write-mark.ts';
import type { Secrets } from '../store/secrets.ts';
import { type Account, getAccount, getSite, type Site } from '../store/sites.ts';
import { createSlotLimiter } from '../store/slots.ts';
import type { Store } from '../store/store.ts';

/** Mailchimp allows 10 connections a user, and all its integrations share them (mailchimp-api.md 2). */
const MAILCHIMP_CALLS = 8;
/** Each call occupies a PHP worker of a site that people are using (civicrm-api.md 7.2). */
const CIVICRM_CALLS = 3;
/** Mailchimp's own time limit, and a little: so long may a call that we gave up occupy a connection there. */
const MAILCHIMP_HELD_MS = 130 * SECOND_MS;
/** PHP's and the proxies' limits end a call long before (civicrm-api.md 1.9). */
const CIVICRM_HELD_MS = 5 * MINUTE_MS;

/** Both sides of a connection. Readers and writers are separate, so that whoever is handed a reader cannot write. */
export interface Gateways {
  readonly mailchimp: MailchimpReader;
  readonly mailchimpWriter: MailchimpWriter;
  readonly civicrm: CivicrmReader;
  readonly civicrmWriter: CivicrmWriter;
}

/** Makes gateways for the accounts and sites in the store, and for some that are only about to be added. */
export interface GatewayProvider {
  /** `permit`: asked right before each write to CiviCRM; where it rejects, nothing is sent. */
  forConnection(
    connection: { readonly accountId: AccountId; readonly siteId: SiteId; readonly pairings: Pairings },
    count: RequestCounter,
    permit?: () => Promise<void>,
  ): Promise<Gateways>;
  mailchimp(
    account: Pick<Account, 'apiKey'> & { readonly id?: AccountId; readonly baseUrl?: string },
    count?: RequestCounter,
    view?: MemberView,
  ): {
    readonly reader: MailchimpReader;
    readonly writer: MailchimpWriter;
  };
  civicrm(
    site: Pick<Site, 'apiKey' | 'url'> & { readonly id?: SiteId },
    count?: RequestCounter,
    view?: ContactView,
    permit?: () => Promise<void>,
  ): {
    readonly reader: CivicrmReader;
    readonly writer: CivicrmWriter;
  };
}

/** What is read of each member. */
export const memberView = ({ interests, mappings, tags, extraTags }: Pairings): MemberView => ({
  interests: interests.map(({ interestId }) => interestId),
  mergeTags: mappings.map(({ mergeTag }) => mergeTag),
  tags: tags.length + extraTags.length > 0 ? 'read' : 'left-out',
});

/** What is read of each contact; a developer's own data is not CiviCRM's to tell. */
export const contactView = ({ interests, mappings, tags }: Pairings): ContactView => ({
  groups: interests.map(({ groupId }) => groupId),
  paths: mappings.map(({ fieldPath }) => fieldPath).filter((path) => !isExtraPath(path)),
  tags,
});

export interface GatewayOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly installationId: string;
  readonly now: () => number;
  /** How long one request may take, where it is not to be the usual. */
  readonly timeLimitMs?: number;
}

export function createGateways({
  store,
  secrets,
  installationId,
  now,
  timeLimitMs,
}: GatewayOptions): GatewayProvider {
  const limits = timeLimitMs === undefined ? {} : { timeLimitMs };
  const limiters = new Map<string, CallLimiter>();
  const limiterFor = (resource: string, capacity: number, heldForMs: number): CallLimiter => {
    const limiter = limiters.get(resource) ?? createSlotLimiter(store.db, { resource, capacity, heldForMs });
    limiters.set(resource, limiter);
    return limiter;
  };
  const provider: GatewayProvider = {
    mailchimp: ({ id, apiKey, baseUrl }, count = () => undefined, view) =>
      createMailchimp({
        apiKey,
        ...(baseUrl !== undefined && { baseUrl }),
        ...(view !== undefined && { view }),
        limiter: limiterFor(`mailchimp:${id ?? 'new'}`, MAILCHIMP_CALLS, MAILCHIMP_HELD_MS),
        count,
        ...limits,
      }),
    civicrm: ({ id, apiKey, url }, count = () => undefined, view, permit = () => Promise.resolve()) =>
      createCivicrm({
        apiKey,
        url,
        limiter: limiterFor(`civicrm:${id ?? 'new'}`, CIVICRM_CALLS, CIVICRM_HELD_MS),
        count,
        ourTracking: trackingPrefix(installationId),
        now,
        permit,
        ...(view !== undefined && { view }),
        ...limits,
      }),
    async forConnection({ accountId, siteId, pairings }, count, permit) {
      const [account, site] = await Promise.all([
        getAccount(store.db, secrets, accountId),
        getSite(store.db, secrets, siteId),
      ]);
      const mailchimp = provider.mailchimp(account, count, memberView(pairings));
      const civicrm = provider.civicrm(site, count, contactView(pairings), permit);
      return {
        mailchimp: mailchimp.reader,
        mailchimpWriter: mailchimp.writer,
        civicrm: civicrm.reader,
        civicrmWriter: civicrm.writer,
      };
    },
  };
  return provider;
}
