import { type FieldError, problems } from './problem.ts';

export interface Page {
  readonly count: number;
  readonly offset: number;
}

const DEFAULT_COUNT = 10;
const MAX_COUNT = 1000;

/** `count` (10 if not said, larger ones cut to 1000 without a word) and `offset` (reference section 2). */
export function pageOf(query: URLSearchParams): Page {
  const count = wholeNumber(query, 'count') ?? DEFAULT_COUNT;
  return { count: Math.min(count, MAX_COUNT), offset: wholeNumber(query, 'offset') ?? 0 };
}

/** The page of a list. */
export function cutPage<T>(items: readonly T[], { count, offset }: Page): readonly T[] {
  return items.slice(offset, offset + count);
}

/** `true`/`1` in any case; anything else counts as false (reference 1.1). */
export function isTrue(query: URLSearchParams, name: string): boolean {
  return ['true', '1'].includes((query.get(name) ?? '').toLowerCase());
}

/** One of the accepted values, or undefined where the parameter is not there. */
export function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  accepted: readonly T[],
): T | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  const value = accepted.find((candidate) => candidate === given);
  if (value === undefined) throw problems.invalidFields([notAccepted(name, accepted)]);
  return value;
}

export const notAccepted = (field: string, accepted: readonly string[]): FieldError => ({
  field,
  message: `Data presented is not one of the accepted values: ${accepted.join(', ')}.`,
});

/** An ISO 8601 time as whole seconds since 1970, or undefined where the parameter is not there. */
export function secondsOf(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  const seconds = parseSeconds(given);
  if (seconds === null) throw problems.invalidFields([{ field: name, message: NOT_A_TIME }]);
  return seconds;
}

export const NOT_A_TIME = 'This value is not a valid datetime.';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * ISO 8601 → whole seconds; null where it is none. A time without a zone is UTC. The plus sign of a query that was not encoded
 * arrives as a space, which makes it no time at all.
 */
export function parseSeconds(text: string): number | null {
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const [, time, , , zone] = match;
  const milliseconds = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  if (!/^\d+$/.test(given)) {
    throw problems.invalidFields([
      { field: name, message: 'Schema describes integer, string found instead' },
    ]);
  }
  return Number(given);
}
