import type { Instant } from '../../domain/instant.ts';
import { measureOffset } from '../../domain/wall-time.ts';
import { get } from './api-call.ts';
import { clockRow } from './schemas.ts';

/** The session's date and time, told on any contact: so it also proves that we see one. */
export const CLOCK_CALL = get('Contact', clockRow, { select: ['NOW() AS now_local'], limit: 1 });

/** Minutes that the session's dates are ahead of UTC; `askedAt` is our clock at the middle of the request. Null where the text is no date. */
export function readClock(row: { readonly now_local: string }, askedAt: Instant): number | null {
  const offset = measureOffset(row.now_local, askedAt);
  return offset === null ? null : offset + 0; // rounding gives -0 too, which is not equal to 0 everywhere
}
