import type { Connection } from '@mcsync/core/store/connections';
import type { Db } from '@mcsync/core/store/db';
import type { PersonRecord } from '@mcsync/core/store/person-records';
import { listAccounts, listSites } from '@mcsync/core/store/sites';

/** Of a connection's site, everything before /civicrm/ajax/api4; and of its account's API. */
export interface ConnectionUrls {
  readonly siteUrl: string;
  readonly baseUrl: string;
}

export async function findUrls(db: Db, { siteId, accountId }: Connection): Promise<ConnectionUrls> {
  const [sites, accounts] = await Promise.all([listSites(db), listAccounts(db)]);
  return {
    siteUrl: sites.find(({ id }) => id === siteId)?.url ?? '',
    baseUrl: accounts.find(({ id }) => id === accountId)?.baseUrl ?? '',
  };
}

/** Where somebody is looked at in the two systems; null: there is no such place. */
export interface PersonPlaces {
  readonly civicrm: string | null;
  readonly mailchimp: string | null;
}

export function findPlaces({ siteUrl, baseUrl }: ConnectionUrls, { link }: PersonRecord): PersonPlaces {
  const contactId = link.civicrm?.contactId ?? null;
  const mailchimpContactId = link.mailchimp?.contactId ?? null;
  return {
    civicrm: contactId === null ? null : `${siteUrl}/civicrm/contact/view?reset=1&cid=${contactId}`,
    mailchimp: mailchimpContactId === null ? null : atMailchimp(baseUrl, mailchimpContactId),
  };
}

/** The web application of the account's data centre. A sandbox has none. */
function atMailchimp(baseUrl: string, mailchimpContactId: string): string | null {
  const dataCentre = /^https:\/\/([a-z]{2}\d+)\.api\.mailchimp\.com\//.exec(baseUrl)?.[1];
  return dataCentre === undefined
    ? null
    : `https://${dataCentre}.admin.mailchimp.com/audience/contact-profile?contact_id=${encodeURIComponent(mailchimpContactId)}`;
}
