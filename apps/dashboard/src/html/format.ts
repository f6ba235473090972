import { MINUTE_MS, SECOND_MS } from '@mcsync/core/domain/instant';

/** 12345 → 12,345 */
export const formatNumber = (value: number): string => value.toLocaleString('en-GB');

/** 12345 → +12,345; -3 → −3; 0 → 0. */
export const formatSigned = (value: number): string =>
  value === 0 ? '0' : `${value > 0 ? '+' : '−'}${formatNumber(Math.abs(value))}`;

/** In UTC: the server does not know where the reader is. To the minute. */
export const formatMoment = (moment: Date): string =>
  `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** 1234 → 1.2 s; 75,000 → 1 min 15 s; 3,720,000 → 1 h 2 min. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2026-11-28, in UTC. */
export const formatDay = (day: Date): string => day.toISOString().slice(0, 10);
