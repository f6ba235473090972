import { randomBytes } from 'node:crypto';
import { sameSecret } from './same-secret.ts';

const TOKEN_BYTES = 24;

/** The one-time token by which the first administrator shows that they also run the server. Never stored: a restart makes another. */
export interface FirstVisit {
  /** To be printed where only who runs the server reads it. */
  readonly token: string;
  /** Whether it is this token. That it is used once is the store's business: there is one first administrator. */
  matches(given: string): boolean;
}

export function createFirstVisit(): FirstVisit {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, matches: (given) => sameSecret(given.trim(), token) };
}
