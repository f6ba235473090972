import type { FetchWindow } from '../domain/fetch-window.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../domain/instant.ts';

/** Mailchimp: how far an incremental fetch goes back behind the last watermark (rules section 9). */
export const MAILCHIMP_OVERLAP_MS = 2 * HOUR_MS;
/** CiviCRM: how far the contact cursor goes back (rules section 9). */
export const CIVICRM_CONTACT_OVERLAP_MS = 2 * HOUR_MS;

const TOLERANCE_MS = 2 * MINUTE_MS;

/** A frozen window from the last watermark minus the overlap to the start of the run. */
export function fetchWindow(
  watermark: Instant,
  startedAt: Instant,
): FetchWindow & { readonly before: Instant } {
  const before = Math.floor(startedAt / SECOND_MS) * SECOND_MS;
  return { since: watermark - MAILCHIMP_OVERLAP_MS, before };
}

/** By how much dates of the two systems may differ and still count as the same moment, for a date in CiviCRM. Milliseconds. */
export type Tolerance = (civicrmDate: Instant) => number;

/**
 * 2 min, and 1 h 2 min where the date lies across a DST change (rules section 9). CiviCRM does not tell its zone, only today's offset; so a date is across a
 * change where it would be in any zone of the world that has this offset today. The answer for a day is kept in the function returned.
 */
export function toleranceAt(now: Instant, offsetMinutes: number): Tolerance {
  // Asking 400 zones takes a tenth of a second, and most people need no date at all.
  let candidates: readonly Zone[] | null = null;
  const byDay = new Map<number, number>();
  return (civicrmDate) => {
    const day = Math.floor(civicrmDate / DAY_MS);
    const known = byDay.get(day);
    if (known !== undefined) return known;
    // A change may come at any hour of the day.
    candidates ??= zonesWithOffset(now, offsetMinutes);
    const crosses = candidates.some((zone) =>
      [day, day + 1].some((start) => offsetIn(zone, start * DAY_MS) !== offsetMinutes),
    );
    const tolerance = crosses ? HOUR_MS + TOLERANCE_MS : TOLERANCE_MS;
    byDay.set(day, tolerance);
    return tolerance;
  };
}

type Zone = Intl.DateTimeFormat;

function zonesWithOffset(now: Instant, offsetMinutes: number): readonly Zone[] {
  return Intl.supportedValuesOf('timeZone')
    .map((timeZone) => new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }))
    .filter((zone) => offsetIn(zone, now) === offsetMinutes);
}

function offsetIn(zone: Zone, at: Instant): number {
  const offset = zone.format(at).replace(/^.*GMT/, ''); // +01:00; for UTC nothing at all by some versions of ICU
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return offset.startsWith('-') ? -minutes : minutes;
}
