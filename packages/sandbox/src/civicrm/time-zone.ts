const MINUTE_MS = 60_000;

/** An IANA time zone and its offset from UTC at any time. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | null;

  /** Throws a RangeError for a name that is no zone. */
  constructor(name: string) {
    this.name = name;
    this.#format =
      name === 'UTC'
        ? null
        : new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** Milliseconds to add to UTC for the local time then: -18,000,000 in New York in November. */
  offsetAt(ms: number): number {
    if (this.#format === null) return 0;
    const part = this.#format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(part);
    if (match === null) return 0; // plain `GMT`
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    return (match[1] === '-' ? -minutes : minutes) * MINUTE_MS;
  }

  /**
   * The moment a clock on the wall shows this (`wall`: that reading taken as if it were UTC, in ms). As PHP decides: the first of
   * two in the hour that comes twice, an hour later in the hour that is left out.
   */
  momentOf(wall: number): number {
    const day = 24 * 60 * MINUTE_MS;
    const before = this.offsetAt(wall - day);
    const after = this.offsetAt(wall + day);
    const fits = [wall - before, wall - after].filter((moment) => moment + this.offsetAt(moment) === wall);
    return fits.length > 0 ? Math.min(...fits) : wall - before;
  }
}

/** `2026-11-23 09:09:35`, of milliseconds already moved to the wanted zone. */
export function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace('T', ' ');
}

/** TIMESTAMP columns hold whole seconds. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
