import { createHash } from 'node:crypto';
import { addressKey } from '@mcsync/core/domain/email';
import { MINUTE_MS } from '@mcsync/core/domain/instant';
import type { RequestHandler } from 'express';
import { type Options, rateLimit } from 'express-rate-limit';
import { RequestRefused } from './refusal.ts';

/** How often one may fail to sign in. */
export interface SignInLimits {
  /** From one place. */
  readonly perPlace: RequestHandler;
  /** For one address, from wherever: many places may guess together. Higher, for it also shuts out who has the password. Needs the form. */
  readonly perAccount: RequestHandler;
}

const WINDOW_MS = 15 * MINUTE_MS;
const FAILURES_PER_PLACE = 10;
const FAILURES_PER_ACCOUNT = 50;

/** Counted in this process, and forgotten with it. */
export function createSignInLimits(): SignInLimits {
  return {
    perPlace: limit({ limit: FAILURES_PER_PLACE }),
    perAccount: limit({
      limit: FAILURES_PER_ACCOUNT,
      // Of one length, however long a name somebody sends to fill our memory.
      keyGenerator: (request) =>
        createHash('sha256')
          .update(addressKey(String(Reflect.get(Object(request.body), 'email'))))
          .digest('base64'),
    }),
  };
}

const limit = (options: Partial<Options>): RequestHandler =>
  rateLimit({
    windowMs: WINDOW_MS,
    // Who signs in at the first try has not guessed.
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) => next(new RequestRefused('too-many-tries')),
    ...options,
  });
