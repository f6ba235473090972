import type { TimeZone } from './time-zone.ts';

const SECOND_MS = 1000;
const UNIT_MS: Readonly<Record<string, number>> = {
  sec: SECOND_MS,
  second: SECOND_MS,
  min: 60 * SECOND_MS,
  minute: 60 * SECOND_MS,
  hour: 3600 * SECOND_MS,
  day: 86_400 * SECOND_MS,
  week: 7 * 86_400 * SECOND_MS,
  fortnight: 14 * 86_400 * SECOND_MS,
};

const ABSOLUTE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?=$|\s|[+-])/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2}))?(?=$|\s)/;
const WORD = /^(now|today|midnight|yesterday|tomorrow)(?=$|\s|[+-])/i;
const RELATIVE =
  /^([+-]?)\s*(\d+)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?(?=$|\s|[+-])/i;

interface Reading {
  readonly moment: number;
  readonly rest: string;
}

/**
 * PHP's `strtotime`, as far as callers of CiviCRM use it. Returns milliseconds since 1970, or null where PHP returns false.
 * Days run over (31 February is 3 March), as in PHP.
 */
export function parsePhpDate(text: string, now: number, zone: TimeZone): number | null {
  const trimmed = text.trim();
  const unix = /^@(-?\d+)(?:\.\d+)?$/.exec(trimmed);
  if (unix !== null) return Number(unix[1]) * SECOND_MS;
  const start = readDate(trimmed, zone) ?? readWord(trimmed, now, zone) ?? { moment: now, rest: trimmed };
  // A text that is neither a date nor a word nor a shift moves nothing and leaves a rest: PHP says false.
  return trimmed === '' ? null : applyShifts(start, zone);
}

function readDate(text: string, zone: TimeZone): Reading | null {
  const match = ABSOLUTE.exec(text) ?? COMPACT.exec(text);
  if (match === null) return null;
  const [whole, year, month, day, hour = '0', minute = '0', second = '0', offset] = match;
  const inRange =
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) <= 31 &&
    Number(hour) <= 24 &&
    Number(minute) < 60 &&
    Number(second) <= 60;
  if (!inRange) return null;
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const moment = offset === undefined ? zone.momentOf(wall) : wall - offsetOf(offset);
  return { moment, rest: text.slice(whole.length) };
}

function offsetOf(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (match === null) return 0; // Z, UTC, GMT
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60 * SECOND_MS;
  return match[1] === '-' ? -ms : ms;
}

const DAYS_FROM_NOW: Readonly<Record<string, number>> = { today: 0, midnight: 0, yesterday: -1, tomorrow: 1 };

function readWord(text: string, now: number, zone: TimeZone): Reading | null {
  const match = WORD.exec(text);
  const word = match?.[1]?.toLowerCase();
  if (match === null || word === undefined) return null;
  const rest = text.slice(match[0].length);
  const days = DAYS_FROM_NOW[word];
  if (days === undefined) return { moment: now, rest };
  const dayMs = 86_400 * SECOND_MS;
  const midnight = Math.floor((now + zone.offsetAt(now)) / dayMs) * dayMs;
  return { moment: zone.momentOf(midnight + days * dayMs), rest };
}

function applyShifts({ moment, rest }: Reading, zone: TimeZone): number | null {
  let shifted = moment;
  let left = rest.trim();
  while (left !== '') {
    const match = RELATIVE.exec(left);
    if (match === null) return null;
    const [whole, sign, amount, unit = '', ago] = match;
    const isBack = (sign === '-') !== (ago !== undefined);
    shifted = shift(shifted, isBack ? -Number(amount) : Number(amount), unit.toLowerCase(), zone);
    left = left.slice(whole.length).trim();
  }
  return shifted;
}

function shift(moment: number, amount: number, unit: string, zone: TimeZone): number {
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return moment + amount * unitMs;
  const wall = new Date(moment + zone.offsetAt(moment));
  wall.setUTCMonth(wall.getUTCMonth() + (unit === 'year' ? 12 * amount : amount));
  return zone.momentOf(wall.getTime());
}
