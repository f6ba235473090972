import type { MergeField } from '../domain/pairings.ts';
import type { AddressValue, CivicrmValue, ConversionFault, MailchimpValue } from '../domain/profile.ts';

/** A value in the other side's form, nothing at all, or why it cannot be said there. */
export type Converted<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly why: ConversionFault };

/** Mailchimp cuts text there without a word (mailchimp-api.md 8.2). */
const MAILCHIMP_TEXT_BYTES = 255;

/**
 * What a CiviCRM value is in a merge field of this type. What Mailchimp would refuse (mailchimp-api.md 8.2) is refused here, so that the rest of the person can be sent.
 */
export function toMailchimpValue(
  { type, choices }: MergeField,
  value: CivicrmValue,
): Converted<MailchimpValue> {
  if (isAddress(value)) return type === 'address' ? toAddress(value) : refused('incomplete-address');
  const text = toText(value);
  if (text === '') return EMPTY;
  switch (type) {
    case 'text':
      return found(cutToBytes(text, MAILCHIMP_TEXT_BYTES));
    case 'number':
      return toNumber(text);
    case 'address':
      return refused('incomplete-address');
    case 'phone':
      return /\d/.test(text) ? found(cutToBytes(text, MAILCHIMP_TEXT_BYTES)) : refused('not-a-phone');
    case 'date':
      return toDay(text);
    case 'birthday':
      return toBirthday(text);
    case 'url':
    case 'imageurl':
      return /^https?:\/\/[^\s/]+\S*$/i.test(text) ? found(text) : refused('not-a-url');
    case 'radio':
    case 'dropdown':
      return toChoice(text, choices);
    case 'zip':
      return toZip(text);
  }
}

/** What a merge field's value is in a CiviCRM field of this `data_type`. */
export function toCivicrmValue(dataType: string, value: MailchimpValue): Converted<CivicrmValue> {
  if (typeof value === 'object') return refused('incomplete-address');
  const text = toText(value);
  if (text === '') return EMPTY;
  switch (dataType) {
    case 'Integer': {
      const number = Number(text);
      return Number.isInteger(number) ? found(number) : refused('not-a-number');
    }
    case 'Float':
    case 'Money':
      return toNumber(text);
    case 'Boolean':
      return toBoolean(text);
    case 'Date':
    case 'Datetime':
    case 'Timestamp':
      return toDay(text);
    default:
      // CiviCRM takes this word for nothing (civicrm-recorded.md 13).
      return found(text.toLowerCase() === 'null' ? 'Null' : text);
  }
}

/** Whether both say the same, each in its own form. */
export function saysTheSame(field: MergeField, mailchimp: MailchimpValue, civicrm: CivicrmValue): boolean {
  const converted = toMailchimpValue(field, civicrm);
  if (converted.kind === 'empty') return isEmptyAtMailchimp(mailchimp);
  return converted.kind === 'value' && isSameValue(converted.value, mailchimp);
}

export const isEmptyAtMailchimp = (value: MailchimpValue): boolean => toText(value) === '';
export const isEmptyInCivicrm = (value: CivicrmValue): boolean => toText(value) === '';

function isSameValue(one: MailchimpValue, other: MailchimpValue): boolean {
  if (isAddress(one) || isAddress(other))
    return isAddress(one) && isAddress(other) && ADDRESS_PARTS.every((part) => one[part] === other[part]);
  return toText(one) === toText(other);
}

const ADDRESS_PARTS = ['addr1', 'addr2', 'city', 'state', 'zip', 'country'] as const;

const isAddress = (value: unknown): value is AddressValue =>
  typeof value === 'object' && value !== null && 'addr1' in value;

/** As one line without blanks at its ends; several values are listed, an address without a line is nothing. */
function toText(value: CivicrmValue | MailchimpValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (isAddress(value)) return ADDRESS_PARTS.map((part) => value[part].trim()).join('');
  if (typeof value === 'object') return value.join(', ');
  return String(value).replace(/\s+/g, ' ').trim();
}

const EMPTY = { kind: 'empty' } as const;
const found = <Value>(value: Value): Converted<Value> => ({ kind: 'value', value });
const refused = (why: ConversionFault): Converted<never> => ({ kind: 'refused', why });

function toNumber(text: string): Converted<number> {
  const number = Number(text);
  return Number.isFinite(number) ? found(number) : refused('not-a-number');
}

/** `YYYY-MM-DD`, from a date with or without a time. */
function toDay(text: string): Converted<string> {
  const day = dayIn(text);
  return day === null ? refused('not-a-date') : found(day);
}

/** `MM/DD`, from a date of any year or from one that is in this form already. */
function toBirthday(text: string): Converted<string> {
  // A leap year, so that the 29th of February is a day.
  const [, given] = /^(\d\d\/\d\d)$/.exec(text) ?? [];
  const day = dayIn(given === undefined ? text : `2000-${given.replace('/', '-')}`);
  return day === null ? refused('not-a-date') : found(`${day.slice(5, 7)}/${day.slice(8, 10)}`);
}

function dayIn(text: string): string | null {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:[ T]|$)/.exec(text) ?? [];
  if (day === undefined) return null;
  const at = new Date(`${day}T00:00:00Z`);
  // The 31st of a month that has none would become the 1st of the next.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day;
}

function toBoolean(text: string): Converted<boolean> {
  if (/^(yes|true|1)$/i.test(text)) return found(true);
  return /^(no|false|0)$/i.test(text) ? found(false) : refused('not-yes-or-no');
}

/** Spelt as Mailchimp has it: it takes no other spelling. */
function toChoice(text: string, choices: readonly string[]): Converted<string> {
  const choice =
    choices.find((one) => one === text) ?? choices.find((one) => one.toLowerCase() === text.toLowerCase());
  return choice === undefined ? refused('not-a-choice') : found(choice);
}

/** Five digits, as the United States have them; four more are left out. */
function toZip(text: string): Converted<string> {
  const [, zip] = /^(\d{5})(?:-\d{4})?$/.exec(text) ?? [];
  return zip === undefined ? refused('not-a-zip') : found(zip);
}

/** Mailchimp wants four of its parts (mailchimp-api.md 8.2). An address without a line is none. */
function toAddress(address: AddressValue): Converted<MailchimpValue> {
  if (toText(address) === address.country.trim()) return EMPTY;
  const isWhole = (['addr1', 'city', 'state', 'zip'] as const).every((part) => address[part].trim() !== '');
  return isWhole ? found({ ...address, country: address.country || 'US' }) : refused('incomplete-address');
}

/** Never in the middle of a character. */
function cutToBytes(text: string, most: number): string {
  const bytes = new TextEncoder();
  if (bytes.encode(text).length <= most) return text;
  let cut = '';
  let length = 0;
  for (const character of text) {
    length += bytes.encode(character).length;
    if (length > most) break;
    cut += character;
  }
  return cut.trimEnd();
}
