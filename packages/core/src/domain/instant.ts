/** A moment: milliseconds since 1970-01-01T00:00:00Z. Time reaches the rules as a value, never from a clock. */
export type Instant = number;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
