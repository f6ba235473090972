import type { FieldNote } from '../domain/profile.ts';

/** Why a field of somebody is not kept the same, to be read after its merge tag. A reason without words does not compile. */
export const FIELD_NOTE_WORDS: Readonly<Record<FieldNote['why'], string>> = {
  differs: 'has another value on each side, and the two were never agreed',
  'not-a-number': 'takes a number',
  'not-a-date': 'takes a date',
  'not-a-choice': 'takes one of its choices, and CiviCRM has none of them',
  'not-a-zip': 'takes a US zip code of five digits',
  'not-a-phone': 'takes a phone number',
  'not-a-url': 'takes a web address that begins with http:// or https://',
  'not-yes-or-no': 'takes yes or no',
  'incomplete-address': 'takes an address with street, city, state and postcode',
};
