import type { SandboxClock } from '../clock.ts';
import { parsePhpDate } from './php-date.ts';
import { type TimeZone, wallText, wholeSecond } from './time-zone.ts';

/**
 * How one request sees time: PHP knows the site's zone, the database session only its offset *today*. So a July row read in
 * November is an hour off its wall time, and a bound with an explicit offset too (civicrm-recorded.md 10, 10b, 17).
 */
export class SessionTime {
  /** This request's now, in whole seconds as ms since 1970. */
  readonly now: number;
  readonly #zone: TimeZone;
  readonly #offset: number;

  constructor(site: { readonly clock: SandboxClock; readonly timeZone: TimeZone }) {
    this.now = wholeSecond(site.clock.now());
    this.#zone = site.timeZone;
    this.#offset = site.timeZone.offsetAt(this.now);
  }

  /** A TIMESTAMP as the session shows it: `2026-11-23 09:09:35`. */
  render(ms: number): string {
    return wallText(ms + this.#offset);
  }

  /** The same as the write actions answer it: `20261123090935`. */
  renderCompact(ms: number): string {
    return this.render(ms).replaceAll(/[- :]/g, '');
  }

  /** Now as PHP writes it into a DATETIME column. */
  wallNow(): string {
    return this.render(this.now);
  }

  /** Any date a caller may send → ms since 1970. What PHP cannot read becomes the start of 1970, and no error. */
  parse(text: string): number {
    const moment = parsePhpDate(text, this.now, this.#zone) ?? 0;
    return moment + this.#zone.offsetAt(moment) - this.#offset;
  }

  /** The same as wall time, for DATETIME columns, which are never converted. */
  parseWall(text: string): string {
    const moment = parsePhpDate(text, this.now, this.#zone) ?? 0;
    return wallText(moment + this.#zone.offsetAt(moment));
  }
}
