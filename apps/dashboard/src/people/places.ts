/** Where somebody is looked at in the two systems; null: there is no such place. */
export interface PersonPlaces {
  readonly civicrm: string | null;
  readonly mailchimp: string | null;
}

/** `siteUrl`: everything before /civicrm/ajax/api4. `baseUrl`: of the account's API. */
export function findPlaces(
  { siteUrl, baseUrl }: { readonly siteUrl: string; readonly baseUrl: string },
  person: { readonly contactId: number | null; readonly mailchimpContactId: string | null },
): PersonPlaces {
  const { contactId, mailchimpContactId } = person;
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
