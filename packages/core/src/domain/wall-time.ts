import { type Instant, MINUTE_MS } from './instant.ts';

const QUARTER_HOUR_MS = 15 * MINUTE_MS;

/**
 * How many minutes CiviCRM's strings are ahead of UTC in this reading session: its `NOW()` against our clock, rounded to 15 minutes (rules section 9).
 * Null where the text is no date.
 */
export function measureOffset(civicrmNow: string, now: Instant): number | null {
  const local = parseWallTime(civicrmNow);
  return local === null ? null : (Math.round((local - now) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS) / MINUTE_MS;
}

/** `utc = string − offset of the reading session`, whatever the date (civicrm-api.md 5.4). Null for no date or text that is none. */
export function fromCivicrmDate(text: string | null, offsetMinutes: number): Instant | null {
  const local = text === null ? null : parseWallTime(text);
  return local === null ? null : local - offsetMinutes * MINUTE_MS;
}

/** The way back, for filters: plain text is read in the session's offset (civicrm-recorded.md 10b, 17). */
export function toCivicrmDate(at: Instant, offsetMinutes: number): string {
  return new Date(at + offsetMinutes * MINUTE_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads `2026-11-23 09:09:37`, and `20261123090937` as write answers have it, as if it were UTC. */
function parseWallTime(text: string): Instant | null {
  const parts = /^(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)$/.exec(text.trim());
  if (parts === null) return null;
  const at = Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  return Number.isNaN(at) ? null : at;
}

/** Mailchimp's whole seconds, UTC; the empty string means unset (mailchimp-api.md 3.1). */
export function fromMailchimpDate(text: string): Instant | null {
  const at = Date.parse(text);
  return text === '' || Number.isNaN(at) ? null : at;
}

/** `2015-10-21T15:41:36+00:00`, cut to the second. */
export const toMailchimpDate = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
