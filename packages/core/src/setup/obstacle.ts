import { invariant } from '../domain/invariant.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { FaultError, SyncError, TransientError, UsageError } from '../errors/sync-error.ts';

/**
 * What stands in the way of a set-up, in one sentence that says what to do. `usage`: what was asked for cannot be; `fault`: somebody has to mend the other end;
 * `passing`: the same may work later.
 */
export interface Obstacle {
  readonly kind: 'usage' | 'fault' | 'passing';
  readonly code: ErrorCode;
  readonly message: string;
}

/** A look at what somebody gave us, or at the other end: what was found, or all that stands in the way. */
export type Look<Found> =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'obstructed'; readonly obstacles: readonly Obstacle[] };

export const usage = (code: ErrorCode, message: string): Obstacle => ({ kind: 'usage', code, message });
export const fault = (code: ErrorCode, message: string): Obstacle => ({ kind: 'fault', code, message });

/** What was found, unless something stands in the way. */
export function unless<Found>(obstacles: readonly Obstacle[], found: Found): Look<Found> {
  return obstacles.length === 0 ? { kind: 'found', found } : { kind: 'obstructed', obstacles };
}

/** Looks, and takes an error that somebody can act on for an obstacle. Anything else is a bug, and thrown on. */
export async function look<Found>(work: () => Promise<Found>): Promise<Look<Found>> {
  try {
    return { kind: 'found', found: await work() };
  } catch (error) {
    return { kind: 'obstructed', obstacles: toObstacles(error) };
  }
}

function toObstacles(error: unknown): readonly Obstacle[] {
  if (!(error instanceof SyncError)) throw error;
  const { code } = error;
  if (error instanceof UsageError) return error.problems.map((message) => usage(code, message));
  return [{ kind: error instanceof TransientError ? 'passing' : 'fault', code, message: error.message }];
}

/** A look that rests on another one. */
export async function andLook<Before, Found>(
  before: Look<Before>,
  next: (found: Before) => Promise<Look<Found>>,
): Promise<Look<Found>> {
  return before.kind === 'found' ? await next(before.found) : before;
}

/** All that stands in the way, over several looks. */
export function obstaclesOf(...looks: readonly Look<unknown>[]): readonly Obstacle[] {
  return looks.flatMap((one) => (one.kind === 'obstructed' ? one.obstacles : []));
}

/**
 * What was found; or all that stands in the way at once, as the error of whoever has to act: the caller (`UsageError`) before an operator (`FaultError`) before nobody
 * (`TransientError`).
 */
export function insistOn<Found>(one: Look<Found>): Found {
  if (one.kind === 'found') return one.found;
  throw toError(one.obstacles);
}

function toError(obstacles: readonly Obstacle[]): Error {
  const told = [...new Map(obstacles.map((obstacle) => [obstacle.message, obstacle])).values()];
  const [first, ...others] = ORDER.flatMap((kind) => told.filter((obstacle) => obstacle.kind === kind));
  invariant(first !== undefined, 'whoever is obstructed knows by what');
  const problems = [first.message, ...others.map(({ message }) => message)] as const;
  const options = { details: { codes: told.map(({ code }) => code) } };
  switch (first.kind) {
    case 'usage':
      return new UsageError(first.code, problems, options);
    case 'fault':
      return new FaultError(first.code, problems.join(' '), options);
    case 'passing':
      return new TransientError(first.code, problems.join(' '), options);
  }
}

const ORDER: readonly Obstacle['kind'][] = ['usage', 'fault', 'passing'];
