/** A bug of ours: fails at once, loudly, and is never retried. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly code = 'INVARIANT';
}

/** Throws `InvariantError` where `condition` does not hold. For bugs, never for bad input; `message` holds no personal data. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
