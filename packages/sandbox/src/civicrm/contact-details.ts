import type { ContactValues } from './contacts.ts';
import { LOCATION_TYPES } from './query/email-entity.ts';

/** What staff type into the form for a new contact, or change in it. */
export interface ContactDetails {
  readonly contactType?: 'Individual' | 'Organization' | 'Household';
  readonly firstName?: string;
  readonly lastName?: string;
  readonly organizationName?: string;
  readonly householdName?: string;
  readonly source?: string;
  readonly externalIdentifier?: string;
  readonly nickName?: string;
  /** `YYYY-MM-DD` */
  readonly birthDate?: string | null;
}

/** The primary address as staff type it; a state and a country by their numbers. */
export interface AddressDetails {
  readonly street_address?: string;
  readonly supplemental_address_1?: string;
  readonly city?: string;
  readonly postal_code?: string;
  readonly state_province_id?: number;
  readonly country_id?: number;
}

/** A field of the site's own. */
export interface NewCustomField {
  /** The machine name of its group, which is made where there is none. */
  readonly group: string;
  readonly name: string;
  /** String, Int, Float, Money, Boolean, Date, Memo; String if not said. */
  readonly dataType?: string;
  /** Labels by value. */
  readonly options?: Readonly<Record<string, string>>;
}

/** The marks that keep mail away from somebody; none of them touches a group (civicrm-api.md 9). */
export interface PrivacyFlags {
  readonly isOptOut?: boolean;
  readonly doNotEmail?: boolean;
  readonly isDeceased?: boolean;
}

export interface EmailDetails {
  readonly email: string;
  readonly isPrimary?: boolean;
  readonly isBulkmail?: boolean;
  /** Home, Work, Main, Other, Billing. */
  readonly locationType?: string;
  readonly onHold?: 0 | 1 | 2;
}

export interface NewContact extends ContactDetails, PrivacyFlags {
  readonly emails?: readonly (string | EmailDetails)[];
}

/** Only what was given: an absent detail leaves a column alone. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> }; // the same keys, fewer of them
}

/** The details as columns. */
export function contactColumns(details: ContactDetails): ContactValues {
  return given({
    contact_type: details.contactType,
    first_name: details.firstName,
    last_name: details.lastName,
    organization_name: details.organizationName,
    household_name: details.householdName,
    source: details.source,
    external_identifier: details.externalIdentifier,
    nick_name: details.nickName,
    birth_date: details.birthDate,
  });
}

/** The flags as columns. */
export const flagColumns = (flags: PrivacyFlags): ContactValues =>
  given({ is_opt_out: flags.isOptOut, do_not_email: flags.doNotEmail, is_deceased: flags.isDeceased });

/** Throws an Error for a name that is no location type. */
export function locationTypeId(name = 'Home'): number {
  const type = LOCATION_TYPES.find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`There is no location type ${name}`);
  return Number(type.value);
}
