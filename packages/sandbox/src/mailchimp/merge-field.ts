import type { MergeValue } from './member.ts';

export type MergeFieldType =
  | 'text'
  | 'number'
  | 'address'
  | 'phone'
  | 'date'
  | 'url'
  | 'imageurl'
  | 'radio'
  | 'dropdown'
  | 'birthday'
  | 'zip';

export const MERGE_FIELD_TYPES: readonly MergeFieldType[] = [
  'text',
  'number',
  'address',
  'phone',
  'date',
  'url',
  'imageurl',
  'radio',
  'dropdown',
  'birthday',
  'zip',
];

export interface MergeField {
  readonly id: number;
  readonly tag: string;
  readonly name: string;
  readonly type: MergeFieldType;
  readonly required: boolean;
  readonly defaultValue: string;
  readonly isPublic: boolean;
  /** For radio and dropdown. */
  readonly choices: readonly string[];
  readonly displayOrder: number;
  readonly helpText: string;
}

/** What Mailchimp allows per audience, as `merge_field_limit` says (reference section 2). */
export const MERGE_FIELD_LIMIT = 30;

const TEXT_BYTES = 255;

/** What every new audience has; EMAIL is not listed (reference 8.2). */
export const DEFAULT_MERGE_FIELDS: readonly MergeField[] = [
  field(1, 'FNAME', 'First Name', 'text'),
  field(2, 'LNAME', 'Last Name', 'text'),
  field(3, 'ADDRESS', 'Address', 'address'),
  field(4, 'PHONE', 'Phone Number', 'phone'),
];

function field(id: number, tag: string, name: string, type: MergeFieldType): MergeField {
  const shown = { isPublic: true, displayOrder: id + 1, helpText: '' };
  return { id, tag, name, type, required: false, defaultValue: '', choices: [], ...shown };
}

export type MergeVerdict =
  | { readonly kind: 'accepted'; readonly value: MergeValue }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * What Mailchimp makes of a value given for a field (reference 8.2): text is cut at 255 bytes without a word, numbers and dates
 * are brought into their form, the rest is taken or refused. `''` clears a field of any type.
 */
export function acceptMergeValue({ type, choices }: MergeField, given: unknown): MergeVerdict {
  if (given === '') return accepted('');
  switch (type) {
    case 'number':
      return acceptNumber(given);
    case 'address':
      return acceptAddress(given);
    case 'date':
      return acceptDate(String(given));
    case 'birthday':
      return acceptPattern(String(given), /^(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])$/, 'Please enter a date');
    case 'url':
    case 'imageurl':
      return acceptPattern(String(given), /^https?:\/\/[^\s/]+/i, 'Please enter a valid URL');
    case 'zip':
      return acceptPattern(String(given), /^\d{5}$/, 'Please enter a valid zip code');
    case 'radio':
    case 'dropdown':
      return choices.includes(String(given))
        ? accepted(String(given))
        : refused('Please choose one of the options');
    case 'text':
    case 'phone':
      return accepted(cutToBytes(String(given), TEXT_BYTES));
  }
}

const accepted = (value: MergeValue): MergeVerdict => ({ kind: 'accepted', value });
const refused = (message: string): MergeVerdict => ({ kind: 'refused', message });

const acceptPattern = (text: string, pattern: RegExp, message: string): MergeVerdict =>
  pattern.test(text) ? accepted(text) : refused(message);

function acceptNumber(given: unknown): MergeVerdict {
  const value = typeof given === 'number' ? given : Number(typeof given === 'string' ? given : Number.NaN);
  return Number.isFinite(value) ? accepted(value) : refused('Please enter a number');
}

function acceptAddress(given: unknown): MergeVerdict {
  const parts: ReadonlyMap<string, unknown> = new Map(
    typeof given === 'object' && given !== null ? Object.entries(given) : [],
  );
  const part = (name: string): string => String(parts.get(name) ?? '');
  if (['addr1', 'city', 'state', 'zip'].some((name) => part(name) === '')) {
    return refused('Please enter a complete address');
  }
  return accepted({
    addr1: part('addr1'),
    addr2: part('addr2'),
    city: part('city'),
    state: part('state'),
    zip: part('zip'),
    country: part('country') || 'US',
  });
}

const DATE_FORMS: readonly { readonly form: RegExp; readonly order: readonly [number, number, number] }[] = [
  { form: /^(\d{4})[-/](\d{2})[-/](\d{2})$/, order: [1, 2, 3] },
  { form: /^(\d{2})-(\d{2})-(\d{4})$/, order: [3, 2, 1] },
  { form: /^(\d{2})\/(\d{2})\/(\d{4})$/, order: [3, 1, 2] },
];

function acceptDate(given: string): MergeVerdict {
  for (const { form, order } of DATE_FORMS) {
    const match = form.exec(given);
    if (match === null) continue;
    const date = order.map((group) => match[group]).join('-');
    if (!Number.isNaN(Date.parse(`${date}T00:00:00Z`))) return accepted(date);
  }
  return refused('Please enter a date');
}

/** Cuts at a byte, yet never inside a character. */
function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, '');
}
